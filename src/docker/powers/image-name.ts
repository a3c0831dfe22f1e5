import type { Asking } from "./asking.ts";
import { canonicalImage, splitRegistry } from "./image-reference.ts";
import { encodeValue } from "./power.ts";

/** An image's name, completed as Docker completes it, where it can't be an id. */
export interface ImageName {
  /** `docker.io/library/nginx`. */
  readonly name: string;
  /** `:1.29` or `@sha256:...` as it was written, of which the digest goes before; "" where there was none. */
  readonly version: string;
}

/** What stands for a tag where an engine takes every tag that there is. */
const EVERY_TAG = "(all)";

/** Reads a reference that is a name for certain, as where an image is pulled, pushed or tagged: `cafe` is no id there. */
export function parseImageName(text: string): ImageName | undefined {
  const full = splitRegistry(text).join("/");
  const canonical = canonicalImage(full);
  if (canonical === undefined) return undefined;
  const slash = canonical.lastIndexOf("/");
  const end = slash + canonical.slice(slash).search(/[:@]/u);
  const name = canonical.slice(0, end);
  return { name, version: full === name ? "" : canonical.slice(end) };
}

/** The name with another tag, or with a digest where the tag is one; undefined where it is neither. */
export function retagged({ name }: ImageName, tag: string): string | undefined {
  return canonicalImage(`${name}${tag.includes(":") ? "@" : ":"}${tag}`);
}

/** The name with its own tag or digest, or with what stands for all tags. */
export function everyTagOf({ name, version }: ImageName): string {
  return version === "" ? `${name}:${EVERY_TAG}` : `${name}${version}`;
}

/** Asks for one image by its name or id, as the engine has it. */
export function judgeImage(reference: string, asking: Asking): void {
  askForImage(canonicalImage(reference), reference, asking);
}

/** Asks for what a name without a tag means where that is all of its tags. */
export function judgeImages(reference: string, asking: Asking): void {
  const canonical = canonicalImage(reference);
  const isId = canonical?.includes("/") === false;
  const named = isId ? undefined : parseImageName(reference);
  askForImage(named === undefined ? canonical : everyTagOf(named), reference, asking);
}

function askForImage(canonical: string | undefined, reference: string, asking: Asking): void {
  if (canonical === undefined) asking.refuse("must be an image reference");
  else asking.ask("image", encodeValue(canonical), reference);
}
