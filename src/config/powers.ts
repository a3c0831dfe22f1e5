import type { Result } from "../kernel/result.ts";
import {
  everyPower,
  parsePowerSet,
  POWER_NAMES,
  POWER_SETS,
  type PowerFault,
  type PowerSet,
} from "../policy/power-set.ts";
import { nearestName } from "./nearest.ts";

/** Reads a list of powers, or says all that is wrong with it. Without a list everything is held, as in the originals. */
export function readPowers(text: string | undefined): Result<PowerSet, readonly string[]> {
  if (text === undefined) {
    return { ok: true, value: everyPower };
  }
  const parsed = parsePowerSet(text);
  return parsed.ok ? parsed : { ok: false, error: parsed.error.map((fault) => explainFault(fault)) };
}

function explainFault(fault: PowerFault): string {
  switch (fault.kind) {
    case "unknown": {
      if (/[\s;]/u.test(fault.name)) {
        return `"${fault.name}" is no power; a comma stands between two`;
      }
      const nearest = fault.name === "*" ? "all" : nearestName(fault.name, [...POWER_NAMES, ...POWER_SETS]);
      return `"${fault.name}" is no power${nearest === undefined ? "" : `; did you mean ${nearest}?`}`;
    }
    case "misspelt": {
      const nearest = nearestName(fault.value, fault.values);
      const meant = nearest === undefined ? "" : `; did you mean ${nearest}?`;
      return `"${fault.entry}" takes nothing away: there is no ${fault.value}${meant}`;
    }
    case "malformed":
      return `"${fault.entry}" ${fault.reason}`;
  }
}
