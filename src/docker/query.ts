import type { Result } from "../kernel/result.ts";

/** A decoded query: a value for each key, or all values of a key that may stand several times. */
export type Query = ReadonlyMap<string, string | readonly string[]>;

/**
 * Reads a query as Go's `url.ParseQuery` does, or refuses it. A key that stands twice is refused unless it is a list:
 * most of dockerd's readers take the first value, and none should have to know which.
 */
export function parseQuery(text: string, isList: (key: string) => boolean): Result<Query, string> {
  const query = new Map<string, string | string[]>();
  for (const piece of text.split("&")) {
    if (piece === "") continue;
    const at = piece.indexOf("=");
    const key = decode(at === -1 ? piece : piece.slice(0, at));
    const value = decode(at === -1 ? "" : piece.slice(at + 1));
    if (key === undefined || value === undefined) {
      return { ok: false, error: "the query has a bad escape or is not UTF-8" };
    }
    const before = query.get(key);
    if (before === undefined) {
      query.set(key, isList(key) ? [value] : value);
    } else if (typeof before === "object") {
      before.push(value);
    } else {
      return { ok: false, error: "a key stands twice in the query" };
    }
  }
  return { ok: true, value: query };
}

/** Writes a query again from what was read, or nothing where it is empty. */
export function serializeQuery(query: Query): string | undefined {
  let text = "";
  for (const [key, value] of query) {
    for (const one of typeof value === "string" ? [value] : value) {
      text += `${text === "" ? "" : "&"}${encode(key)}=${encode(one)}`;
    }
  }
  return text === "" ? undefined : text;
}

/** What encoding leaves as it is (ECMA-262, encodeURIComponent); most of a query. */
const UNESCAPED = /^[0-9A-Za-z_.!~*'()-]*$/;

function encode(text: string): string {
  return UNESCAPED.test(text) ? text : encodeURIComponent(text);
}

/** What decoding could change or refuse. */
const ENCODED = /[%+]|[^\u0000-\u007f]/u;

/** `+` is a space in a query (WHATWG URL, application/x-www-form-urlencoded). Most pieces of one are plain. */
function decode(text: string): string | undefined {
  if (!ENCODED.test(text)) return text;
  try {
    const decoded = decodeURIComponent(text.replaceAll("+", " "));
    return /\p{Cs}/u.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}
