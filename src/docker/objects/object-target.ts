import { containerTargets, isWholeId } from "../powers/container-name.ts";
import { canonicalImage } from "../powers/image-reference.ts";
import { PLAIN_NAME, PLAIN_NETWORK } from "../powers/plain-name.ts";
import type { ObjectKind } from "./object-kind.ts";

/**
 * Returns where to ask an engine which object a word means: a name, an id or the beginning of one. Nowhere for what no path
 * can carry beyond doubt, which no object is called. Without a version: an id means the same in all of them, and the
 * newest is never too old. Podman, below whose own paths there is no inspect in Docker's form, serves these too.
 */
export function objectTarget(kind: ObjectKind, word: string): string | undefined {
  switch (kind) {
    case "container":
      return containerTargets(word)[0];
    case "exec":
      return isWholeId(word) ? `/exec/${word}/json` : undefined;
    case "image":
    case "plugin":
      return canonicalImage(word) === undefined ? undefined : `/${kind}s/${encodeSegments(word)}/json`;
    case "network":
      return PLAIN_NETWORK.test(word) ? `/networks/${word}` : undefined;
    case "volume":
    case "service":
    case "task":
    case "secret":
    case "config":
    case "node":
      return PLAIN_NAME.test(word) ? `/${kind}s/${word}` : undefined;
  }
}

/** A registry may be an IPv6 address, whose brackets no path holds. */
function encodeSegments(word: string): string {
  return word
    .split("/")
    .map((segment) => encodeURIComponent(segment))
    .join("/");
}
