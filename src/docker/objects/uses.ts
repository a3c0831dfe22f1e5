import type { ObjectKind } from "./object-kind.ts";
import type { ObjectUse, UseOfOne } from "./object-use.ts";

/** The operation has nothing to do with objects. */
export const nothing: ObjectUse = { use: "none" };

/** Its path names one, with so many segments behind the name. */
export function one(kind: ObjectKind, behind = 0): UseOfOne {
  return { use: "one", kind, behind };
}

/** The same of an image where the name itself is acted on. */
export function namedImage(behind = 0, means: Pick<UseOfOne, "untagged" | "tagKey"> = {}): UseOfOne {
  return { use: "one", kind: "image", behind, untagged: "latest", ...means };
}

/** It answers a list of them. */
export function list(kind: ObjectKind): ObjectUse {
  return { use: "list", kind };
}

/** It makes one. */
export function create(kind: ObjectKind): ObjectUse {
  return { use: "create", kind };
}

/** It deletes those that nobody uses. */
export function prune(kind: ObjectKind): ObjectUse {
  return { use: "prune", kind };
}

/** Nobody with a scope may do it. */
export function closed(because: string): ObjectUse {
  return { use: "closed", because };
}
