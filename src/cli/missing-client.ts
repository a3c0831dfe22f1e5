import { nearestName } from "../config/nearest.ts";
import { shown } from "../learn/shown.ts";

/** Says that a log tells of no client of this name, and which of those that it tells of was most likely meant. */
export function explainMissingClient(name: string, others: readonly string[]): string {
  const nearest = nearestName(name, others);
  const hint = nearest === undefined ? "" : `; did you mean ${shown(nearest)}?`;
  return `the log tells of no client ${name}${hint}`;
}
