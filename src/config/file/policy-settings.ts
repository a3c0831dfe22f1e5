import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
import { isEverywhere } from "../../clients/address-range.ts";
import { explainAlternatives } from "../../clients/explain-source.ts";
import { findIndistinct } from "../../clients/indistinct.ts";
import { isNowhere } from "../../clients/host-name.ts";
import type { ClientSource } from "../../clients/matcher.ts";
import { FROM_ITS_NETWORK, type PlaceClient } from "../../clients/place-client.ts";
import { formatAddress, isOneNetworks, type ListenAddress } from "../../kernel/address.ts";
import type { LogPlace } from "../../kernel/log-place.ts";
import type { Result } from "../../kernel/result.ts";
import { MODE_SETTING, POWERS_SETTING, WITHIN_SETTING } from "../../policy/grant.ts";
import { parseWithin } from "../../policy/learn/within.ts";
import { explainWordFault } from "../../policy/words/word-fault.ts";
import { parseWord } from "../../policy/words/word.ts";
import { dialects } from "../dialects.ts";
import type { Environment } from "../environment.ts";
import { readEngine, readGateSettings, type Surroundings, type ToldEngine } from "../gate-settings.ts";
import { readListen } from "../listen.ts";
import { LOG_TO_SETTING } from "../log-places.ts";
import { nearestName } from "../nearest.ts";
import { presetNames, readPreset } from "../presets.ts";
import type { Problem } from "../problem.ts";
import { readDialect } from "../read-settings.ts";
import { SettingReader } from "../setting-reader.ts";
import type { ClientSettings, Settings } from "../settings.ts";
import { isSwitchValue } from "../switch.ts";
import type { FileClient, FileListener, PolicyFile } from "./policy-file.ts";
import { grantOfClient } from "./client-grant.ts";
import { limitsOfClient } from "./limits-of-client.ts";
import { explainPath, type FileProblem } from "./file-problem.ts";
import { openPolicyFile } from "./open-policy.ts";
import { readPolicyFile } from "./read-policy.ts";
import { Sources } from "./sources.ts";

/**
 * Reads the settings of a gate whose clients are in a policy file, or tells every problem of the file and of the environment.
 * Beside a file nothing in the environment says who may do what.
 */
export function readPolicySettings(
  file: string,
  environment: Environment,
  surroundings: Surroundings,
): Result<Settings, readonly Problem[]> {
  const reader = new SettingReader(environment);
  reader.refuseUnknown();
  refuseRights(reader, environment, file);
  const text = openPolicyFile(file);
  if (!text.ok) {
    return { ok: false, error: [...reader.problems, text.error] };
  }
  const sources = new Sources(dirname(resolve(file)));
  const read = readPolicyFile(text.value, file, {
    checkWord,
    checkWithin,
    checkPreset,
    checkSource: (kind, source) => sources.check(kind, source),
  });
  if (!read.ok) {
    return { ok: false, error: [...reader.problems, ...read.error.map(problemOf)] };
  }
  const policy = read.value;
  const compiled = compileClients(policy, sources);
  const listen =
    policy.listen?.map((listener) => addressOf(listener, dirname(resolve(file)))) ??
    readListen(reader, readDialect(reader));
  const gate = readGateSettings(reader, surroundings, listen, engineOf(policy, reader, surroundings));
  refuseOwnLog(reader, gate.log.to, file);
  const [first, ...others] = compiled.clients;
  const problems = [...reader.problems, ...compiled.problems.map(problemOf)];
  if (first === undefined || problems.length > 0) {
    return { ok: false, error: problems };
  }
  return {
    ok: true,
    value: {
      ...gate,
      listen,
      clients: [first, ...others],
      policy: {
        file,
        hash: createHash("sha256").update(text.value).digest("hex").slice(0, HASH_LENGTH),
        sources: compiled.sources,
        listeners: placeClientsOf(policy, file),
        revoke: policy.revoke,
      },
      warnings: [...reader.warnings, ...compiled.sources.flatMap(warningsOf)],
    },
  };
}

/** Enough to tell two texts apart that a person wrote. */
const HASH_LENGTH = 12;

/** What the environment says of rights beside switches. */
const RIGHTS: ReadonlySet<string> = new Set([POWERS_SETTING, MODE_SETTING, WITHIN_SETTING]);

/** Rights from two places would be a riddle: neither could be read by itself. */
function refuseRights(reader: SettingReader, environment: Environment, file: string): void {
  const switches = new Set(dialects.flatMap((dialect) => [...dialect.switches.keys()]));
  for (const [name, value = ""] of Object.entries(environment)) {
    // Other programs have variables that are called VERSION or INFO too, and say something else in them.
    const isRight = RIGHTS.has(name) ? value.trim() !== "" : switches.has(name) && isSwitchValue(value);
    if (isRight) {
      reader.problem(
        name,
        `says what clients may do, and so does ${file} (QUAYGATE_POLICY): take one of them away`,
      );
    }
  }
}

/** Its lines would be no policy, the next start none at all, and each line that says so the next change of the file. */
function refuseOwnLog(reader: SettingReader, places: readonly LogPlace[], file: string): void {
  if (places.some((place) => place.kind === "file" && resolve(place.path) === resolve(file))) {
    reader.problem(LOG_TO_SETTING, `${file} is the policy file: name another one for the log`);
  }
}

function checkWord(text: string): string | undefined {
  const word = parseWord(text);
  return word.ok ? undefined : explainWordFault(word.error, nearestName);
}

function checkWithin(text: string): string | undefined {
  const word = parseWithin(text);
  return word.ok ? undefined : explainWordFault(word.error, nearestName);
}

function checkPreset(name: string): string | undefined {
  const names = presetNames();
  if (names.includes(name)) return undefined;
  const nearest = nearestName(name, names);
  return `there is no preset ${name}${nearest === undefined ? "; quaygate presets lists them" : `; did you mean ${nearest}?`}`;
}

function engineOf({ engine }: PolicyFile, reader: SettingReader, surroundings: Surroundings): ToldEngine {
  return engine === undefined
    ? readEngine(reader, surroundings)
    : { setting: "engine", first: "engine", address: engine };
}

interface CompiledClients {
  readonly clients: readonly ClientSettings[];
  readonly sources: readonly ClientSource[];
  readonly problems: readonly FileProblem[];
}

function compileClients(policy: PolicyFile, sources: Sources): CompiledClients {
  const problems: FileProblem[] = [];
  const clientSources = policy.clients.map(({ name, from = [] }): ClientSource => ({
    name,
    anyOf: sources.alternativesOf(from),
    hasListener: listenersOf(policy, name).length > 0,
  }));
  for (const { client, message } of findIndistinct(clientSources)) {
    problems.push(policy.problemAt(["clients", client, "from"], message));
  }
  const clients = policy.clients.flatMap((client, index) => {
    const held = grantOfClient(client, presetsOf(client));
    if (!held.ok) {
      problems.push(policy.problemAt(["clients", client.name, "use"], held.error));
      return [];
    }
    const whence = explainWhence(clientSources[index], listenersOf(policy, client.name));
    return [{ name: client.name, whence, ...held.value, limits: limitsOfClient(client) }];
  });
  return { clients, sources: clientSources, problems };
}

function presetsOf({ use = [] }: FileClient): NonNullable<ReturnType<typeof readPreset>>[] {
  return use.flatMap((name) => readPreset(name) ?? []);
}

function listenersOf({ listen = [] }: PolicyFile, name: string): readonly FileListener[] {
  return listen.filter(({ client }) => client === name);
}

/** Whoever is at the other end of a unix socket, or of loopback, is on this machine; and all addresses are of all networks. */
function placeClientsOf({ listen = [] }: PolicyFile, file: string): ReadonlyMap<string, PlaceClient> {
  return new Map(
    listen.flatMap((listener, index) => {
      const { address, client } = listener;
      if (client === undefined) return [];
      const othersBy = isKeptToItsNetwork(listener)
        ? `networks: all at ${explainPath(["listen", index])} of ${file}`
        : undefined;
      return [[formatAddress(address), { client, othersBy }] as const];
    }),
  );
}

function isKeptToItsNetwork({ address, networks }: FileListener): boolean {
  return networks !== "all" && address.kind === "tcp" && isOneNetworks(address.host);
}

function explainWhence(source: ClientSource | undefined, listeners: readonly FileListener[]): string {
  const ways = [
    ...listeners.map(
      (listener) =>
        `connects to ${formatAddress(listener.address)}${isKeptToItsNetwork(listener) ? FROM_ITS_NETWORK : ""}`,
    ),
    ...explainAlternatives(source?.anyOf ?? []),
  ];
  return `who ${ways.join(", or ")}`;
}

function warningsOf({ name, anyOf }: ClientSource): readonly Problem[] {
  const isOpen = anyOf.some((alternative) =>
    alternative.every((matcher) => matcher.kind === "address" && matcher.ranges.some(isEverywhere)),
  );
  const nowhere = anyOf.flat().flatMap((matcher) => (matcher.kind === "name" ? matcher.names : []));
  const messages = [
    ...(isOpen ? [`clients.${name} is whoever calls from any address`] : []),
    ...nowhere
      .filter(isNowhere)
      .map(
        (host) =>
          `clients.${name}: ${host} is the name of no host, so nobody calls from there: say who it is`,
      ),
  ];
  return messages.map((message) => ({ setting: `clients.${name}.from`, message }));
}

function problemOf({ file, line, column, path, message }: FileProblem): Problem {
  return { setting: `${file}:${line}:${column}`, message: path === "" ? message : `${path}: ${message}` };
}

/** Where to listen, with the files of TLS by their whole paths. */
function addressOf({ address, tls }: FileListener, folder: string): ListenAddress {
  if (tls === undefined || address.kind !== "tcp") return address;
  const { cert, key, clients, oldest } = tls;
  return {
    ...address,
    tls: {
      certificate: resolve(folder, cert),
      key: resolve(folder, key),
      clients: clients === undefined ? undefined : resolve(folder, clients),
      oldest,
    },
  };
}
