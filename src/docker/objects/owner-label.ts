import type { ObjectKind } from "./object-kind.ts";

/** What begins the keys of labels that are the gate's own: no client sets one, and none with a scope sees one. */
export const OWN_LABELS = "io.quaygate.";

/** The label that says which client made an object. */
export const OWNER_LABEL: string = `${OWN_LABELS}owner`;

/**
 * The same of an image, under another key: containers have the labels of their image, so that whoever ran it would give
 * its container to the client that built it.
 */
const IMAGE_OWNER_LABEL: string = `${OWN_LABELS}image-owner`;

/** The key of the label that says which client made an object of this kind. */
export function ownerLabelOf(kind: ObjectKind): string {
  return kind === "image" ? IMAGE_OWNER_LABEL : OWNER_LABEL;
}
