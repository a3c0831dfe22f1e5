import type { Environment } from "./environment.ts";
import type { Problem } from "./problem.ts";

/** The value of each switch that a dialect knows, by variable name. */
export interface Switches {
  isOn(name: string): boolean;
  /** Switches whose value looks like "on" to a person and reads as "off". */
  readonly warnings: readonly Problem[];
}

const INTEGER = /^[+-]?[0-9]+/u;
const LOOKS_ON = /^(?:true|yes|on|y|t|enabled?|allow(?:ed)?)$/iu;

/**
 * Reads switches exactly as the originals do: the value as an integer, on when it is not 0. `1`, `2`, `01` and `-1`
 * are on; `true`, `yes`, the empty string and garbage are off.
 */
export function readSwitches(environment: Environment, defaults: ReadonlyMap<string, boolean>): Switches {
  const on = new Set<string>();
  const warnings: Problem[] = [];
  for (const [name, byDefault] of defaults) {
    const value = environment[name];
    if (value === undefined ? byDefault : isOnValue(value)) {
      on.add(name);
    } else if (value !== undefined && looksOn(value)) {
      warnings.push({
        setting: name,
        message: `${name}=${value.trim()} is off: a switch is on when it is ${name}=1`,
      });
    }
  }
  return { isOn: (name) => on.has(name), warnings };
}

/** Tells whether a value turns a switch on: HAProxy reads its leading integer, before which no white space may stand. */
export function isOnValue(value: string): boolean {
  const integer = INTEGER.exec(value);
  return integer !== null && Number(integer[0]) !== 0;
}

/** Tells whether a person would take a value for "on". */
export function looksOn(value: string): boolean {
  return LOOKS_ON.test(value.trim());
}
