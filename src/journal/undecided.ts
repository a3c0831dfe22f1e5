import type { JournalRecord } from "./journal-record.ts";

/** The codes of answers in the engine's stead, and of what the engine did with a request that it got. */
const OF_DECIDED: ReadonlySet<string> = new Set([
  "no_such_container",
  "no_such_object",
  "no_such_reference",
  "scope_denied",
  "swarm_unavailable",
  "engine_closed",
]);

/**
 * Tells whether an exchange that no policy denied ended before it was decided to its end, or before the engine had the whole of it: its
 * client left, was at its limits, or sent a body that did not come or was none; the engine could not be reached, or asked. It
 * says nothing of what its client uses, or of what the policy lets through.
 */
export function isUndecided({ verdict, code, engineTime }: JournalRecord): boolean {
  if (verdict === "none") return true;
  const isOpen = verdict === "allow" || verdict === "warn";
  return isOpen && code !== undefined && engineTime === undefined && !OF_DECIDED.has(code);
}
