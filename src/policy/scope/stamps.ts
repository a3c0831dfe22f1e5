import type { ObjectKind } from "../../docker/objects/object-kind.ts";
import { OWNER_LABEL, ownerLabelOf } from "../../docker/objects/owner-label.ts";
import type { ScopeEntry } from "./scope.ts";

/** Returns the labels that are put on all that a client makes: those of the policy file, and whose it is where that counts. */
export function stampsOf(
  client: string,
  entries: readonly ScopeEntry[],
  labels: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const isOwner = entries.some(({ own }) => own === true);
  return isOwner ? new Map([...labels, [OWNER_LABEL, client]]) : labels;
}

/**
 * The same for one kind of objects. An image says under a key of its own whose it is, also that it is nobody's, and of the
 * containers that are made of it that they are nobody's: its Dockerfile or the image that it is made of may say otherwise,
 * and they would have its labels.
 */
export function stampsFor(
  kind: ObjectKind,
  stamps: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  if (kind !== "image") return stamps;
  const owner = stamps.get(OWNER_LABEL) ?? "";
  return new Map([...stamps, [OWNER_LABEL, ""], [ownerLabelOf(kind), owner]]);
}
