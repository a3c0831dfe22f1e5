import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "../kernel/log-words.ts";
import type { AdminAddress } from "../admin/address.ts";
import { formatAddress, type ListenAddress, type SocketAddress } from "../kernel/address.ts";
import type { Result } from "../kernel/result.ts";
import { grantFromSwitches } from "../policy/grant.ts";
import { isSamePlace, parseEngineAddress, parseListenAddress, parseTcpAddress } from "./address.ts";
import type { Environment } from "./environment.ts";
import { isOneLetterOff, nearestName } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import type { Settings } from "./settings.ts";
import { readSwitches } from "./switch.ts";
import { disablesIpv6, parseBindConfig, tecnativaRequirement, tecnativaSwitches } from "./tecnativa.ts";

const PREFIX = "QUAYGATE_";
/** The gate's own settings, besides those that it shares with others. */
export const OWN_SETTINGS = [
  "QUAYGATE_ADMIN",
  "QUAYGATE_COMPAT",
  "QUAYGATE_ENGINE",
  "QUAYGATE_GRACE",
  "QUAYGATE_LISTEN",
  "QUAYGATE_LOG",
] as const;

const DEFAULT_LISTEN = "tcp://127.0.0.1:2375";
const DEFAULT_ADMIN = "tcp://127.0.0.1:9375";
const DEFAULT_ENGINE = "/var/run/docker.sock";
/** Below the 10 seconds that `docker stop` waits before it kills. */
const DEFAULT_GRACE_SECONDS = 8;
const LONGEST_GRACE_SECONDS = 3600;

/** What is known beside the environment. */
export interface Surroundings {
  /** Whether the log goes to a person's terminal. */
  readonly terminal: boolean;
}

/** Reads all settings, or tells every problem at once. Nothing is started with a setting that was not understood. */
export function readSettings(
  environment: Environment,
  { terminal }: Surroundings,
): Result<Settings, readonly Problem[]> {
  const reader = new SettingReader(environment);
  reader.refuseUnknown();
  reader.choose("QUAYGATE_COMPAT", ["tecnativa"], "tecnativa");
  const switches = readSwitches(environment, tecnativaSwitches);
  const listen = readListen(reader);
  const [engineSetting, engine] = readEngine(reader);
  const admin = readAdmin(reader);
  const log = {
    format: reader.choose<LogFormat>("QUAYGATE_LOG", LOG_FORMATS, terminal ? "text" : "json"),
    level: reader.choose<LogLevel>("LOG_LEVEL", LOG_LEVELS, "info"),
  };
  const grace = readGrace(reader);
  if (listen.some((address) => isSamePlace(address, engine))) {
    const cure = "set QUAYGATE_ENGINE to where the engine is";
    reader.problem(engineSetting, `${formatAddress(engine)} is where the gate itself listens; ${cure}`);
  }
  if (reader.problems.length > 0) {
    return { ok: false, error: reader.problems };
  }
  const grant = grantFromSwitches(tecnativaRequirement, (name) => switches.isOn(name));
  const warnings = [...switches.warnings, ...reader.likelyTypos([...tecnativaSwitches.keys()])];
  return { ok: true, value: { listen, engine, admin, log, grace, grant, switches, warnings } };
}

/** Reads single settings and collects what is wrong with them. */
class SettingReader {
  readonly #environment: Environment;
  readonly #problems: Problem[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** The value without surrounding white space; an empty one counts as not given. */
  text(setting: string): string | undefined {
    const value = this.#environment[setting]?.trim();
    return value === "" ? undefined : value;
  }

  problem(setting: string, message: string): void {
    this.#problems.push({ setting, message });
  }

  choose<Choice extends string>(setting: string, choices: readonly Choice[], fallback: Choice): Choice {
    const text = this.text(setting);
    const choice = text === undefined ? fallback : choices.find((known) => known === text);
    if (choice === undefined) {
      this.problem(setting, `"${text ?? ""}" is none of ${choices.join(", ")}`);
    }
    return choice ?? fallback;
  }

  parse<Value>(
    setting: string,
    text: string,
    parser: (text: string) => Result<Value, string>,
  ): Value | undefined {
    const parsed = parser(text);
    if (parsed.ok) {
      return parsed.value;
    }
    this.problem(setting, parsed.error);
    return undefined;
  }

  refuseUnknown(): void {
    for (const name of Object.keys(this.#environment)) {
      if (name.startsWith(PREFIX) && !OWN_SETTINGS.some((known) => known === name)) {
        const nearest = nearestName(name, OWN_SETTINGS);
        this.problem(
          name,
          nearest === undefined ? "no such setting" : `no such setting; did you mean ${nearest}?`,
        );
      }
    }
  }

  /** A variable that looks like a misspelt switch: one letter off, and 0 or 1 (`PORT=8080` is something else). */
  likelyTypos(known: readonly string[]): readonly Problem[] {
    return Object.entries(this.#environment).flatMap(([setting, value = ""]) => {
      const meant = known.find((name) => isOneLetterOff(setting, name));
      return meant !== undefined && !known.includes(setting) && /^[01]$/u.test(value)
        ? [{ setting, message: `${setting} is no setting; did you mean ${meant}?` }]
        : [];
    });
  }
}

function readListen(reader: SettingReader): readonly ListenAddress[] {
  const own = reader.text("QUAYGATE_LISTEN");
  const bind = reader.text("BIND_CONFIG");
  const addresses =
    own === undefined && bind !== undefined
      ? [reader.parse("BIND_CONFIG", bind, parseBindConfig)]
      : (own ?? DEFAULT_LISTEN)
          .split(",")
          .map((text) => reader.parse("QUAYGATE_LISTEN", text.trim(), parseListenAddress));
  const ipv4Only = disablesIpv6(reader.text("DISABLE_IPV6"));
  return addresses.flatMap((address) => {
    if (address === undefined) {
      return [];
    }
    return address.kind === "tcp" && address.host === "::" && ipv4Only
      ? [{ ...address, host: "0.0.0.0" }]
      : [address];
  });
}

/** Gives the engine's address with the setting that told it. */
function readEngine(reader: SettingReader): readonly [setting: string, address: SocketAddress] {
  const fallback: SocketAddress = { kind: "unix", path: DEFAULT_ENGINE };
  for (const setting of ["QUAYGATE_ENGINE", "SOCKET_PATH", "DOCKER_HOST"]) {
    const text = reader.text(setting);
    if (text !== undefined) {
      return [setting, reader.parse(setting, text, parseEngineAddress) ?? fallback];
    }
  }
  return ["QUAYGATE_ENGINE", fallback];
}

function readAdmin(reader: SettingReader): AdminAddress {
  const text = reader.text("QUAYGATE_ADMIN") ?? DEFAULT_ADMIN;
  return text === "off" ? "off" : (reader.parse("QUAYGATE_ADMIN", text, parseTcpAddress) ?? "off");
}

function readGrace(reader: SettingReader): number {
  const text = reader.text("QUAYGATE_GRACE") ?? String(DEFAULT_GRACE_SECONDS);
  const seconds = /^[0-9]{1,4}$/u.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= LONGEST_GRACE_SECONDS)) {
    reader.problem(
      "QUAYGATE_GRACE",
      `"${text}" is not a number of seconds from 0 to ${LONGEST_GRACE_SECONDS}`,
    );
  }
  return seconds * 1000;
}
