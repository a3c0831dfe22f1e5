import { type EnginePath, withSegments } from "../path.ts";
import type { UseOfOne } from "./object-use.ts";

/** How many segments stand before the name: `/containers`, or Podman's `/libpod/containers`. */
function before({ segments }: EnginePath): number {
  return segments[0] === "libpod" ? 2 : 1;
}

/** The word that a path has for an object; it may span segments. */
export function wordInPath(path: EnginePath, { behind }: UseOfOne): string {
  return path.segments.slice(before(path), path.segments.length - behind).join("/");
}

/** The same path with another word for the object, by which an engine means nothing else. */
export function withWord(path: EnginePath, { behind }: UseOfOne, word: string): EnginePath {
  const { segments } = path;
  const end = segments.length - behind;
  return withSegments(path, [...segments.slice(0, before(path)), ...word.split("/"), ...segments.slice(end)]);
}
