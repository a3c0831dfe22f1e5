import { encodePath } from "../docker/powers/power.ts";
import { READ_ONLY, READ_ONLY_TOP } from "../docker/powers/read-only-bind.ts";
import { readOnce } from "./last-reading.ts";
import {
  DEEP,
  decodeValue,
  matchesGlob,
  matchesSegments,
  parseGlob,
  type SegmentPattern,
} from "./power-glob.ts";
import { BAD_ESCAPE, fault, matcher, type PatternParser } from "./power-pattern.ts";

/** What may stand behind a path, from what gives least to what gives most. */
const MODES: readonly string[] = [READ_ONLY, READ_ONLY_TOP, ""];
const WRITABLE = MODES.length - 1;

/** How much the mode behind a path gives, and the path. */
function splitMode(value: string): { readonly path: string; readonly rank: number } {
  const rank = MODES.findIndex((mode) => value.endsWith(mode));
  return { path: value.slice(0, value.length - (MODES[rank] ?? "").length), rank };
}

/**
 * Reads an absolute path: `*` is one segment or a part of one, `**` any number of them. With `:ro` behind it only
 * reading is meant, with `:ro-nonrecursive` writing too of what is mounted below. To take a path away takes away what is above it, which shows it, and what is below it.
 */
export const parsePathPattern: PatternParser = (noun, pattern, effect) => {
  const { path, rank } = splitMode(pattern);
  const mode = MODES[rank] ?? "";
  if (rank < WRITABLE && effect === "removal") {
    return fault(`is less than can be taken away: take away ${noun}:${path}, which includes reading it`);
  }
  if (/^\*+$/u.test(path)) {
    return fault(`is no path: ${noun} alone stands for all of them`);
  }
  if (path.includes(":")) {
    return fault(
      `has a colon: only ${READ_ONLY} and ${READ_ONLY_TOP} may stand behind a path, and a colon in one is written %3A`,
    );
  }
  const clean = cleanSegments(path);
  if (path !== `/${clean.join("/")}`) {
    return fault(`is no clean absolute path: that would be ${noun}:/${clean.join("/")}${mode}`);
  }
  const segments = clean.flatMap((segment) => parseSegment(segment) ?? []);
  if (segments.length < clean.length) {
    return fault(BAD_ESCAPE);
  }
  if (segments.some((segment) => segment !== DEEP && segment.some((part) => part.includes("/")))) {
    return fault("has an escape for a slash: a slash only parts a path");
  }
  if (clean.some((segment) => segment !== DEEP && segment.includes(DEEP))) {
    return fault("has ** beside other letters: it stands between slashes, for any number of parts");
  }
  const text = `/${segments.map((segment) => serializeSegment(segment)).join("/")}`;
  return effect === "removal"
    ? matcher(text, (value) => couldInclude(segments, value))
    : matcher(`${text}${mode}`, (value) => {
        const asked = parseValueOnce(value);
        return asked !== undefined && asked.rank <= rank && matchesSegments(segments, asked.segments);
      });
};

function parseSegment(segment: string): readonly [SegmentPattern] | undefined {
  const glob = segment === DEEP ? DEEP : parseGlob(segment);
  return glob === undefined ? undefined : [glob];
}

function serializeSegment(segment: SegmentPattern): string {
  return segment === DEEP ? DEEP : segment.map((part) => encodePath(part)).join("*");
}

/** The segments that are left of a path when `.`, `..` and nothing are taken for what they mean. */
function cleanSegments(path: string): readonly string[] {
  const clean: string[] = [];
  for (const segment of path.split("/")) {
    const text = decodeValue(segment);
    if (text === "..") clean.pop();
    else if (text !== "" && text !== ".") clean.push(segment);
  }
  return clean;
}

interface AskedPath {
  readonly segments: readonly string[];
  /** What it is called too. */
  readonly names: readonly (readonly string[])[];
  /** How much its mode gives. */
  readonly rank: number;
}

/** Reads the value of a power; undefined when it is no clean absolute path, which no pattern stands for. */
function parseValue(value: string): AskedPath | undefined {
  const { path: encoded, rank } = splitMode(value);
  const path = decodeValue(encoded);
  if (path === undefined || encoded.includes(":") || path.includes("\0") || !path.startsWith("/")) {
    return undefined;
  }
  const segments = path === "/" ? [] : path.slice(1).split("/");
  const isClean = segments.every((segment) => segment !== "" && segment !== "." && segment !== "..");
  return isClean ? { segments, names: namesOf(segments), rank } : undefined;
}

const parseValueOnce = readOnce(parseValue);

/** Tells whether a path could give something of what the pattern stands for. */
function couldInclude(pattern: readonly SegmentPattern[], value: string): boolean {
  const asked = parseValueOnce(value);
  return asked === undefined || asked.names.some((name) => isRelated(pattern, name));
}

/** Tells whether a path is above what the pattern stands for, or is that, or is below it. */
function isRelated(pattern: readonly SegmentPattern[], segments: readonly string[]): boolean {
  for (const [index, segment] of segments.entries()) {
    const expected = pattern[index];
    if (expected === undefined || expected === DEEP) {
      return true;
    }
    if (!matchesGlob(expected, segment)) {
      return false;
    }
  }
  return true;
}

const MERGED: ReadonlySet<string> = new Set(["bin", "sbin", "lib", "lib32", "lib64", "libx32"]);

/** The names that a path has on nearly every Linux. Below `/proc` and `/dev/fd` every other path has one too. */
function namesOf(segments: readonly string[]): readonly (readonly string[])[] {
  const [first, second, ...others] = segments;
  if (first === "proc" || (first === "dev" && second === "fd")) {
    return [[]];
  }
  if (first === "run") {
    const older = second === "lock" ? [["var", "lock", ...others]] : [];
    return [segments, ["var", ...segments], ...older];
  }
  if (first === "var" && (second === "run" || second === "lock")) {
    return [segments, second === "run" ? ["run", ...others] : ["run", "lock", ...others]];
  }
  // What was part of the root lies in /usr today.
  if (MERGED.has(first ?? "")) {
    return [segments, ["usr", ...segments]];
  }
  return first === "usr" && MERGED.has(second ?? "") ? [segments, segments.slice(1)] : [segments];
}
