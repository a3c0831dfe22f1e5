import { canonicalImage, splitRegistry } from "../docker/powers/image-reference.ts";
import type { Result } from "../kernel/result.ts";
import { readOnce } from "./last-reading.ts";
import {
  DEEP,
  type Glob,
  isOnlyStars,
  matchesGlob,
  matchesSegments,
  type SegmentPattern,
} from "./power-glob.ts";
import {
  type Effect,
  everything,
  fault,
  type Matcher,
  matcher,
  type PatternParser,
} from "./power-pattern.ts";

/** Asked for where nobody knows which image it will be. */
const ANY = "(any)";
/** Asked for by a container that has no image. */
const NONE = "(none)";
/** Asked for where an engine takes every tag of a name; so written in a list it is `:*`. */
const EVERY_TAG = ":(all)";
const ALGORITHM = /^sha(?:256|384|512):/u;
const ID_PATTERN = /^sha(?:256|384|512):[a-f0-9]+$/u;
/** The ports that a registry has when none is said. */
const USUAL_PORT = /:(?:443|80)$/u;
const PORT = /:[0-9]+$/u;
/** Other hosts of Docker Hub. */
const HUB_HOST = /\.docker\.(?:io|com)$/u;

interface Reference {
  readonly registry: string;
  readonly path: readonly string[];
  /** Either of them is given, or none where it is every tag. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** What stands behind a name: `any` is every tag and every digest. */
type Version =
  | { readonly kind: "any" }
  | { readonly kind: "tag"; readonly glob: Glob }
  | { readonly kind: "digest"; readonly glob: Glob };

interface ImagePattern {
  readonly registry: Glob;
  readonly path: readonly SegmentPattern[];
  readonly version: Version;
}

/**
 * Reads an image reference, completed as Docker does it. A star stops at a slash, `**` between slashes does not; a name
 * with a star stands for all of its tags and digests unless it says which.
 */
export const parseImagePattern: PatternParser = (noun, pattern, effect) => {
  if (pattern === ANY || isOnlyStars(pattern.split("*"))) {
    return { ok: true, value: everything };
  }
  if (pattern === NONE) {
    return matcher(NONE, (value) => value === NONE);
  }
  if (ID_PATTERN.test(pattern)) {
    return parseId(pattern, effect);
  }
  if (ALGORITHM.test(pattern) && pattern.includes("*")) {
    return fault(`means ids by a part of them: ${noun} alone stands for all images and ids`);
  }
  const parsed = parseName(noun, withoutEnd(pattern, EVERY_TAG, ":*"), effect);
  if (!parsed.ok) {
    return parsed;
  }
  const image = parsed.value;
  return effect === "removal"
    ? matcher(serializePattern(image), (value) => couldBe(image, value))
    : matcher(serializePattern(image), (value) => isImage(image, value));
};

function parseId(pattern: string, effect: Effect): Result<Matcher, string> {
  if (effect === "removal") {
    return fault("is an id, which any name may stand for: take away a name");
  }
  return canonicalImage(pattern) === pattern
    ? matcher(pattern, (value) => value === pattern)
    : fault("is no image's id: an id has at most 64 hexadecimal digits");
}

function parseName(noun: string, pattern: string, effect: Effect): Result<ImagePattern, string> {
  const [named, digest] = cut(pattern, pattern.indexOf("@"));
  const colon = named.lastIndexOf(":");
  const [name, tag] = cut(named, colon > named.lastIndexOf("/") ? colon : -1);
  const [first = "", ...others] = name.split("/");
  const [registry, rest] = first === DEEP ? [DEEP, name] : completeName(name);
  if (others.length > 0 && first !== DEEP && first.includes("*") && registry !== first) {
    return fault(
      `may mean a registry or a folder of Docker Hub: write ${noun}:docker.io/${pattern} or ${noun}:${DEEP}${pattern.slice(first.length)}`,
    );
  }
  if (registry === "docker.io" && (rest === "*" || name === "*")) {
    return fault(
      `may mean Docker's own images or all: write ${noun}:docker.io/library/* or ${noun}:docker.io/${DEEP}`,
    );
  }
  if (rest.split("/").some((segment) => segment !== DEEP && segment.includes(DEEP))) {
    return fault("has ** beside other letters: it stands between slashes, for any number of parts");
  }
  const example = canonicalImage(exampleOf(registry, rest, tag, digest));
  if (example === undefined) {
    return fault("fits no image reference: Docker's look like docker.io/library/nginx:1.29");
  }
  if (/^[a-f0-9]{1,64}$/u.test(pattern)) {
    return fault(`may mean an image's id or a name: write ${noun}:docker.io/library/${pattern}:latest`);
  }
  const isWhole = tag === undefined && digest === undefined && (name.includes("*") || effect === "removal");
  return {
    ok: true,
    value: {
      registry: registry === DEEP ? ["", ""] : registry.split("*"),
      path: rest.split("/").map((segment) => (segment === DEEP ? DEEP : segment.split("*"))),
      version: isWhole ? { kind: "any" } : versionOf(tag, digest),
    },
  };
}

/** Cuts a text in two, and the character there out; -1 leaves it whole. */
function cut(text: string, at: number): readonly [string, string | undefined] {
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Completes a name, but for `docker.io/**`, whose stars are all of Docker Hub and not of the official images. */
function completeName(name: string): readonly [registry: string, rest: string] {
  const [registry, completed] = splitRegistry(name);
  const rest = name.slice(name.indexOf("/") + 1);
  const isCompleted = name !== rest && completed !== rest && completed !== name;
  return isCompleted && isOnlyStars(rest.split("*")) ? [registry, rest] : [registry, completed];
}

/** A reference that the pattern stands for, by which its letters are checked. */
function exampleOf(
  registry: string,
  rest: string,
  tag: string | undefined,
  digest: string | undefined,
): string {
  const host = registry === DEEP ? "localhost" : registry;
  const version = `${tag === undefined ? "" : `:${tag}`}${digest === undefined || digest === "*" ? "" : `@${digest}`}`;
  return `${host}/${rest}${version}`.replaceAll(/\*+/gu, "1");
}

function versionOf(tag = "latest", digest?: string): Version {
  if (digest !== undefined) {
    return { kind: "digest", glob: digest.split("*") };
  }
  const glob = tag.split("*");
  return isOnlyStars(glob) ? { kind: "any" } : { kind: "tag", glob };
}

function serializePattern({ registry, path, version }: ImagePattern): string {
  const parts = path.map((segment) => (segment === DEEP ? DEEP : segment.join("*")));
  const name = isOnlyStars(registry) ? parts.join("/") : [registry.join("*"), ...parts].join("/");
  switch (version.kind) {
    case "any":
      return name.includes("*") ? name : `${name}:*`;
    case "tag":
      return `${name}:${version.glob.join("*")}`;
    case "digest":
      return `${name}@${version.glob.join("*")}`;
  }
}

/** Reads the value of a power; undefined for ids, for any image, and for what is no canonical reference. */
function parseValue(value: string): Reference | undefined {
  const reference = withoutEnd(value, EVERY_TAG, ":latest");
  if (!reference.includes("/") || canonicalImage(reference) !== reference) {
    return undefined;
  }
  const [registry = "", ...path] = reference.split("/");
  const last = path.pop() ?? "";
  const [named, digest] = cut(last, last.indexOf("@"));
  const [name = "", tag] = digest === undefined ? cut(named, named.lastIndexOf(":")) : [named];
  return { registry, path: [...path, name], tag: reference === value ? tag : undefined, digest };
}

const parseValueOnce = readOnce(parseValue);

function withoutEnd(text: string, end: string, instead: string): string {
  return text.endsWith(end) ? `${text.slice(0, -end.length)}${instead}` : text;
}

function isImage({ registry, path, version }: ImagePattern, value: string): boolean {
  const asked = parseValueOnce(value);
  return (
    asked !== undefined &&
    matchesGlob(registry, asked.registry) &&
    matchesSegments(path, asked.path) &&
    (version.kind === "any" || matchesVersion(version, asked, false))
  );
}

/** Tells whether a reference could be to an image that the pattern stands for. Tags and digests stand for each other. */
function couldBe({ registry, path, version }: ImagePattern, value: string): boolean {
  const asked = parseValueOnce(value);
  return (
    asked === undefined ||
    (couldBeRegistry(registry, asked.registry) &&
      matchesSegments(path, asked.path) &&
      (version.kind === "any" || matchesVersion(version, asked, true)))
  );
}

function matchesVersion(
  { kind, glob }: Exclude<Version, { kind: "any" }>,
  asked: Reference,
  otherwise: boolean,
): boolean {
  const text = asked[kind];
  return text === undefined ? otherwise : matchesGlob(glob, text);
}

/** Hosts are the same in any case, and a port that is not said may be any. */
function couldBeRegistry(pattern: Glob, registry: string): boolean {
  const expected = pattern.join("*").toLowerCase().replace(USUAL_PORT, "").split("*");
  const full = registry.toLowerCase();
  const host = full.replace(PORT, "");
  const names = [full, host, ...(HUB_HOST.test(host) ? ["docker.io"] : [])];
  return names.some((name) => matchesGlob(expected, name));
}
