import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "../kernel/log-words.ts";
import type { AdminAddress } from "../admin/address.ts";
import { formatAddress, type ListenAddress, type SocketAddress, type TcpAddress } from "../kernel/address.ts";
import type { Result } from "../kernel/result.ts";
import { SHIM_SCOPES } from "../policy/api-shim.ts";
import { grantFromSwitches, POWERS_SETTING } from "../policy/grant.ts";
import {
  isSamePlace,
  parseEngineAddress,
  parseListenAddress,
  parseSocketPath,
  parseTcpAddress,
} from "./address.ts";
import type { Dialect } from "./dialect.ts";
import { closedRemedy, defaultDialect, dialects } from "./dialects.ts";
import type { Environment } from "./environment.ts";
import { ORIGINS_SETTING, readOrigins } from "./origins.ts";
import { readPowers } from "./powers.ts";
import type { Problem } from "./problem.ts";
import { SettingReader } from "./setting-reader.ts";
import type { EnvironmentSettings, ProcessUser } from "./settings.ts";
import { readSwitches } from "./switch.ts";
import { settingWarnings } from "./warnings.ts";

const DEFAULT_LISTEN = "tcp://127.0.0.1:2375";
const DEFAULT_ADMIN = "tcp://127.0.0.1:9375";
const DEFAULT_ENGINE = "/var/run/docker.sock";
/** Below the 10 seconds that `docker stop` waits before it kills. */
const DEFAULT_GRACE_SECONDS = 8;
const LONGEST_GRACE_SECONDS = 3600;
const LONGEST_GONE_SECONDS = 3600;

/** What the one client is called that the environment knows. */
const EVERYBODY = "everybody";

/** What is known beside the environment. */
export interface Surroundings {
  /** Whether the log goes to a person's terminal. */
  readonly terminal: boolean;
}

/** Reads all settings, or tells every problem at once. Nothing is started with a setting that was not understood. */
export function readSettings(
  environment: Environment,
  { terminal }: Surroundings,
): Result<EnvironmentSettings, readonly Problem[]> {
  const reader = new SettingReader(environment);
  reader.refuseUnknown();
  const dialect = readDialect(reader);
  const switches = readSwitches(environment, dialect.switches);
  const listen = readListen(reader, dialect);
  const [engineSetting, engine] = readEngine(reader);
  const admin = readAdmin(reader);
  const log = {
    format: reader.choose<LogFormat>("QUAYGATE_LOG", LOG_FORMATS, terminal ? "text" : "json"),
    level: reader.choose<LogLevel>("LOG_LEVEL", LOG_LEVELS, "info"),
  };
  const grace = readGrace(reader);
  const engineGone = readEngineGone(reader);
  const user = readUser(reader);
  const apiShim = reader.choose("QUAYGATE_API_SHIM", ["off", ...SHIM_SCOPES], "off");
  const powers = readPowers(reader.text(POWERS_SETTING));
  for (const message of powers.ok ? [] : powers.error) {
    reader.problem(POWERS_SETTING, message);
  }
  const origins = readOrigins(reader.text(ORIGINS_SETTING), [...listen, ...(admin === "off" ? [] : [admin])]);
  for (const message of origins.ok ? [] : origins.error) {
    reader.problem(ORIGINS_SETTING, message);
  }
  if (listen.some((address) => isSamePlace(address, engine))) {
    const cure = "set QUAYGATE_ENGINE to where the engine is";
    reader.problem(engineSetting, `${formatAddress(engine)} is where the gate itself listens; ${cure}`);
  }
  if (!powers.ok || !origins.ok || reader.problems.length > 0) {
    return { ok: false, error: reader.problems };
  }
  const grant = grantFromSwitches(
    dialect,
    (name) => switches.isOn(name),
    (operation) => closedRemedy(operation, dialect),
    powers.value,
  );
  const warnings = settingWarnings(environment, dialect, switches, grant);
  return {
    ok: true,
    value: {
      listen,
      engine,
      engineGone,
      admin,
      origins: origins.value,
      log,
      grace,
      user,
      apiShim,
      dialect,
      switches,
      clients: [{ name: EVERYBODY, whence: "", grant, operations: dialect.operations }],
      warnings,
    },
  };
}

function readDialect(reader: SettingReader): Dialect {
  const names = dialects.map(({ name }) => name);
  const chosen = reader.choose("QUAYGATE_COMPAT", names, defaultDialect.name);
  return dialects.find(({ name }) => name === chosen) ?? defaultDialect;
}

function readListen(reader: SettingReader, dialect: Dialect): readonly ListenAddress[] {
  const own = reader.text("QUAYGATE_LISTEN");
  const { bind } = dialect;
  const bindText = bind === undefined ? undefined : reader.text(bind.setting);
  // The image sets the gate's own setting, and a drop-in must still hear the original's.
  const addresses =
    bind !== undefined && bindText !== undefined
      ? [reader.parse(bind.setting, bindText, bind.parse)]
      : (own ?? DEFAULT_LISTEN)
          .split(",")
          .map((text) => reader.parse("QUAYGATE_LISTEN", text.trim(), parseListenAddress));
  const ipv4Only = dialect.disablesIpv6(reader.text("DISABLE_IPV6"));
  const known = addresses.flatMap((address) => {
    if (address === undefined) {
      return [];
    }
    return address.kind === "tcp" && address.host === "::" && ipv4Only
      ? [{ ...address, host: "0.0.0.0" }]
      : [address];
  });
  return withoutCovered(known);
}

/** Leaves out every IPv4 address where all addresses are listened on: that takes both. */
function withoutCovered(addresses: readonly ListenAddress[]): readonly ListenAddress[] {
  const places = new Set(addresses.map((address) => formatAddress(address)));
  return addresses.filter(
    (address) =>
      address.kind !== "tcp" ||
      address.host !== "0.0.0.0" ||
      !places.has(formatAddress({ ...address, host: "::" })),
  );
}

/** Gives the engine's address with the setting that told it. */
function readEngine(reader: SettingReader): readonly [setting: string, address: SocketAddress] {
  const fallback: SocketAddress = { kind: "unix", path: DEFAULT_ENGINE };
  for (const setting of ["QUAYGATE_ENGINE", "SOCKET_PATH", "DOCKER_HOST"]) {
    const text = reader.text(setting);
    if (text !== undefined) {
      const parser = setting === "SOCKET_PATH" ? parseSocketPath : parseEngineAddress;
      return [setting, reader.parse(setting, text, parser) ?? fallback];
    }
  }
  return ["QUAYGATE_ENGINE", fallback];
}

function readAdmin(reader: SettingReader): AdminAddress {
  const text = reader.text("QUAYGATE_ADMIN") ?? DEFAULT_ADMIN;
  return text === "off" ? "off" : (reader.parse("QUAYGATE_ADMIN", text, parseAdminAddress) ?? "off");
}

function parseAdminAddress(text: string): Result<TcpAddress, string> {
  const address = parseTcpAddress(text);
  return address.ok ? address : { ok: false, error: `"${text}" is neither tcp://host:port nor off` };
}

function readGrace(reader: SettingReader): number {
  return readSeconds(reader, "QUAYGATE_GRACE", 0, LONGEST_GRACE_SECONDS) ?? DEFAULT_GRACE_SECONDS * 1000;
}

function readEngineGone(reader: SettingReader): number | undefined {
  return readSeconds(reader, "QUAYGATE_ENGINE_GONE", 1, LONGEST_GONE_SECONDS);
}

/** Gives milliseconds. */
function readSeconds(
  reader: SettingReader,
  setting: string,
  least: number,
  most: number,
): number | undefined {
  const text = reader.text(setting);
  if (text === undefined) return undefined;
  const seconds = /^[0-9]{1,4}$/u.test(text) ? Number(text) : Number.NaN;
  if (!(seconds >= least && seconds <= most)) {
    reader.problem(setting, `"${text}" is not a number of seconds from ${least} to ${most}`);
  }
  return seconds * 1000;
}

function readUser(reader: SettingReader): ProcessUser | undefined {
  const text = reader.text("QUAYGATE_USER");
  return text === undefined ? undefined : reader.parse("QUAYGATE_USER", text, parseUser);
}

/** Takes no names: which numbers they stand for is another thing in each image. */
function parseUser(text: string): Result<ProcessUser, string> {
  const [, user, group = user] = /^([1-9][0-9]{0,8})(?::([1-9][0-9]{0,8}))?$/u.exec(text) ?? [];
  return user === undefined
    ? {
        ok: false,
        error: `"${text}" is not the number of a user that is not root, such as 65532 or 65532:65532`,
      }
    : { ok: true, value: { user: Number(user), group: Number(group) } };
}
