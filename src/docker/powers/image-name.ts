import { canonicalImage, splitRegistry } from "./image-reference.ts";

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

/** The name in `/images/{name...}/push` and its like. */
export function imageNameInPath(segments: readonly string[]): string {
  return segments.slice(1, -1).join("/");
}
