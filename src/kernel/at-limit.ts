/** The codes of what no rights would have helped: a client was at a limit, or the gate. */
const CODES: ReadonlySet<string> = new Set([
  "too_many_requests",
  "too_many_at_once",
  "too_many_streams",
  "too_many_connections",
  "too_many_large_heads",
  "too_many_large_bodies",
]);

/**
 * Tells whether the gate refused an exchange at a limit before the engine did anything for it. There can be no memory left for an answer
 * as well: then the engine has done what it was asked.
 */
export function isAtLimit({
  code,
  engineTime,
}: {
  readonly code: string | undefined;
  readonly engineTime: number | undefined;
}): boolean {
  return code !== undefined && engineTime === undefined && CODES.has(code);
}
