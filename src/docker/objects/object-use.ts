import type { ObjectKind } from "./object-kind.ts";

/** What an operation has to do with objects. */
export type ObjectUse =
  /** Nothing. */
  | { readonly use: "none" }
  /** Its path names one, with so many segments behind the name. */
  | { readonly use: "one"; readonly kind: ObjectKind; readonly behind: number }
  /** It answers a list of them. */
  | { readonly use: "list"; readonly kind: ObjectKind }
  /** It makes one. */
  | { readonly use: "create"; readonly kind: ObjectKind }
  /** It deletes those that nobody uses. */
  | { readonly use: "prune"; readonly kind: ObjectKind }
  /** It tells what happens to all of them. */
  | { readonly use: "events" }
  /** It tells what all of them take on the disk. */
  | { readonly use: "usage" }
  /** Nobody with a scope may do it; `because` is the end of a sentence that says why. */
  | { readonly use: "closed"; readonly because: string };
