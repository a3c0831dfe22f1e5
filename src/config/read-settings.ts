import { EVERYBODY } from "../kernel/log-words.ts";
import type { Result } from "../kernel/result.ts";
import {
  type Grant,
  grantFromSwitches,
  MODE_SETTING,
  POWERS_SETTING,
  WITHIN_SETTING,
} from "../policy/grant.ts";
import type { Dialect } from "./dialect.ts";
import { closedRemedy, defaultDialect, dialects } from "./dialects.ts";
import type { Environment } from "./environment.ts";
import { NETWORKS_SETTING, readEngine, readGateSettings, type Surroundings } from "./gate-settings.ts";
import { isBoundByDialect, readListen } from "./listen.ts";
import { readPowers } from "./powers.ts";
import type { Problem } from "./problem.ts";
import { SettingReader } from "./setting-reader.ts";
import type { EnvironmentSettings, Networks } from "./settings.ts";
import { readSwitches } from "./switch.ts";
import { settingWarnings } from "./warnings.ts";

/** Names the policy file. */
export const POLICY_SETTING = "QUAYGATE_POLICY";

/**
 * Reads all settings where whoever calls is the one client, or tells every problem at once. Nothing is started with a setting
 * that was not understood. A policy file takes {@link loadSettings}: with one named, these settings would open something else.
 * So does `QUAYGATE_MODE=learn`.
 */
export function readSettings(
  environment: Environment,
  surroundings: Surroundings,
): Result<EnvironmentSettings, readonly Problem[]> {
  return readSettingsWith(environment, surroundings, (reader) => {
    reader.problem(MODE_SETTING, "a mode to learn in can't be read here, but by loadSettings alone");
    return (grant) => grant;
  });
}

/** Reads what else is said where clients learn, and says what it makes of their grant. */
export type ReadLearning = (reader: SettingReader) => (grant: Grant) => Grant;

/** The same with what reads a mode in which clients learn. */
export function readSettingsWith(
  environment: Environment,
  surroundings: Surroundings,
  readLearning: ReadLearning,
): Result<EnvironmentSettings, readonly Problem[]> {
  const reader = new SettingReader(environment);
  reader.refuseUnknown();
  if (reader.text(POLICY_SETTING) !== undefined) {
    reader.problem(POLICY_SETTING, "a policy file can't be read here, but by loadSettings alone");
  }
  const dialect = readDialect(reader);
  const switches = readSwitches(environment, dialect.switches);
  const listen = readListen(reader, dialect);
  const gate = readGateSettings(reader, surroundings, listen, readEngine(reader, surroundings));
  const powers = readPowers(reader.text(POWERS_SETTING));
  for (const message of powers.ok ? [] : powers.error) {
    reader.problem(POWERS_SETTING, message);
  }
  const learn = readMode(reader) === "learn" ? readLearning(reader) : undefined;
  if (!powers.ok || reader.problems.length > 0) {
    return { ok: false, error: reader.problems };
  }
  const grant = grantFromSwitches(
    dialect,
    (name) => switches.isOn(name),
    (operation) => closedRemedy(operation, dialect),
    powers.value,
  );
  const warnings = [...reader.warnings, ...settingWarnings(environment, dialect, switches, grant)];
  return {
    ok: true,
    value: {
      ...gate,
      networks: { ...gate.networks, listen: networksOfListen(reader, dialect, gate.networks.listen) },
      listen,
      dialect,
      switches,
      clients: [
        { name: EVERYBODY, whence: "", grant: learn?.(grant) ?? grant, operations: dialect.operations },
      ],
      policy: undefined,
      warnings,
    },
  };
}

/** The original lets in all who reach where its own setting says: a drop-in does, unless it is told otherwise. */
function networksOfListen(reader: SettingReader, dialect: Dialect, said: Networks): Networks {
  const isSaid = reader.text(NETWORKS_SETTING) !== undefined;
  return !isSaid && isBoundByDialect(reader, dialect) ? "all" : said;
}

function readMode(reader: SettingReader): "enforce" | "learn" {
  const mode = reader.choose(MODE_SETTING, ["enforce", "learn"], "enforce");
  if (mode !== "learn" && reader.text(WITHIN_SETTING) !== undefined) {
    reader.problem(WITHIN_SETTING, `says what passes besides while clients learn: set ${MODE_SETTING}=learn`);
  }
  return mode;
}

/** Whose variables are understood; a problem is the reader's. */
export function readDialect(reader: SettingReader): Dialect {
  const names = dialects.map(({ name }) => name);
  const chosen = reader.choose("QUAYGATE_COMPAT", names, defaultDialect.name);
  return dialects.find(({ name }) => name === chosen) ?? defaultDialect;
}
