import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Form, fullForm, guardForm, quickForm } from "./forms.ts";
import type { Opponent } from "./plan.ts";

/** How the benchmark is called. */
export const usage = `npm run bench -- [--quick | --guard] [--only WORD] [--threads N] [--gate MAIN] [--against MAIN] [--write]
  --quick         fewer and shorter rounds, for a first look: some three minutes, where the full form takes twenty
  --guard         the shortest form, for continuous integration: exit code 1 when a row is far worse than its aim
  --only WORD     only what has this word in its title: a workload, upload, save, followers, memory, start
  --threads N     the number of HAProxy's threads; its own choice where it is not given
  --gate MAIN     measure this build (the path of its dist/cli/main.js) and not a fresh one
  --against MAIN  compare with this other build of the gate and not with HAProxy
  --write         put the result into docs/benchmark.md`;

/** What the command line asks for. */
export interface Options {
  readonly help: boolean;
  readonly form: Form;
  readonly only: string;
  readonly opponent: Opponent;
  /** The script of the gate's command; undefined for a fresh build. */
  readonly gateMain: string | undefined;
  readonly write: boolean;
}

/** Reads the command line; throws with a sentence on what is not understood. */
export function parseOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: "boolean", default: false },
      guard: { type: "boolean", default: false },
      only: { type: "string", default: "" },
      threads: { type: "string" },
      gate: { type: "string" },
      against: { type: "string" },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { quick, guard, only, threads, gate, against, write, help } = values;
  if (quick && guard) {
    throw new Error("--quick and --guard are two forms; give one");
  }
  if (threads !== undefined && !/^[1-9]\d?$/u.test(threads)) {
    throw new Error(`--threads takes a number from 1 to 99, not "${threads}"`);
  }
  if (write && (guard || only !== "" || against !== undefined)) {
    throw new Error(
      "--write puts all tables of a comparison with HAProxy on the page: no --guard, --only, --against",
    );
  }
  return {
    help,
    form: guard ? guardForm : quick ? quickForm : fullForm,
    only,
    opponent:
      against === undefined
        ? { kind: "haproxy", threads: threads === undefined ? undefined : Number(threads) }
        : { kind: "gate", main: resolve(against) },
    gateMain: gate === undefined ? undefined : resolve(gate),
    write,
  };
}
