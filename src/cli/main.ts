#!/usr/bin/env node
import { readEnvironment } from "../config/environment.ts";
import { nearestName } from "../config/nearest.ts";
import { OWN_SETTINGS } from "../config/setting-definitions.ts";
import { type Command, EXIT_OK, EXIT_USAGE, type Terminal } from "./command.ts";
import { readVersion } from "./version.ts";

/** Each command is loaded when it is asked for: a gate needs nothing of what only `migrate` and `powers` do. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ["run", async () => (await import("./run.ts")).run],
  ["try", async () => (await import("./try.ts")).tryOut],
  ["explain", async () => (await import("./explain.ts")).explain],
  ["check", async () => (await import("./check.ts")).check],
  ["powers", async () => (await import("./powers.ts")).powers],
  ["presets", async () => (await import("./presets.ts")).presets],
  ["log", async () => (await import("./log.ts")).log],
  ["learn", async () => (await import("./learn.ts")).learn],
  ["replay", async () => (await import("./replay.ts")).replay],
  ["migrate", async () => (await import("./migrate.ts")).migrate],
  ["health", async () => (await import("./health.ts")).health],
  ["schema", async () => (await import("./schema.ts")).schema],
]);

const SETTING_WIDTH: number = Math.max(...OWN_SETTINGS.map(({ name }) => name.length));
/** The longest of the usages. */
const USAGE_WIDTH = 31;
const HELP_WORDS: ReadonlySet<string> = new Set(["help", "--help", "-h"]);

const terminal: Terminal = {
  environment: readEnvironment(),
  isTerminal: process.stdout.isTTY,
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
};

// `quaygate explain | head` closes our output: that is no failure. To use it at all makes a pipe one that does not block, which
// the log relies on: else a reader that hangs would keep the process from ending.
process.stdout.on("error", () => process.exit(EXIT_OK));
process.exitCode = await main(process.argv.slice(2));
process.exit();

async function main(words: readonly string[]): Promise<number> {
  const [first = "run", ...rest] = words;
  if (first === "--version" || first === "version") {
    terminal.print(`quaygate ${readVersion()}`);
    return EXIT_OK;
  }
  if (HELP_WORDS.has(first)) {
    return rest[0] === undefined ? print(await generalHelp()) : withCommand(rest[0], printHelp);
  }
  return withCommand(first, (command) =>
    ownWords(rest).some((word) => HELP_WORDS.has(word)) ? printHelp(command) : command.run(rest, terminal),
  );
}

/** What stands behind `--` is another program's. */
function ownWords(words: readonly string[]): readonly string[] {
  const at = words.indexOf("--");
  return at === -1 ? words : words.slice(0, at);
}

async function withCommand(
  name: string,
  use: (command: Command) => Promise<number> | number,
): Promise<number> {
  const load = COMMANDS.get(name);
  if (load !== undefined) {
    return use(await load());
  }
  const kind = name.startsWith("-") ? "option" : "command";
  const nearest = nearestName(name, [...COMMANDS.keys(), "--help", "--version"]);
  const hint = nearest === undefined ? "." : `; did you mean ${nearest}?`;
  terminal.complain(`quaygate: there is no ${kind} "${name}"${hint} See: quaygate --help`);
  return EXIT_USAGE;
}

function printHelp({ usage, summary, details }: Command): number {
  return print([`Usage: quaygate ${usage}`, "", summary, "", ...details]);
}

function print(lines: readonly string[]): number {
  for (const line of lines) {
    terminal.print(line);
  }
  return EXIT_OK;
}

async function generalHelp(): Promise<readonly string[]> {
  const commands = await Promise.all([...COMMANDS.values()].map((load) => load()));
  const usages = commands.map(({ usage, summary }) => `  ${usage.padEnd(USAGE_WIDTH)} ${summary}`);
  return [
    "Usage: quaygate [COMMAND]",
    "",
    "A gate in front of the Docker socket: lets through what the settings allow, and says why it refuses the rest.",
    "",
    "Commands:",
    ...usages,
    "",
    "Settings are environment variables. The switches are those of Tecnativa's docker-socket-proxy, such as",
    "CONTAINERS=1 and POST=1, or those of LinuxServer's, which knows Podman's own API too. The gate's own [by default]:",
    ...OWN_SETTINGS.map(
      ({ name, help, fallback }) => `  ${name.padEnd(SETTING_WIDTH)} ${help}${byDefault(fallback)}`,
    ),
    "LOG_LEVEL says how much is logged: emerg to debug, info by default.",
    "OTEL_EXPORTER_OTLP_ENDPOINT and OpenTelemetry's other variables export traces.",
    "",
    "Exit codes: 0 all well, 1 refused or failed, 2 a wrong command line or setting, 75 the engine is gone.",
  ];
}

function byDefault(fallback: string): string {
  return fallback === "" ? "" : ` [${fallback}]`;
}
