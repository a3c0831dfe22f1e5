/** What begins the keys of labels that are the gate's own: no client sets one, and none with a scope sees one. */
export const OWN_LABELS = "io.quaygate.";

/** The label that says which client made an object. */
export const OWNER_LABEL: string = `${OWN_LABELS}owner`;
