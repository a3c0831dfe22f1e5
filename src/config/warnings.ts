import { type Grant, grantFromSwitches } from "../policy/grant.ts";
import type { Dialect } from "./dialect.ts";
import { dialects, foreignWarnings } from "./dialects.ts";
import { effectWarnings } from "./effects.ts";
import type { Environment } from "./environment.ts";
import { explainFellow } from "./fellows.ts";
import { tellsOfService } from "./kubernetes.ts";
import { explainMisnamed, explainMisspelt } from "./misnamed.ts";
import type { Problem } from "./problem.ts";
import { isSwitchValue, looksOn, readSwitches, type Switches } from "./switch.ts";

/**
 * What a person should look at in variables that can be used: wishes that nobody hears, and switches that do not do what
 * they say. One sentence each, and of no variable that is not the gate's the value.
 */
export function settingWarnings(
  environment: Environment,
  dialect: Dialect,
  switches: Switches,
  grant: Grant,
): readonly Problem[] {
  return [
    ...switches.warnings,
    ...ipv6Warnings(environment, dialect),
    ...foreignWarnings(environment, dialect, grant),
    ...effectWarnings(environment, dialect, switches, grant),
    ...unreadWarnings(environment, dialect, grant),
  ];
}

/** The same of variables that stand in a file, in one dialect, for a gate whose powers are not looked at. */
export function warningsOfVariables(environment: Environment, dialect: Dialect): readonly Problem[] {
  const switches = readSwitches(environment, dialect.switches);
  const grant = grantFromSwitches(dialect, (name) => switches.isOn(name));
  return settingWarnings(environment, dialect, switches, grant);
}

function ipv6Warnings(environment: Environment, { name, disablesIpv6 }: Dialect): readonly Problem[] {
  const value = (environment["DISABLE_IPV6"] ?? "").trim();
  const message = `DISABLE_IPV6=${value} is off in the ${name} dialect: set DISABLE_IPV6=1`;
  return looksOn(value) && !disablesIpv6(value) ? [{ setting: "DISABLE_IPV6", message }] : [];
}

/** Variables that nobody here reads, although they were meant for a proxy. */
function unreadWarnings(environment: Environment, spoken: Dialect, grant: Grant): readonly Problem[] {
  const others = dialects.filter((dialect) => dialect !== spoken);
  return Object.entries(environment).flatMap(([setting, value = ""]) => {
    if (value.trim() === "" || isKnown(setting) || tellsOfService(setting, environment)) {
      return [];
    }
    const says =
      explainFellow(setting, environment) ??
      explainMisspelt(setting) ??
      (isSwitchValue(value) ? explainMisnamed(setting, spoken, others, grant) : undefined);
    return says === undefined ? [] : [{ setting, message: says }];
  });
}

/** What is read elsewhere, or was warned about there. */
function isKnown(name: string): boolean {
  return dialects.some(({ switches }) => switches.has(name));
}
