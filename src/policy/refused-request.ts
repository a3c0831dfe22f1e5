import { matchOperation } from "../docker/match.ts";
import { catalogue, type Operation } from "../docker/operations.ts";
import { parsePath } from "../docker/path.ts";
import { explainRequest } from "./explain.ts";

/** What can be told of a request that is refused before it is understood, so that somebody finds who sent it. */
export interface RefusedRequest {
  readonly method: string | undefined;
  /** In the canonical spelling where there is one, else as it came. */
  readonly path: string | undefined;
  readonly operation: Operation | undefined;
  /** The subject of a sentence about it; undefined where it could be any. */
  readonly subject: string | undefined;
}

const METHODS = new Set(catalogue.flatMap(({ methods }) => methods));

/**
 * Tells which request it is by its method and its path, printable ASCII, as far as they could be read. Nothing is decided
 * by it.
 */
export function identifyRequest(method: string | undefined, path: string | undefined): RefusedRequest {
  if (method === undefined || path === undefined) {
    return { method, path: undefined, operation: undefined, subject: undefined };
  }
  const known = [...METHODS].find((candidate) => candidate === method);
  const parsed = parsePath(path);
  const operation =
    parsed.ok && known !== undefined ? matchOperation(known, parsed.value.segments) : undefined;
  const { canonical, unversioned } = parsed.ok ? parsed.value : { canonical: path, unversioned: path };
  return { method, path: canonical, operation, subject: explainRequest(method, unversioned, operation) };
}
