import type { Dialect } from "../config/dialect.ts";
import { warningsOfVariables } from "../config/warnings.ts";
import { isFilledIn } from "./filled-in.ts";

/**
 * What the gate would warn of at its start, of the variables of a service. A value that is filled in from outside the file
 * is not known: then only what holds for a switch that is on, and for one that is off, is told.
 */
export function warningsOfService(
  variables: ReadonlyMap<string, string>,
  dialect: Dialect,
): readonly string[] {
  const [whenOn = [], whenOff = []] = ["1", "0"].map((unknown) => {
    const entries = [...variables].map(([name, value]): readonly [string, string] => [
      name,
      isFilledIn(value) ? unknown : value,
    ]);
    const environment = Object.fromEntries(entries);
    return warningsOfVariables(environment, dialect).map(({ message }) => message);
  });
  return whenOn.filter((message) => whenOff.includes(message));
}
