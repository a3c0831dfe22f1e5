import { spawn, spawnSync } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { clientCommand } from "./engine-release.ts";

/** What one run of the `docker` command gave; `code` is null when a signal ended it. */
export interface DockerResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How one run of the `docker` command is set up. */
export interface DockerOptions {
  /** Goes to standard input, which then ends; without it standard input is empty. */
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds until the run is killed and counts as failed. */
  readonly timeout?: number;
  /** Runs the command on a terminal of its own; all its output is then `stdout`, with `\r\n` line ends. */
  readonly terminal?: boolean;
  /** Another command that finds the engine as `docker` does, such as `docker-compose`, or the path of one. */
  readonly program?: string;
}

/** A `docker` command that is still running. */
export interface DockerRun {
  readonly pid: number;
  readonly stdin: ChildProcessWithoutNullStreams["stdin"];
  /** All standard output until now. */
  stdout(): string;
  /** All standard error until now. */
  stderr(): string;
  /** Resolves when standard output holds this text. */
  untilOutput(text: string): Promise<void>;
  /** Ends the command by a signal and resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when the command has ended. */
  readonly result: Promise<DockerResult>;
}

const defaultTimeoutMilliseconds = 120_000;
/** No configuration of the machine's user may reach these runs: no contexts, no credentials, no plug-ins of theirs. */
const noFolder = "/nonexistent";
let names = 0;

/** Whether a command is there that finds the engine as `docker` does. */
export function hasProgram(program: string): boolean {
  const [first, ...others] = clientCommand(inject("clientRoom"), [program, "version"]);
  return spawnSync(first, others, { stdio: "ignore" }).status === 0;
}

/** Runs `docker` against that host with a configuration of its own and resolves when it has ended, however it ended. */
export async function docker(
  host: string,
  commandArguments: readonly string[],
  options: DockerOptions = {},
): Promise<DockerResult> {
  const run = spawnDocker(host, commandArguments, options);
  run.stdin.end(options.input ?? "");
  return run.result;
}

/** Runs `docker` as above and returns its standard output without the last line end; throws when it fails. */
export async function dockerOutput(
  host: string,
  commandArguments: readonly string[],
  options: DockerOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await docker(host, commandArguments, options);
  if (code !== 0)
    throw new Error(
      `${options.program ?? "docker"} ${commandArguments.join(" ")} ended with ${String(code)}: ${stderr}${stdout}`,
    );
  return stdout.trimEnd();
}

/** Starts `docker` with an open standard input and returns at once. */
export function spawnDocker(
  host: string,
  commandArguments: readonly string[],
  options: Omit<DockerOptions, "input"> = {},
): DockerRun {
  const child = startDocker(host, commandArguments, options);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => {});
  const timeout = options.timeout ?? defaultTimeoutMilliseconds;
  const result = new Promise<DockerResult>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(
        new Error(
          `docker ${commandArguments.join(" ")} took over ${timeout} ms; it said: ${stdout}${stderr}`,
        ),
      );
    }, timeout);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
  // A run that is killed on purpose may never be awaited.
  result.catch(() => {});
  return {
    pid: child.pid ?? -1,
    stdin: child.stdin,
    stdout: () => stdout,
    stderr: () => stderr,
    result,
    untilOutput: async (text) => {
      while (!stdout.includes(text)) {
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(
            `docker ${commandArguments.join(" ")} ended before it said "${text}": ${stdout}${stderr}`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    kill: async (signal = "SIGKILL") => {
      child.kill(signal);
      await result;
    },
  };
}

/** Starts `docker` and returns the bare process, whose output nobody reads yet. */
export function startDocker(
  host: string,
  commandArguments: readonly string[],
  { env = {}, program = "docker", terminal = false }: Omit<DockerOptions, "input" | "timeout"> = {},
): ChildProcessWithoutNullStreams {
  const environment = { env: dockerEnvironment(host, env) };
  const command = clientCommand(inject("clientRoom"), [program, ...commandArguments]);
  const [first, ...others] = command;
  if (!terminal) return spawn(first, others, environment);
  const line = ["exec", ...command].map(quoteForShell).join(" ");
  return spawn("script", ["-qec", line, "/dev/null"], environment);
}

/** Returns a name for a container, image, network or volume that no other test uses. */
export function uniqueName(kind: string): string {
  names += 1;
  return `quaygate-${kind}-${process.pid}-${names}`;
}

/** Returns a new empty folder and what removes it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "quaygate-files-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function dockerEnvironment(host: string, env: Readonly<Record<string, string>>): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: noFolder,
    DOCKER_CONFIG: noFolder,
    DOCKER_HOST: host,
    DOCKER_BUILDKIT: "0",
    DOCKER_CLI_HINTS: "false",
    LC_ALL: "C.UTF-8",
    TERM: "xterm",
    ...env,
  };
}

function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
