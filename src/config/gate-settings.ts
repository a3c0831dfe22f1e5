import type { AdminAddress } from "../admin/address.ts";
import { formatAddress, type ListenAddress, type SocketAddress, type TcpAddress } from "../kernel/address.ts";
import {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type LogLevel,
  POLL_MODES,
  type PollMode,
} from "../kernel/log-words.ts";
import type { Result } from "../kernel/result.ts";
import { SHIM_SCOPES } from "../policy/api-shim.ts";
import type { Origins } from "../policy/origins.ts";
import { isSamePlace, parseEngineAddress, parseSocketPath, parseTcpAddress } from "./address.ts";
import { LOG_TO_SETTING, parseLogPlaces } from "./log-places.ts";
import { ORIGINS_SETTING, readOrigins } from "./origins.ts";
import type { SettingReader } from "./setting-reader.ts";
import type { LogSettings, ProcessUser, Settings } from "./settings.ts";
import { readTraces } from "./traces.ts";

/** Says who is let in at an address of one network. */
export const NETWORKS_SETTING = "QUAYGATE_NETWORKS";

const DEFAULT_ADMIN = "tcp://127.0.0.1:9375";
const DEFAULT_ENGINE = "/var/run/docker.sock";
/** Below the 10 seconds that `docker stop` waits before it kills. */
const DEFAULT_GRACE_SECONDS = 8;
const LONGEST_GRACE_SECONDS = 3600;
const LONGEST_GONE_SECONDS = 3600;

/** What is known beside the environment. */
export interface Surroundings {
  /** Whether the log goes to a person's terminal. */
  readonly terminal: boolean;
  /**
   * False where no engine is called: a `DOCKER_HOST` that no gate could use is only warned of then. In a person's shell it is for the
   * clients, and often the gate's own address.
   */
  readonly callsEngine?: false;
}

/** What the environment alone says, whoever may do what. */
export type GateSettings = Pick<
  Settings,
  | "engine"
  | "engineGone"
  | "admin"
  | "networks"
  | "metrics"
  | "origins"
  | "log"
  | "grace"
  | "user"
  | "traces"
  | "apiShim"
>;

/** Where the engine is. */
export interface ToldEngine {
  readonly address: SocketAddress;
  /** What told it. */
  readonly setting: string;
  /** What else could tell it, before all others. */
  readonly first: string;
}

/** Reads what does not say who may do what; problems and warnings are the reader's. `listen` is where clients will connect. */
export function readGateSettings(
  reader: SettingReader,
  surroundings: Surroundings,
  listen: readonly ListenAddress[],
  { address: engine, setting, first }: ToldEngine,
): GateSettings {
  const { terminal } = surroundings;
  const admin = readAdmin(reader);
  const networks = reader.choose(NETWORKS_SETTING, ["own", "all"], "own");
  if (listen.some((address) => isSamePlace(address, engine))) {
    const cure = `set ${first} to where the engine is`;
    const message = `${formatAddress(engine)} is where the gate itself listens; ${cure}`;
    tellOfEngine(reader, surroundings, setting, message);
  }
  return {
    engine,
    admin,
    log: readLog(reader, terminal),
    networks: { listen: networks, admin: networks },
    metrics: reader.choose("QUAYGATE_METRICS", ["on", "off"], "on"),
    grace: readGrace(reader),
    engineGone: readEngineGone(reader),
    user: readUser(reader),
    traces: readTraces(reader, listen),
    apiShim: reader.choose("QUAYGATE_API_SHIM", ["off", ...SHIM_SCOPES], "off"),
    origins: readAllOrigins(reader, [...listen, ...(admin === "off" ? [] : [admin])]),
  };
}

function readLog(reader: SettingReader, terminal: boolean): LogSettings {
  const text = reader.text(LOG_TO_SETTING);
  const to = text === undefined ? undefined : parseLogPlaces(text);
  for (const message of to?.ok === false ? to.error : []) {
    reader.problem(LOG_TO_SETTING, message);
  }
  const format = reader.choose<LogFormat>("QUAYGATE_LOG", LOG_FORMATS, terminal ? "text" : "json");
  const chain = reader.choose("QUAYGATE_LOG_CHAIN", ["on", "off"], "off") === "on";
  if (chain && format === "text") {
    reader.problem("QUAYGATE_LOG_CHAIN", "lines of text have no chain: set QUAYGATE_LOG=json");
  }
  return {
    format,
    chain,
    level: reader.choose<LogLevel>("LOG_LEVEL", LOG_LEVELS, "info"),
    polls: reader.choose<PollMode>("QUAYGATE_LOG_POLLS", POLL_MODES, terminal ? "each" : "sum"),
    to: to?.ok === true ? to.value : [{ kind: "stdout" }],
    journal: reader.text("JOURNAL_STREAM"),
  };
}

/** None where they can't be used, which is a problem. */
function readAllOrigins(reader: SettingReader, places: readonly (ListenAddress | TcpAddress)[]): Origins {
  const origins = readOrigins(reader.text(ORIGINS_SETTING), places);
  if (origins.ok) return origins.value;
  for (const message of origins.error) {
    reader.problem(ORIGINS_SETTING, message);
  }
  return { everywhere: true, pages: new Set(), hosts: new Set() };
}

/** Where the engine is by the environment, or where it usually is. */
export function readEngine(reader: SettingReader, surroundings: Surroundings): ToldEngine {
  const first = "QUAYGATE_ENGINE";
  const fallback: SocketAddress = { kind: "unix", path: DEFAULT_ENGINE };
  for (const setting of [first, "SOCKET_PATH", CLIENTS_TOO]) {
    const text = reader.text(setting);
    if (text !== undefined) {
      const address = setting === "SOCKET_PATH" ? parseSocketPath(text) : parseEngineAddress(text);
      if (!address.ok) tellOfEngine(reader, surroundings, setting, address.error);
      return { setting, first, address: address.ok ? address.value : fallback };
    }
  }
  return { setting: first, first, address: fallback };
}

/** What Docker's clients go by as well. */
const CLIENTS_TOO = "DOCKER_HOST";

/** Says what is wrong with an engine's address; it stops only who would call it, or says it to the gate alone. */
function tellOfEngine(
  reader: SettingReader,
  { callsEngine }: Surroundings,
  setting: string,
  message: string,
): void {
  if (callsEngine === false && setting === CLIENTS_TOO) {
    reader.warn(setting, `stops a gate's start, and nothing else: ${message}`);
  } else {
    reader.problem(setting, message);
  }
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
