import type { Environment } from "./environment.ts";
import type { Problem } from "./problem.ts";
import { textInQuotes } from "./quotes.ts";

/** The value of each switch that a dialect knows, by variable name. */
export interface Switches {
  isOn(name: string): boolean;
  /** Switches that are off, although their value does not say so to a person. */
  readonly warnings: readonly Problem[];
}

const INTEGER = /^[+-]?[0-9]+/u;
const LOOKS_ON = /^(?:true|yes|on|y|t|enabled?|allow(?:ed)?)$/iu;

const SAYS_OFF = /^(?:[+-]?0+|no?|f(?:alse)?|off|none|disabled?|den(?:y|ied))?$/iu;

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
    } else if (value !== undefined && !SAYS_OFF.test(value.trim())) {
      // A value that is no word for "on" may be another program's secret, and is not told.
      const message = looksOn(value)
        ? `${name}=${value.trim()} is off: a switch is on when it is ${name}=1`
        : `${name} is off, for its value is no number: a switch is on when it is ${name}=1`;
      warnings.push({ setting: name, message });
    }
  }
  return { isOn: (name) => on.has(name), warnings };
}

/** Tells whether a value turns a switch on: HAProxy reads its leading integer, before which no white space may stand. */
export function isOnValue(value: string): boolean {
  const integer = INTEGER.exec(value);
  return integer !== null && Number(integer[0]) !== 0;
}

/** Tells whether a value is one that only a switch has, be it in quotes that a shell would have taken away. */
export function isSwitchValue(value: string): boolean {
  const plain = textInQuotes(value) ?? value.trim();
  return plain !== "" && (plain === "1" || looksOn(plain) || SAYS_OFF.test(plain));
}

/** Tells whether a person would take a value for "on". */
export function looksOn(value: string): boolean {
  return LOOKS_ON.test(value.trim());
}
