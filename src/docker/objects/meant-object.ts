import { canonicalImage } from "../powers/image-reference.ts";
import { parseImageName, retagged } from "../powers/image-name.ts";
import type { Identity } from "./identity.ts";
import { asMeant, underEachName } from "./image-names.ts";
import type { UseOfOne } from "./object-use.ts";

/** What a request names: the word in its path and, where the operation has it there, the tag in its query. */
export interface Named {
  readonly word: string;
  readonly tag: string;
}

/** What a request acts on. */
export interface Meant {
  /** What goes on in the place of the word, by which an engine means nothing else. */
  readonly word: string;
  /** All that has to be in scope: where a name is acted on, the object under this name alone, and by its id under each. */
  readonly touched: readonly Identity[];
}

/** The word to ask an engine about. */
export function askedWord({ word, tag }: Named): string {
  return tag === "" ? word : (nameOf({ word, tag }) ?? word);
}

/** An object that an engine has. */
export interface FoundObject {
  readonly object: Identity;
  /** Whose it is: of an exec instance its container, of a task its service, of all others the object itself. */
  readonly keeper: Identity;
}

/** Works out what a request acts on from the object that the engine has by the word; undefined where it is every tag. */
export function meantObject(use: UseOfOne, named: Named, { object, keeper }: FoundObject): Meant | undefined {
  const name = nameOf(named);
  if (use.untagged === undefined) return { word: object.id, touched: [asMeant(keeper, name)] };
  if (name === undefined || !object.names.includes(name)) {
    return { word: object.id, touched: underEachName(object) };
  }
  const image = parseImageName(named.word);
  const isEvery = use.untagged === "every tag" && named.tag === "" && image?.version === "";
  if (isEvery || image === undefined) return undefined;
  const touched = [{ ...object, names: [name] }];
  return { word: named.tag === "" ? name : image.name, touched };
}

/** The name that a word is if it is one, with its tag or digest. */
function nameOf({ word, tag }: Named): string | undefined {
  const named = parseImageName(word);
  if (named === undefined) return undefined;
  return tag === "" ? canonicalImage(`${named.name}${named.version}`) : retagged(named, tag);
}
