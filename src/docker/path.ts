import type { Result } from "../kernel/result.ts";
import {
  longestLibpodNumber,
  longestMinorVersion,
  oldestLibpodMajorVersion,
  oldestMinorVersion,
} from "./limits.ts";

declare const canonicalPath: unique symbol;

/** A path in the one spelling that the gate sends to the engine; only parsePath makes it. */
export type CanonicalPath = string & { readonly [canonicalPath]: true };

/** A path that the gate and dockerd read the same way. */
export interface EnginePath {
  /** For example "1.41", or "4.3.1" below /libpod; undefined when the path had no version. */
  readonly version: string | undefined;
  /** Decoded, without the version; a trailing slash is kept as a last "". */
  readonly segments: readonly string[];
  /** Encoded again from the decoded value, with the version when there was one. */
  readonly canonical: CanonicalPath;
  readonly unversioned: CanonicalPath;
}

/** Why a path is refused. The reason never repeats the client's bytes. */
export interface PathFault {
  readonly code: "bad_path" | "bad_version" | "version_too_old";
  readonly reason: string;
}

const slash = 0x2f;
const dot = 0x2e;

// RFC 3986 §3.3: the characters that a path segment may hold without being escaped, and the slash between segments.
const plainCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/";
const isPlainCode = new Uint8Array(0x80);
for (const character of plainCharacters) isPlainCode[character.charCodeAt(0)] = 1;

/**
 * Reads the path of a request target (the part before "?") as dockerd does, or refuses it; never throws.
 *
 * dockerd matches on the path after percent-decoding it once, so a decoded %2F is a separator there and here. It then
 * redirects what path.Clean would change. Of that, slashes that stand together are read as one, because lists give names
 * with a slash in front; dot segments are refused, as is all that can be read in two ways.
 */
export function parsePath(raw: string): Result<EnginePath, PathFault> {
  if (raw.charCodeAt(0) !== slash) return badPath("the path must start with a slash");
  // Nearly every path is spelled canonically already: then nothing is decoded and nothing encoded.
  if (isPlain(raw)) return parseDecoded(raw, raw);
  const decoded = decodePath(raw);
  return decoded.ok ? parseDecoded(decoded.value, encodePath(decoded.value)) : decoded;
}

/** The N of a path's version v1.N; undefined where the path has none, or Podman's. */
export function minorVersionOf({ version, segments }: EnginePath): number | undefined {
  return version === undefined || segments[0] === "libpod" ? undefined : Number(version.slice(2));
}

/** The same path in the version v1.N, which is then the one that is judged and the one that goes on. */
export function withMinorVersion(path: EnginePath, minor: number): EnginePath {
  const version = `1.${minor}`;
  return { ...path, version, canonical: asCanonical(`/v${version}${path.unversioned}`) };
}

/** The same path with other segments, which are decoded and none of which is empty or all dots. */
export function withSegments({ version }: EnginePath, segments: readonly string[]): EnginePath {
  const unversioned = asCanonical(encodePath(`/${segments.join("/")}`));
  const canonical = version === undefined ? unversioned : asCanonical(`/v${version}${unversioned}`);
  return { version, segments, canonical, unversioned };
}

function parseDecoded(path: string, canonical: string): Result<EnginePath, PathFault> {
  const segments: string[] = [];
  let version: string | undefined;
  let start = 1;
  for (;;) {
    const next = path.indexOf("/", start);
    const segment = next === -1 ? path.slice(start) : path.slice(start, next);
    if (segment === "" && next !== -1) {
      if (start === 1) return badPath("the path starts with two slashes");
      const single = path.replaceAll(/\/{2,}/gu, "/");
      return parseDecoded(single, encodePath(single));
    }
    if (segment === "." || segment === "..") return badPath("the path has a dot segment");
    if (start === 1 && isVersionLike(segment)) {
      version = segment.slice(1);
    } else {
      segments.push(segment);
    }
    if (next === -1) break;
    start = next + 1;
  }
  if (version !== undefined) {
    // Podman counts its own API, which stands below /libpod, by its own releases.
    const fault = segments[0] === "libpod" ? findLibpodVersionFault(version) : findVersionFault(version);
    if (fault !== undefined) return { ok: false, error: fault };
  }
  const unversioned = version === undefined ? canonical : canonical.slice(version.length + 2) || "/";
  return {
    ok: true,
    value: { version, segments, canonical: asCanonical(canonical), unversioned: asCanonical(unversioned) },
  };
}

function isPlain(path: string): boolean {
  for (let index = 0; index < path.length; index += 1) {
    // Beyond the table there is only undefined, which is not plain either.
    if (isPlainCode[path.charCodeAt(index)] !== 1) return false;
  }
  return true;
}

function decodePath(raw: string): Result<string, PathFault> {
  // Go takes "#" as part of the path, browsers' URL rules as its end: only its escape is beyond doubt.
  if (/[^\u0021-\u007e]|[#?]/.test(raw)) return badPath("the path has a character that must be escaped");
  let decoded: string;
  try {
    decoded = decodeURIComponent(raw);
  } catch {
    return badPath("the path has a bad escape or is not UTF-8");
  }
  if (/[\u0000-\u001f\u007f-\u009f]/.test(decoded)) return badPath("the path has a control character");
  if (decoded.includes("\\")) return badPath("the path has a backslash");
  return { ok: true, value: decoded };
}

function encodePath(decoded: string): string {
  let encoded = "";
  for (const character of decoded) encoded += isPlain(character) ? character : encodeURIComponent(character);
  return encoded;
}

/** Tells whether dockerd could take the segment as its version prefix: "v", then digits and dots only. */
function isVersionLike(segment: string): boolean {
  if (segment.charCodeAt(0) !== 0x76) return false;
  for (let index = 1; index < segment.length; index += 1) {
    const code = segment.charCodeAt(index);
    if (code !== dot && !isDigit(code)) return false;
  }
  return true;
}

/** dockerd reads v1.041, v01.41 and v1.41.0 all as 1.41; only one spelling passes here. */
function findVersionFault(version: string): PathFault | undefined {
  const minor = version.slice(2);
  const wellFormed = version.startsWith("1.") && isPlainNumber(minor, longestMinorVersion);
  if (!wellFormed) return { code: "bad_version", reason: "the API version must be written like v1.41" };
  if (Number(minor) >= oldestMinorVersion) return undefined;
  const reason = `API version 1.${minor} is too old: the oldest that is let through is 1.${oldestMinorVersion}`;
  return { code: "version_too_old", reason };
}

/** Podman takes any spelling of a version; all of its clients write the three numbers of a release. */
function findLibpodVersionFault(version: string): PathFault | undefined {
  const numbers = version.split(".");
  const wellFormed =
    numbers.length === 3 && numbers.every((number) => isPlainNumber(number, longestLibpodNumber));
  if (!wellFormed) {
    return { code: "bad_version", reason: "the API version before /libpod must be written like v4.3.1" };
  }
  if (Number(numbers[0]) >= oldestLibpodMajorVersion) return undefined;
  const oldest = `${oldestLibpodMajorVersion}.0.0`;
  const reason = `libpod API version ${version} is too old: the oldest that is let through is ${oldest}`;
  return { code: "version_too_old", reason };
}

/** Tells whether digits, with or without dots, are a number in its one spelling. */
function isPlainNumber(text: string, longest: number): boolean {
  const { length } = text;
  return length >= 1 && length <= longest && !text.includes(".") && (length === 1 || !text.startsWith("0"));
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function badPath(reason: string): { readonly ok: false; readonly error: PathFault } {
  return { ok: false, error: { code: "bad_path", reason } };
}

function asCanonical(path: string): CanonicalPath {
  // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-type-assertion -- the brand's one source
  return path as CanonicalPath;
}
