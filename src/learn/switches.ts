import type { Dialect } from "../config/dialect.ts";
import { fewestSwitches } from "../config/fewest-switches.ts";
import { catalogue, type OperationName } from "../docker/operations.ts";
import { openWay } from "../policy/requirement.ts";

/** The switches of a dialect that come nearest to what was used. */
export interface LearntSwitches {
  readonly on: readonly string[];
  /** Those that are on when nothing is said, and nobody needs. */
  readonly off: readonly string[];
  /** What they open besides what was used, by the switches that open it. */
  readonly beyond: readonly { readonly by: string; readonly operations: readonly OperationName[] }[];
  /** What was used and no switch opens. */
  readonly unopened: readonly OperationName[];
}

/** Finds the fewest switches that open what was used, and all that they open. */
export function learnSwitches(dialect: Dialect, used: ReadonlySet<OperationName>): LearntSwitches {
  const operations = catalogue.filter(({ name }) => used.has(name));
  const on = fewestSwitches(dialect, operations);
  const isOn = (name: string): boolean => on.includes(name);
  const beyond = new Map<string, OperationName[]>();
  for (const operation of dialect.operations.filter(({ name }) => !used.has(name))) {
    const way = openWay(dialect.requirementOf(operation), isOn);
    if (way === undefined) continue;
    const by = way.map((name) => `${name}=1`).join(" and ");
    beyond.set(by, [...(beyond.get(by) ?? []), operation.name]);
  }
  return {
    on,
    off: [...dialect.switches].filter(([name, byDefault]) => byDefault && !isOn(name)).map(([name]) => name),
    beyond: [...beyond].map(([by, names]) => ({ by, operations: names })),
    unopened: operations
      .filter((operation) => openWay(dialect.requirementOf(operation), isOn) === undefined)
      .map(({ name }) => name),
  };
}
