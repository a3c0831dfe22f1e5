import type { ObjectKind } from "./object-kind.ts";

/** An operation whose path names one object. */
export interface UseOfOne {
  readonly use: "one";
  readonly kind: ObjectKind;
  /** How many segments stand behind the name. */
  readonly behind: number;
  /**
   * Set where it acts on an image's name too, and not only on what has it, as where a tag is deleted or pushed: what a name
   * without a tag means then.
   */
  readonly untagged?: "latest" | "every tag";
  /** The key of the query that has the tag. */
  readonly tagKey?: string;
}

/** What an operation has to do with objects. */
export type ObjectUse =
  /** Nothing. */
  | { readonly use: "none" }
  | UseOfOne
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
