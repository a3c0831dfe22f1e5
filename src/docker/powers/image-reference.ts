const HUB = "docker.io";
/** What Docker Hub was called when it was an index; Docker still takes it for the same. */
const FORMER_HUB = "index.docker.io";
/** The folder of Docker's own images, which may be left out. */
const OFFICIAL = "library";

/** Longer than any reference that Docker accepts: host and port, 255 for the path, 128 for the tag, a digest. */
const LONGEST_REFERENCE = 1024;
/** The limit of the reference grammar for a name. */
const LONGEST_PATH = 255;

// The grammar of the module github.com/distribution/reference. No part can match the same text in two ways.
const HOST_PART = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const REGISTRY = String.raw`(?:${HOST_PART}(?:\.${HOST_PART})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`;
const PATH_PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const DIGEST = "sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}";
const REFERENCE = new RegExp(
  `^(?<registry>${REGISTRY})/(?<path>${PATH_PART}(?:/${PATH_PART})*)(?::(?<tag>${TAG}))?(?:@(?<digest>${DIGEST}))?$`,
  "u",
);

const DIGEST_ONLY = new RegExp(`^(?:${DIGEST})$`, "u");
/** What an engine also looks up as the beginning of an id. */
const ID = /^(?:sha256:)?(?<digits>[a-f0-9]{1,64})$/u;

/**
 * The one spelling of an image reference, completed as Docker completes it: `nginx` is `docker.io/library/nginx:latest`,
 * and next to a digest a tag means nothing. What an engine may take for an image's id is `sha256:` and the digits, with
 * no slash in it. Undefined when it fits no reference.
 */
export function canonicalImage(text: string): string | undefined {
  if (text.length > LONGEST_REFERENCE) {
    return undefined;
  }
  const digits = ID.exec(text)?.groups?.["digits"];
  if (digits !== undefined) {
    return `sha256:${digits}`;
  }
  if (DIGEST_ONLY.test(text)) {
    return text;
  }
  // A first part that is a registry by its look but no host fits Docker's grammar as a part of the path. What its
  // registry would be then is open, so it fits no reference here.
  const parts = REFERENCE.exec(splitRegistry(text).join("/"))?.groups;
  const { registry = "", path = "", tag = "latest", digest } = parts ?? {};
  if (parts === undefined || path.length > LONGEST_PATH) {
    return undefined;
  }
  return `${registry}/${path}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}

/** The host, and the port if any, that a canonical reference is pulled from. An id is pulled as a name of Docker Hub. */
export function registryOf(reference: string): string {
  const slash = reference.indexOf("/");
  return slash === -1 ? HUB : reference.slice(0, slash);
}

/** Completes a name by what Docker Hub's names leave out: its host, and the folder of the official images. */
export function splitRegistry(name: string): readonly [registry: string, rest: string] {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  if (!looksLikeRegistry(first)) {
    return [HUB, slash === -1 ? `${OFFICIAL}/${name}` : name];
  }
  const rest = name.slice(slash + 1);
  const registry = first === FORMER_HUB ? HUB : first;
  return [registry, registry === HUB && !rest.includes("/") ? `${OFFICIAL}/${rest}` : rest];
}

/** Tells whether the first part of a name is a registry, which its look alone decides. */
function looksLikeRegistry(first: string): boolean {
  return first === "localhost" || /[.:A-Z]/u.test(first);
}
