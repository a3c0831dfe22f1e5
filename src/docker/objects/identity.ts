import type { ObjectKind } from "./object-kind.ts";

/** What an object is known by to whom may or may not touch it. */
export interface Identity {
  readonly kind: ObjectKind;
  /** The whole id, by which an engine means nothing else: of a volume its name. */
  readonly id: string;
  /** Without a slash in front; an image's as the power `image:` writes them. */
  readonly names: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
}
