import type { Operation } from "../docker/operations.ts";
import { type Grant, NOTHING_OPENS_IT } from "../policy/grant.ts";
import type { Dialect } from "./dialect.ts";
import type { Environment } from "./environment.ts";
import { linuxserver } from "./linuxserver.ts";
import { explainOpen, openingOf } from "./open-operations.ts";
import type { Problem } from "./problem.ts";
import { isOnValue } from "./switch.ts";
import { tecnativa } from "./tecnativa.ts";

/** The dialect that is spoken when none is named. */
export const defaultDialect: Dialect = tecnativa;

/** Every dialect there is. */
export const dialects: readonly Dialect[] = [tecnativa, linuxserver];

/**
 * What is said of an operation that no switch of the dialect opens: another dialect may have one, which is named as it is
 * written where the switches are.
 */
export function closedRemedy(
  operation: Operation,
  spoken: Dialect,
  namedBy: (name: string) => string = (name) => `QUAYGATE_COMPAT=${name}`,
  otherwise: string = NOTHING_OPENS_IT,
): string {
  const other = dialects.find((dialect) => dialect !== spoken && dialect.requirementOf(operation).length > 0);
  return other === undefined ? otherwise : `only the ${other.name} dialect opens it (${namedBy(other.name)})`;
}

/**
 * Variables that say something in another dialect only, where they would go unheard; of one that was to keep something
 * closed, what is open all the same.
 */
export function foreignWarnings(environment: Environment, spoken: Dialect, grant: Grant): readonly Problem[] {
  const others = dialects.filter((dialect) => dialect !== spoken);
  return others.flatMap((other) => [
    ...foreignSwitches(environment, spoken, other).map((setting) => {
      const message = `${setting} belongs to the ${other.name} dialect: set QUAYGATE_COMPAT=${other.name}`;
      const open = isOnValue(environment[setting] ?? "") ? [] : unclosed(setting, spoken, other, grant);
      return { setting, message: open.length === 0 ? message : `${message}; ${explainOpen(open, grant)}` };
    }),
    ...foreignBind(environment, spoken, other).map((setting) => ({
      setting,
      message: `${setting} belongs to the ${other.name} dialect: set QUAYGATE_LISTEN instead`,
    })),
  ]);
}

/** The operations that are open here, and would be closed by this switch of another dialect. */
function unclosed(setting: string, spoken: Dialect, other: Dialect, grant: Grant): readonly Operation[] {
  return spoken.operations.filter(
    (operation) =>
      openingOf(grant, operation.name) !== undefined &&
      other.requirementOf(operation).every((way) => way.includes(setting)),
  );
}

function foreignSwitches(environment: Environment, spoken: Dialect, other: Dialect): readonly string[] {
  return [...other.switches.keys()].filter((name) => {
    const value = environment[name];
    return (
      !spoken.switches.has(name) && value !== undefined && (isOnValue(value) || other.narrowing.has(name))
    );
  });
}

function foreignBind(environment: Environment, spoken: Dialect, other: Dialect): readonly string[] {
  const setting = other.bind?.setting ?? "";
  const isForeign = spoken.bind?.setting !== setting && (environment[setting] ?? "").trim() !== "";
  return isForeign ? [setting] : [];
}
