import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../config/environment.ts";
import { loadSettings } from "../config/load-settings.ts";
import { POLICY_SETTING } from "../config/read-settings.ts";
import { explainReport, reportOf } from "../config/report.ts";
import type { Settings } from "../config/settings.ts";
import { formatAddress, type ListenAddress, type ListeningAddress } from "../kernel/address.ts";
import { systemFailure } from "../kernel/system-error.ts";
import { openSampleEngine } from "../sample/engine.ts";
import { type Command, complainAbout, EXIT_FAILED, EXIT_USAGE, type Terminal } from "./command.ts";
import { openServed, type Served, serveUntilStopped } from "./serve.ts";

const NO_ADMIN: Environment = { QUAYGATE_ADMIN: "off" };

/** A dashboard's settings: everything common may be read, nothing changed. What the user sets goes before. */
const READ_ONLY: Environment = {
  CONTAINERS: "1",
  IMAGES: "1",
  INFO: "1",
  NETWORKS: "1",
  VOLUMES: "1",
};

/** `quaygate try`: the gate with read-only settings, in front of the engine that is here or of a sample. */
export const tryOut: Command = {
  usage: "try",
  summary: "try the gate: read-only, in front of the engine found here or a built-in sample engine",
  details: [
    "Uses QUAYGATE_ENGINE, SOCKET_PATH, DOCKER_HOST or the default socket if an engine answers there,",
    "else an engine with a few sample containers that runs inside this process and touches nothing.",
    "Switches from the environment count: POST=1 quaygate try",
  ],
  run: async (words, terminal) => {
    if (words.length > 0) {
      terminal.complain(`quaygate: try takes no argument, and got "${words.join(" ")}"`);
      return EXIT_USAGE;
    }
    const { environment } = terminal;
    const hasPolicy = (environment[POLICY_SETTING] ?? "").trim() !== "";
    const settings = await loadSettings(
      { ...NO_ADMIN, ...(hasPolicy ? {} : READ_ONLY), ...environment },
      { terminal: terminal.isTerminal },
    );
    if (!settings.ok) return complainAbout(settings.error, terminal);
    const { log } = settings.value;
    // Every request appears on the screen, and a trial leaves nothing behind.
    return tryWith({ ...settings.value, log: { ...log, to: [{ kind: "stdout" }], chain: false } }, terminal);
  },
};

/** The settings that name where the gate listens: such a wish is not answered with another place. */
const LISTEN_SETTINGS = ["QUAYGATE_LISTEN", "BIND_CONFIG"] as const;

async function tryWith(wanted: Settings, terminal: Terminal): Promise<number> {
  const found = await openOnFreePort(wanted, terminal);
  if (typeof found === "number") {
    return found;
  }
  const state = await found.gate.probe();
  if (state.reachable) {
    const stopped = serveUntilStopped(found, wanted);
    introduce(found, wanted, `your Docker engine at ${formatAddress(wanted.engine)}`, terminal);
    return stopped;
  }
  found.gate.close();
  return tryWithSample(wanted, terminal);
}

async function tryWithSample(wanted: Settings, terminal: Terminal): Promise<number> {
  const folder = openFolder(terminal);
  if (folder === undefined) {
    return EXIT_FAILED;
  }
  const sample = await openSampleEngine(join(folder, "sample.sock"));
  try {
    const settings: Settings = { ...wanted, engine: { kind: "unix", path: sample.socketPath } };
    const served = await openOnFreePort(settings, terminal);
    if (typeof served === "number") {
      return served;
    }
    const stopped = serveUntilStopped(served, settings);
    introduce(served, settings, "a built-in sample engine (no Docker engine was found here)", terminal);
    return await stopped;
  } finally {
    await sample.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function openFolder(terminal: Terminal): string | undefined {
  try {
    return mkdtempSync(join(tmpdir(), "quaygate-"));
  } catch (error) {
    const { message } = systemFailure(error);
    terminal.complain(
      `quaygate: the sample engine needs a folder for its socket, and there is none: ${message}`,
    );
    return undefined;
  }
}

/** A demonstration should not fail because something else has the usual port. */
async function openOnFreePort(settings: Settings, terminal: Terminal): Promise<Served | number> {
  if (LISTEN_SETTINGS.some((setting) => (terminal.environment[setting] ?? "").trim() !== "")) {
    return openServed(settings, terminal);
  }
  const silent: Terminal = { ...terminal, complain: () => undefined };
  const served = await openServed(settings, silent);
  if (typeof served !== "number") {
    return served;
  }
  const listen: readonly ListenAddress[] = [{ kind: "tcp", host: "127.0.0.1", port: 0 }];
  return openServed({ ...settings, listen }, terminal);
}

function introduce({ gate }: Served, settings: Settings, engine: string, terminal: Terminal): void {
  const listen = gate.listening.map((address) => formatAddress(address));
  const report = explainReport({ ...reportOf(settings), listen });
  // Which engine it is stands above.
  const openings = report.filter((line) => !line.startsWith("engine "));
  for (const line of [
    `quaygate stands in front of ${engine}.`,
    "",
    ...openings.map((opening) => `  ${opening}`),
    "",
    "Try, in another terminal:",
    ...gate.listening.slice(0, 1).flatMap((address) => examplesFor(address).map((example) => `  ${example}`)),
    ...(settings.clients[0].grant.decisions.get("ContainerCreate")?.kind === "allow"
      ? []
      : ["The last one is refused, and the answer says what would allow it."]),
    "",
    "Stop with Ctrl-C. Every request appears below.",
    "",
  ]) {
    terminal.print(line);
  }
}

/** Where somebody here reaches what listens on all addresses. */
function reachable(address: ListeningAddress): ListeningAddress {
  return address.kind === "tcp" && ["::", "0.0.0.0"].includes(address.host)
    ? { ...address, host: "127.0.0.1" }
    : address;
}

/** Commands that can be copied as they stand. */
function examplesFor(address: ListeningAddress): readonly string[] {
  const host = formatAddress(reachable(address));
  const curl =
    address.kind === "unix"
      ? `curl --unix-socket ${address.path} http://docker`
      : `curl ${host.replace(/^tcp:/u, "http:")}`;
  return [`${curl}/containers/json`, `docker -H ${host} ps`, `docker -H ${host} run --rm alpine true`];
}
