#!/usr/bin/env node
// What `wget`, `curl`, `nc` and `sh` are in the image: just enough of each for a health check of the gate itself, as people
// wrote them for the other proxies, and nothing that an intruder could use.
import { basename } from "node:path";
import { readEnvironment } from "../../config/environment.ts";
import { loadSettings } from "../../config/load-settings.ts";
import { EXIT_OK, EXIT_USAGE } from "../command.ts";
import { ask } from "./ask.ts";
import { isStandIn, parseQuestion } from "./question.ts";
import { parseShellLine } from "./shell-line.ts";

const CURE = 'write test: ["CMD", "quaygate", "health"]';
/** `sh -c`, also with -e, and with the options that say nothing here: -u, -l, -x. */
const RUNS_LINE = /^-[eulx]*c$/u;
/** What a shell says of an `exit` whose code is no number. */
const EXIT_ILLEGAL = 2;

process.exitCode = await main(basename(process.argv[1] ?? ""), process.argv.slice(2));

async function main(program: string, words: readonly string[]): Promise<number> {
  if (program !== "sh") return run([program, ...words]);
  const [option = "", line, ...parameters] = words;
  if (!RUNS_LINE.test(option) || line === undefined || parameters.length > 0) {
    return complain("sh", "this image has no shell: sh -c understands the line of a health check alone");
  }
  return runLine(line, option.includes("e"));
}

/** With `stopsAtFailure` a command that fails is the last, unless `&&` or `||` asks whether it does. */
async function runLine(line: string, stopsAtFailure: boolean): Promise<number> {
  const commands = parseShellLine(line);
  if (!commands.ok) {
    return complain(
      "sh",
      `this image has no shell, and of a health check it does not understand ${quote(commands.error)}; ${CURE}`,
    );
  }
  let code = EXIT_OK;
  for (const [index, { after, words }] of commands.value.entries()) {
    const isDue = after === "anything" || (after === "success") === (code === EXIT_OK);
    if (!isDue) continue;
    const [first = "", second] = words;
    if (first === "exit") {
      return second === undefined ? code : exitCode(second);
    }
    code = await run(words);
    const isAsked = ["success", "failure"].includes(commands.value[index + 1]?.after ?? "");
    if (stopsAtFailure && code !== EXIT_OK && !isAsked) return code;
  }
  return code;
}

function exitCode(word: string): number {
  return /^[0-9]+$/u.test(word) ? Number(word) & 0xff : EXIT_ILLEGAL;
}

async function run([program = "", ...words]: readonly string[]): Promise<number> {
  if (program === "true" || program === ":") return EXIT_OK;
  if (program === "false") return 1;
  // As in other images: /usr/bin/curl.
  const name = basename(program);
  if (!isStandIn(name)) return complain(name, `this image has no program of that name; ${CURE}`, 127);
  const question = parseQuestion(name, words);
  if (!question.ok) {
    return complain(
      name,
      `this stand-in asks the gate for its health and does not understand ${quote(question.error)}; ${CURE}`,
    );
  }
  const settings = await loadSettings(readEnvironment(), { terminal: false, callsEngine: false });
  if (!settings.ok) return complain(name, "the gate's settings can't be used: see its log");
  const { listen, admin } = settings.value;
  const ports = [...listen, ...(admin === "off" ? [] : [admin])].flatMap((address) =>
    address.kind === "tcp" ? [address.port] : [],
  );
  const { code, printed, complaint } = await ask(question.value, ports);
  process.stdout.write(printed);
  return complaint === undefined ? code : complain(name, complaint, code);
}

function complain(program: string, message: string, code: number = EXIT_USAGE): number {
  process.stderr.write(`${program}: quaygate: ${message}\n`);
  return code;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
