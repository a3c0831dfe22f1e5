import { once } from "node:events";
import type { Paint } from "../audit/text.ts";
import { followFile } from "../journal/follow-file.ts";
import { readLines } from "../journal/read-journal.ts";
import { isPlainFile, type JournalSource } from "../journal/source.ts";
import type { LogLevel } from "../kernel/log-words.ts";
import { type Command, EXIT_FAILED, EXIT_OK, EXIT_USAGE, type Terminal } from "./command.ts";
import { VERIFY_DETAILS, verifyLog } from "./log-verify.ts";
import { LogView } from "./log-view.ts";
import { type ColorChoice, parseLogWords } from "./log-words.ts";
import { explainMissingClient } from "./missing-client.ts";
import { openLogs } from "./open-logs.ts";

/** How often it is looked whether a sum had its minute, while nothing is read, in milliseconds. */
const WAKING = 1_000;

/** `quaygate log`: a log for people. */
export const log: Command = {
  usage: "log [FILE...] [OPTION...]",
  summary: "show a log to a person: a line for each exchange, one a minute for what repeats",
  details: [
    "Example: docker logs -f gate 2>&1 | quaygate log --verdict deny",
    "FILE is a log in JSON lines, plain or compressed by gzip, several in their order; - or none is standard input.",
    "  -f, --follow      go on with what is added to FILE, also behind a rotation",
    "  --client NAME     only exchanges of this client; as often as needed, as the next two",
    "  --operation WORD  only these operations, by a word as in a policy: ContainerList, Container*, containers:read",
    "  --verdict WORD    only allow, warn, deny, refuse or none",
    "  --level LEVEL     nothing that is less grave: warning leaves out what was allowed",
    "  --since TIME      nothing before: 2026-11-24T15:00:00Z, or so long ago: 30s, 10m, 2h, 1d",
    "  --color WHEN      auto (on a terminal, unless NO_COLOR is set), always or never",
    "  --each            a line each for what repeats",
    ...VERIFY_DETAILS,
    "What the gate says itself is shown as it is, and so are lines of other programs. Where only some exchanges are asked",
    "for, these are left out, and of the gate's own what is less grave than a warning. Nothing in a line can draw on the",
    "terminal.",
    "Exit code: 0 at the end, 1 when a FILE can't be read to its end, 2 when the command line or a FILE is wrong.",
  ],
  run: async (words, terminal) => {
    if (words.includes("--verify")) return verifyLog(words, terminal);
    const parsed = parseLogWords(words, Date.now());
    if (!parsed.ok) {
      terminal.complain(`quaygate: ${parsed.error}`);
      return EXIT_USAGE;
    }
    const { files, isFollowed, filter, color, isEach } = parsed.value;
    const sources = openLogs("log", files, terminal);
    if (!sources.ok) {
      for (const problem of sources.error) terminal.complain(`quaygate: ${problem}`);
      return EXIT_USAGE;
    }
    const shown: string[] = [];
    const view = new LogView({
      filter,
      paint: hasColors(color, terminal) ? COLORS : undefined,
      isEach,
      show: (line) => shown.push(line),
    });
    const flush = (): void => {
      if (shown.length > 0) process.stdout.write(shown.splice(0).join(""));
    };
    const waking = setInterval(() => {
      view.wake(Date.now());
      flush();
    }, WAKING);
    const stop = new AbortController();
    const followed = isFollowed ? sources.value.map((source) => follow(source, stop.signal)) : sources.value;
    const isWhole = await Promise.race([show(followed, view, flush, terminal), untilStopped()]);
    stop.abort();
    clearInterval(waking);
    view.finish();
    flush();
    for (const name of view.missing)
      terminal.complain(`quaygate: ${explainMissingClient(name, view.others)}`);
    return isWhole ? EXIT_OK : EXIT_FAILED;
  },
};

/** Reads to the end, no faster than what is shown is taken; tells whether all could be read. */
async function show(
  sources: readonly JournalSource[],
  view: LogView,
  flush: () => void,
  terminal: Terminal,
): Promise<boolean> {
  let isWhole = true;
  const broken = (sentence: string): void => {
    terminal.complain(`quaygate: ${sentence}`);
    isWhole = false;
  };
  const tooLong = (): void =>
    terminal.complain("quaygate: left out a line that is longer than any of a gate");
  for await (const lines of readLines(sources, { tooLong, broken })) {
    const now = Date.now();
    for (const line of lines) view.hear(line, now);
    flush();
    if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
  }
  return isWhole;
}

/** What is no plain file is followed to its end anyway. */
function follow(source: JournalSource, stop: AbortSignal): JournalSource {
  return source.kind === "stream" || !isPlainFile(source.path)
    ? source
    : { kind: "stream", name: source.path, bytes: followFile(source.path, stop) };
}

/** Whoever stops it has yet to see what is summed up. */
async function untilStopped(): Promise<boolean> {
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  return true;
}

/** NO_COLOR: any value but an empty one (no-color.org). */
function hasColors(choice: ColorChoice, { environment, isTerminal }: Terminal): boolean {
  if (choice !== "auto") return choice === "always";
  return isTerminal && (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
}

const RESET = "\u001b[0m";
const DIM = "\u001b[2m";
const RED = "\u001b[31m";
const GREEN = "\u001b[32m";
const YELLOW = "\u001b[33m";
const CYAN = "\u001b[36m";

const LEVEL_COLORS: Readonly<Record<LogLevel, string>> = {
  emerg: RED,
  alert: RED,
  crit: RED,
  err: RED,
  warning: YELLOW,
  notice: CYAN,
  info: GREEN,
  debug: DIM,
};

const COLORS: Paint = {
  time: (text) => `${DIM}${text}${RESET}`,
  state: (text, level) => `${LEVEL_COLORS[level]}${text}${RESET}`,
};
