import type { Identity } from "../objects/identity.ts";
import type { ObjectKind } from "../objects/object-kind.ts";
import type { Content } from "./content.ts";

/** Whoever reads an answer: of which objects it may know, and what of them. */
export interface Viewer {
  /** Whether there are objects that are not there for it. */
  readonly isScoped: boolean;
  /** Whether the object is there for it. */
  readonly sees: (object: Identity) => boolean;
  /** The same of an object of which an answer has the whole id alone: of the kinds that its table needs. */
  readonly knows: (kind: ObjectKind, id: string) => boolean;
  /** Whether it may not read all that is of this kind. */
  readonly hides: (content: Content) => boolean;
  /** Whether it may not read the label of this key. */
  readonly hidesLabel: (key: string) => boolean;
  /** Whether it reads nothing that no table knows. */
  readonly isStrict: boolean;
}
