import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { entryPoint, isBuilt, root } from "../../scripts/set-up.mjs";
import type { SocketAddress } from "../../src/kernel/address.ts";
import { eventually, RawPeer } from "../support/raw-peer.ts";

/** What one run of the command gave; `code` is null when a signal ended it. */
export interface QuaygateResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is still running. It is killed when the test is over. */
export interface QuaygateRun {
  readonly pid: number | undefined;
  /** All standard output until now. */
  stdout(): string;
  /** Resolves when standard output holds a text, or fulfils a condition. */
  untilOutput(wanted: string | ((stdout: string) => boolean)): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Closes standard output at the reader's end. */
  closeOutput(): void;
  /** Leaves standard output open and takes nothing more from it. */
  holdOutput(): void;
  /** Resolves when the command has ended. */
  readonly result: Promise<QuaygateResult>;
}

/** Far more than a command takes; one that hangs is killed and fails. */
const LONGEST_RUN = 50_000;

/** Settings of a gate that meets no other one: any free port, and no admin address. */
export const APART: Readonly<Record<string, string>> = {
  QUAYGATE_LISTEN: "tcp://127.0.0.1:0",
  QUAYGATE_ADMIN: "off",
};

/** Where no engine is. */
export const NO_ENGINE = "/nonexistent/docker.sock";

/** Runs `quaygate` with an environment of its own, to its end. `input` goes to standard input. */
export function quaygate(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input?: string,
): Promise<QuaygateResult> {
  return startQuaygate(words, environment, input).result;
}

/** Starts `quaygate` and returns at once; a wrapper is a command that runs another one, such as setpriv(1). */
export function startQuaygate(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = "",
  wrapper: readonly string[] = [],
): QuaygateRun {
  // The build is what users run, and starts fast; one that is stale would test something else.
  const program = isBuilt() ? [entryPoint] : ["--import", "tsx", "src/cli/main.ts"];
  const [command, ...others] = [...wrapper, process.execPath, ...program, ...words];
  const child = spawn(command ?? process.execPath, others, {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A command that does not read its input has none the less ended well.
  child.stdin.on("error", () => undefined).end(input);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const describeRun = (): string => `quaygate ${words.join(" ")} said: ${stdout}${stderr}`;
  const result = new Promise<QuaygateResult>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`it did not end; ${describeRun()}`));
    }, LONGEST_RUN);
    child.once("error", reject);
    const finish = (code: number | null): void => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    };
    child.once("close", finish);
    // An output that is held never closes.
    child.once("exit", (code) => {
      if (child.stdout.isPaused()) {
        finish(code);
      }
    });
  });
  // A run that the test's end kills may never be awaited.
  result.catch(() => undefined);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return {
    pid: child.pid,
    result,
    stdout: () => stdout,
    untilOutput: async (wanted) => {
      const isThere = (): boolean => (typeof wanted === "string" ? stdout.includes(wanted) : wanted(stdout));
      await eventually(
        () => isThere() || isOver(),
        () => `${String(wanted)}; ${describeRun()}`,
      );
      if (!isThere()) {
        throw new Error(`it ended before ${String(wanted)}; ${describeRun()}`);
      }
    },
    signal: (signal) => {
      child.kill(signal);
    },
    closeOutput: () => child.stdout.destroy(),
    holdOutput: () => child.stdout.pause(),
  };
}

/** Starts `quaygate run` and waits until it takes connections. */
export async function startGate(
  environment: Readonly<Record<string, string>>,
  wrapper: readonly string[] = [],
): Promise<GateRun> {
  const run = startQuaygate(["run"], { ...APART, ...environment }, "", wrapper);
  await run.untilOutput((stdout) => LISTENING.test(stdout));
  const port = Number(LISTENING.exec(run.stdout())?.[1]);
  return { ...run, port, connect: () => connectTo({ kind: "tcp", host: "127.0.0.1", port }) };
}

/** A gate in a process of its own. */
export interface GateRun extends QuaygateRun {
  readonly port: number;
  connect(): Promise<RawPeer>;
}

const LISTENING = /listening on tcp:\/\/127\.0\.0\.1:([0-9]+)/u;

/** Connects as soon as somebody listens; when the gate closes, so does this client, and at the latest with the test. */
export async function connectTo(address: SocketAddress): Promise<RawPeer> {
  let peer: RawPeer | undefined;
  while (peer === undefined) {
    peer = await RawPeer.connect(address).catch(() => undefined);
  }
  const { socket } = peer;
  socket.on("end", () => socket.end());
  onTestFinished(() => {
    socket.destroy();
  });
  return peer;
}

/** The lines of an output, each with its end. */
export function linesOf(output: string): readonly string[] {
  return output === "" ? [] : output.replace(/\n$/u, "").split("\n");
}

/** A log's lines; throws when one is no JSON. */
export function entriesOf(stdout: string): readonly unknown[] {
  return linesOf(stdout).map((line): unknown => JSON.parse(line));
}

/** One text of each log line that has it, in order. */
export function textsOf(stdout: string, name: "msg" | "level" | "path"): readonly string[] {
  return entriesOf(stdout).flatMap((entry) => {
    const value = typeof entry === "object" && entry !== null ? new Map(Object.entries(entry)).get(name) : "";
    return typeof value === "string" ? [value] : [];
  });
}

/** A new folder that is gone when the test is over. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
