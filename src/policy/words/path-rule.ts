import type { Method } from "../../docker/operation.ts";
import { catalogue, type Operation } from "../../docker/operations.ts";
import type { Result } from "../../kernel/result.ts";
import type { WordFault } from "./word-fault.ts";

const METHODS: ReadonlySet<string> = new Set<Method>(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]);

/** The most segments of an image's name that are told apart from a path that there is not. */
const MOST_NAME_SEGMENTS = 8;

/** How a pattern's segment stands to a template's. */
type MeetsSegment = (pattern: string, segment: string) => boolean;

/** Tells a path rule from other words, which have no slash. */
export function isPathRule(word: string): boolean {
  return word.includes("/");
}

/**
 * Reads `METHOD /path`, where `*` is one segment, `**` any number of them, and as a method each. It selects operations by
 * their templates: a parameter of one, such as `{id}`, is a segment that only a star stands for, be it one segment of a
 * request or, of an image's name, several.
 */
export function parsePathRule(word: string): Result<readonly Operation[], WordFault> {
  const [method = "", path = "", ...rest] = word.split(" ");
  if (rest.length > 0) return malformed(word, "has more than a method, one space and a path");
  if (method.startsWith("/"))
    return malformed(word, "has no method: write GET before the path, or * for any");
  if (method !== "*" && !METHODS.has(method)) {
    return { ok: false, error: { kind: "unknown-method", word, method, candidates: [...METHODS] } };
  }
  const reason = findPathFault(path);
  if (reason !== undefined) return malformed(word, reason);
  // Several ** in a row are one, so that however many stand there are tried once.
  const pattern = path
    .slice(1)
    .split("/")
    .filter((segment, index, all) => segment !== "**" || all[index - 1] !== "**");
  const here = (operation: Operation): boolean =>
    method === "*" || operation.methods.some((each) => each === method);
  const atPath = catalogue.filter((operation) => isMet(pattern, operation, meetsSegment));
  const selected = atPath.filter(here);
  return selected.length > 0
    ? { ok: true, value: selected }
    : { ok: false, error: explainNothing(word, pattern, atPath, catalogue.filter(here)) };
}

function malformed(word: string, reason: string): { readonly ok: false; readonly error: WordFault } {
  return { ok: false, error: { kind: "malformed", word, reason } };
}

function findPathFault(path: string): string | undefined {
  if (!path.startsWith("/")) return "has a path that begins with no slash";
  if (/[?#]/u.test(path)) return "has a query: a rule is about the path alone";
  if (/^\/v[0-9.]+(?:\/|$)/u.test(path))
    return "has an API version: leave it out, for a rule holds in each of them";
  const segments = path.slice(1).split("/");
  const parameter = segments.find((segment) => /[{}]/u.test(segment));
  if (parameter !== undefined) return `has ${parameter}: write * in its place`;
  const part = segments.find((segment) => segment.includes("*") && segment !== "*" && segment !== "**");
  return part === undefined
    ? undefined
    : `has a star in a part of a segment (${part}): * is a whole one, ** any number`;
}

/** What a rule meant that selects nothing: another method, one object, or a path that there is not. */
function explainNothing(
  word: string,
  pattern: readonly string[],
  atPath: readonly Operation[],
  withMethod: readonly Operation[],
): WordFault {
  const [literal] = atPath.length > 0 ? [] : withMethod.flatMap((operation) => literalIn(pattern, operation));
  if (literal !== undefined) return { kind: "single-object", word, ...literal };
  const near = atPath.length > 0 ? atPath : catalogue;
  return {
    kind: "selects-nothing",
    word,
    candidates: near.flatMap(({ methods, template }) =>
      methods.map((method) => `${method} ${starred(template)}`),
    ),
  };
}

/** A template as the narrowest rule that selects it. */
function starred(template: string): string {
  return template.replaceAll(/\{[^}]*\}/gu, "*");
}

/** The parameter in whose place a pattern has a text of its own, where that is all that parts the two. */
function literalIn(
  pattern: readonly string[],
  { template }: Operation,
): readonly { readonly literal: string; readonly parameter: string }[] {
  // What takes any path has no place for an object.
  if (isParameter(template.slice(1))) return [];
  const literals = new Map<string, string[]>();
  const isSame = meetsAll(pattern, spread(template, pattern.length), (segment, own) => {
    if (!isParameter(own)) return meetsSegment(segment, own);
    if (segment !== "*") literals.set(own, [...(literals.get(own) ?? []), segment]);
    return true;
  });
  return isSame ? [...literals].map(([parameter, texts]) => ({ parameter, literal: texts.join("/") })) : [];
}

/** A template's segments, with a name that may have several repeated until they are as many as wanted. */
function spread(template: string, length: number): readonly string[] {
  const segments = template.slice(1).split("/");
  const copies = Math.min(Math.max(1, length - segments.length + 1), MOST_NAME_SEGMENTS);
  return segments.flatMap((segment) =>
    segment.endsWith("...}") ? Array.from({ length: copies }, () => segment) : [segment],
  );
}

function isParameter(segment: string): boolean {
  return segment.startsWith("{");
}

function meetsSegment(pattern: string, segment: string): boolean {
  return pattern === "*" || pattern === segment;
}

function isMet(pattern: readonly string[], { template, twin }: Operation, meets: MeetsSegment): boolean {
  return [template, ...(twin === undefined ? [] : [twin])].some((each) =>
    meetsAll(pattern, each.slice(1).split("/"), meets),
  );
}

function meetsAll(
  [first, ...pattern]: readonly string[],
  segments: readonly string[],
  meets: MeetsSegment,
): boolean {
  if (first === undefined) return segments.length === 0;
  const [segment, ...rest] = segments;
  if (first === "**") {
    return (
      meetsAll(pattern, segments, meets) ||
      (segment !== undefined && meetsAll([first, ...pattern], rest, meets))
    );
  }
  return segment !== undefined && meets(first, segment) && meetsAll(pattern, rest, meets);
}
