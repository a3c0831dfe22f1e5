import type { Operation } from "../docker/operations.ts";
import { openWay } from "../policy/requirement.ts";
import type { Dialect } from "./dialect.ts";

/**
 * The fewest switches of a dialect that open operations, in the alphabet's order: first those that an operation can't do without,
 * then, for what these leave closed, the narrowest way. An operation that no switch opens counts for nothing.
 */
export function fewestSwitches(dialect: Dialect, operations: readonly Operation[]): readonly string[] {
  const requirements = [...new Set(operations)]
    .map((operation) => dialect.requirementOf(operation))
    .filter((ways) => ways.length > 0);
  const needed = new Set(requirements.filter((ways) => ways.length === 1).flat(2));
  for (const ways of requirements) {
    if (openWay(ways, (name) => needed.has(name)) === undefined) {
      for (const name of ways[0] ?? []) needed.add(name);
    }
  }
  // What was taken for one operation may be needless beside what was taken for another one.
  for (const name of needed) {
    const isOn = (other: string): boolean => other !== name && needed.has(other);
    if (requirements.every((ways) => openWay(ways, isOn) !== undefined)) needed.delete(name);
  }
  return [...needed].toSorted();
}
