import { consistsOf, TARGET } from "./grammar.ts";
import { PATH_LIMIT } from "./limits.ts";

/** What the beginning of a head says of a request that can't be understood as a whole. For a person, never for a decision. */
export interface RequestStart {
  readonly method: string;
  /** Up to the query: printable ASCII; undefined where its end can't be told. */
  readonly path: string | undefined;
}

/** The longest method that is told. Those that there are have up to 17 characters, all capitals (RFC 9110 §16.1.1). */
const METHOD_LIMIT = 20;

/** The longest beginning that is looked at: a method, a path and what tells its end. */
export const START_LIMIT: number = METHOD_LIMIT + PATH_LIMIT + 2;

/** Reads as much of the first line of a head as is beyond doubt, from its text or the beginning of that. */
export function readRequestStart(text: string): RequestStart | undefined {
  const line = text.slice(0, START_LIMIT).split(/[\r\n]/u, 1)[0] ?? "";
  const methodEnd = line.indexOf(" ");
  const method = line.slice(0, methodEnd);
  if (methodEnd < 1 || methodEnd > METHOD_LIMIT || !/^[A-Z-]+$/u.test(method)) {
    return undefined;
  }
  const target = line.slice(methodEnd + 1);
  const pathEnd = target.search(/[ ?]/u);
  const path = target.slice(0, pathEnd);
  return { method, path: pathEnd > 0 && path.startsWith("/") && consistsOf(path, TARGET) ? path : undefined };
}
