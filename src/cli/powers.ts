import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "../config/read-settings.ts";
import type { Settings } from "../config/settings.ts";
import { type NounDefinition, nouns } from "../docker/powers/nouns.ts";
import type { Power } from "../docker/powers/power.ts";
import { Gate } from "../gate.ts";
import { systemFailure } from "../kernel/system-error.ts";
import { ABOUT_BUILDER, isForBuilder } from "../policy/buildx-builder.ts";
import { explainVerdict, plainTemplate } from "../policy/explain.ts";
import { hostPowerOf } from "../policy/host-power.ts";
import type { Verdict } from "../policy/verdict.ts";
import { openSampleEngine } from "../sample/engine.ts";
import { openPretence } from "../sample/pretence/pretence.ts";
import { describePowers, everythingSeen } from "./asked-powers.ts";
import { type Command, EXIT_FAILED, EXIT_OK, EXIT_USAGE, type Terminal } from "./command.ts";
import { engineOption, runCommand } from "./client-command.ts";
import { isInDefault, neededEntries, settingOf } from "./least-powers.ts";

/** `quaygate powers -- docker run ...`: what does this command ask for? */
export const powers: Command = {
  usage: "powers -- COMMAND...",
  summary: "run a Docker client against a pretended engine, and say which powers it asks for",
  details: [
    "Example: quaygate powers -- docker run --privileged --volume /:/host alpine",
    "Runs COMMAND with DOCKER_HOST set to a gate in front of an engine that only pretends: no container runs, no image",
    "is pulled, no real engine is asked. Works for every client that heeds DOCKER_HOST, such as docker and Compose.",
    "Prints each power with its place in the request and what it gives away, and last the line to set. What is the",
    "host itself, such as privileged or bind:/, is named before that line and stands not in it.",
    "The pretended engine has two containers with newer images, for programs that update containers.",
    "What COMMAND itself prints goes to standard error; it may well fail, and that says nothing.",
    "Exit code: 0 when it is known what the command asks for, 1 when it could not be run, asked the engine for",
    "nothing, or sent something that no setting lets through, 2 wrong usage.",
  ],
  run: async (words, terminal) => {
    const [first, command, ...parameters] = words;
    if (first !== "--" || command === undefined) {
      terminal.complain(
        "quaygate: powers wants a command behind --, such as: quaygate powers -- docker run alpine",
      );
      return EXIT_USAGE;
    }
    const option = engineOption(command, parameters);
    if (option !== undefined) {
      terminal.complain(
        `quaygate: ${option} names an engine, on which the command would run for real; leave it out`,
      );
      return EXIT_USAGE;
    }
    try {
      return await withFolder((folder) => watch(folder, command, parameters, terminal));
    } catch (error) {
      terminal.complain(`quaygate: ${systemFailure(error).message}`);
      return EXIT_FAILED;
    }
  },
};

/** Gives a folder that only this user may enter, and that is gone afterwards. */
async function withFolder<Value>(use: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function watch(
  folder: string,
  command: string,
  parameters: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const socket = join(folder, "docker.sock");
  const report = new PowerReport(terminal);
  const pretence = openPretence(() => report.noteRecreation());
  const engine = await openSampleEngine(join(folder, "engine.sock"), pretence);
  try {
    const gate = await Gate.open(settingsWith(socket, engine.socketPath), {
      audit: () => report.noteRequest(),
      judged: (verdict) => report.noteVerdict(verdict),
    });
    terminal.complain(
      "quaygate: a client that heeds DOCKER_HOST runs nothing for real, so what it says below means little",
    );
    const environment = { ...terminal.environment, DOCKER_HOST: `unix://${socket}` };
    const failure = await runCommand(command, parameters, environment);
    await gate.drain();
    if (failure !== undefined) {
      terminal.complain(`quaygate: can't run ${command}: ${failure}`);
      return EXIT_FAILED;
    }
    return report.conclude(command);
  } finally {
    await engine.close();
  }
}

/** What the command leaves open when it has ended, such as by a program that it started, is cut after this time. */
const GRACE = 1_000;

/** A gate that lets everything through, and looks into all of it. */
function settingsWith(socket: string, engine: string): Settings {
  const settings = readSettings({ QUAYGATE_ADMIN: "off" }, { terminal: false });
  if (!settings.ok) {
    throw new Error(settings.error.map(({ message }) => message).join("; "));
  }
  const [everybody] = settings.value.clients;
  return {
    ...settings.value,
    grace: GRACE,
    listen: [{ kind: "unix", path: socket, mode: 0o600 }],
    engine: { kind: "unix", path: engine },
    clients: [{ ...everybody, grant: everythingSeen }],
  };
}

/** Prints what requests ask for as they come, and sums it up. */
class PowerReport {
  readonly #terminal: Terminal;
  readonly #printed: Set<string> = new Set();
  readonly #powers: Power[] = [];
  #requests = 0;
  #refused = 0;
  #recreates = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  noteRequest(): void {
    this.#requests += 1;
  }

  /** A container was made again under the name of one that had been deleted. */
  noteRecreation(): void {
    this.#recreates = true;
  }

  /** Clients repeat themselves: the same is printed once. */
  noteVerdict(verdict: Verdict): void {
    if (verdict.kind === "refuse") this.#refused += 1;
    this.#powers.push(...powersOf(verdict));
    const lines = explainAsked(verdict);
    const text = lines.join("\n");
    if (lines.length === 0 || this.#printed.has(text)) return;
    this.#printed.add(text);
    for (const line of [...lines, ""]) this.#terminal.print(line);
  }

  conclude(command: string): number {
    const terminal = this.#terminal;
    if (this.#requests === 0) {
      terminal.complain(
        `quaygate: ${command} asked the engine for nothing: does it heed DOCKER_HOST, and did it get that far?`,
      );
      return EXIT_FAILED;
    }
    for (const line of this.#recreates ? RECREATION : []) terminal.print(line);
    const { set, host } = neededEntries(this.#powers);
    for (const line of explainHost(host)) terminal.print(line);
    if (this.#powers.length > 0) terminal.print(conclusionOf(set, host));
    else if (this.#refused === 0) terminal.print(NOTHING_JUDGED);
    return this.#refused === 0 ? EXIT_OK : EXIT_FAILED;
  }
}

/** Said of what stands in no line to set: with it all the others would be needless. */
function explainHost(entries: readonly string[]): readonly string[] {
  return entries.length === 0
    ? []
    : [
        `left out below: ${entries.join(", ")}`,
        "  This is the host itself, as said above. Whatever else is set, whoever may ask for it is past the gate.",
        "",
      ];
}

/** Said last where no request could have been refused for its powers: nobody knows what the next one asks for. */
const NOTHING_JUDGED =
  "no request asked for a power, so any QUAYGATE_POWERS is enough for these; " +
  "what the command asks for when it has something to make is not known";

/** The containers of the pretended engine have nothing that `default` lacks, and so tell too little of others. */
const RECREATION = [
  "It deletes containers and makes them again. On your engine that asks for what each of them has, such as bind mounts,",
  "devices and capabilities, and a container of which the creation is refused is gone: add all of that to the list.",
  "",
] as const;

function conclusionOf(set: readonly string[], host: readonly string[]): string {
  return set.length === 0 && host.length === 0
    ? "QUAYGATE_POWERS=default is enough"
    : settingOf(["default", ...set]);
}

function powersOf(verdict: Verdict): readonly Power[] {
  return "powers" in verdict ? (verdict.powers ?? []) : [];
}

/** What is not in `default` comes first. */
function explainAsked(verdict: Verdict): readonly string[] {
  const { operation } = verdict;
  const method = operation?.methods[0] ?? "GET";
  if (verdict.kind === "refuse") {
    return [explainVerdict(verdict, method, "this client")];
  }
  const asked = describePowers(powersOf(verdict));
  if (operation === undefined || asked.length === 0) {
    return [];
  }
  const [held, lacking] = [true, false].map((wanted) =>
    asked
      .filter(({ power }) => isInDefault(power) === wanted)
      .flatMap(({ power, text }) => [
        `  ${text}${wanted ? ", in default" : ""}`,
        `    ${sentencesAbout(power)}`,
      ]),
  );
  const isBuilder = isForBuilder(verdict, undefined);
  return [
    `${operation.name} (${method} ${plainTemplate(operation.template)}) asks for:`,
    ...(isBuilder ? [`  (${ABOUT_BUILDER}; the engine's own needs the power buildkit instead)`] : []),
    ...(lacking ?? []),
    ...(held ?? []),
  ];
}

function sentencesAbout(power: Power): string {
  const definition: NounDefinition = nouns[power.noun];
  const host = hostPowerOf(power);
  const engine = host?.isEngine === true ? ": set DOCKER_HOST to the gate instead" : "";
  const means = host === undefined ? undefined : `It ${host.means}${engine}.`;
  return [definition.gives, means, definition.instead].filter((sentence) => sentence !== undefined).join(" ");
}
