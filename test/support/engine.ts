import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { root } from "../../scripts/set-up.mjs";
import { clientRoomOf, commandIn, explainMissingRelease, releaseOf } from "./engine-release.ts";
import type { EngineRelease } from "./engine-release.ts";
import { busyboxArchive, busyboxIsStatic, importArchive } from "./images.ts";

/** A real Docker Engine that one test process owns, alone in its folder and its namespaces. */
export interface Engine {
  readonly socketPath: string;
  readonly logPath: string;
  /** Where clients of its release run, for `clientCommand`. */
  readonly clientRoom: string | undefined;
  /** The newest version of the API that it has. */
  readonly apiVersion: string;
  /** Tells whether it has this version of the API, such as `1.44`, and so what came with it. */
  speaks(version: string): boolean;
  /** Resolves when the daemon has ended; its folder and its images stay. */
  halt(signal?: "TERM" | "KILL"): Promise<void>;
  /** Starts the daemon again after `halt` and resolves when it answers. */
  resume(): Promise<void>;
  /** Is `halt` and `resume`. */
  restart(): Promise<void>;
  /** Resolves when the daemon, its containers, mounts, network and folder are gone. */
  stop(): Promise<void>;
  /** Counts the connections on the engine's socket whose far end is still open. */
  connections(): number;
}

/** What an engine of a test may differ in. */
export interface EngineOptions {
  /** Further arguments of `dockerd`. */
  readonly daemonArguments?: readonly string[];
  /** Further variables in the environment of `dockerd`. */
  readonly daemonEnvironment?: Readonly<Record<string, string>>;
  /** That of the project which the test runs in, when nothing is said. */
  readonly release?: EngineRelease;
  /** Without `busybox:test`: an engine that knows no image at all. */
  readonly empty?: boolean;
}

const startDeadlineMilliseconds = 90_000;
const haltDeadlineMilliseconds = 90_000;
const releasePrograms = ["dockerd", "containerd", "docker", "ip"];
const neededPrograms = ["busybox", "unshare", "nsenter", "script"];
/** A user's PATH often lacks the folders of the system's programs. */
const searchPath = [process.env["PATH"] ?? "", "/usr/local/sbin", "/usr/sbin", "/sbin"].join(delimiter);
const wardenPath = fileURLToPath(new URL("engine-warden.sh", import.meta.url));

/** Says in one sentence why no engine can be started here, or nothing when one can. */
export function explainMissingEngine(release: EngineRelease): string | undefined {
  if (process.platform !== "linux") return "a Docker Engine of its own needs Linux";
  if (process.getuid?.() !== 0) return "starting a Docker Engine needs root";
  const missingRelease = explainMissingRelease(release);
  if (missingRelease !== undefined) return missingRelease;
  const needed = release === "installed" ? [...releasePrograms, ...neededPrograms] : neededPrograms;
  const missing = needed.filter((program) => findProgram(program) === undefined);
  if (missing.length > 0) {
    return `not installed: ${missing.join(", ")} (Debian: docker.io, busybox-static, util-linux, iproute2)`;
  }
  return busyboxIsStatic() ? undefined : "busybox needs libraries (Debian: busybox-static)";
}

/** Starts a real `dockerd` in namespaces of its own and resolves when it answers and knows `busybox:test`. */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), "quaygate-engine-"));
  const { release = releaseOf(process.env), daemonArguments = [], daemonEnvironment = {} } = options;
  const engine = new WardedEngine(folder, release, daemonArguments, daemonEnvironment);
  try {
    await engine.untilAnswering();
    await engine.learnVersion();
    if (options.empty !== true) await importArchive(engine.socketPath, "busybox:test", busyboxArchive());
  } catch (error) {
    const log = await readFile(engine.logPath, "utf8").catch(() => "(no log)");
    await engine.stop();
    throw new Error(`no engine started; the end of its log: ${log.slice(-2000)}`, { cause: error });
  }
  return engine;
}

/** Resolves to the status that the engine gives to `GET path`, or undefined when nothing answers. */
export async function engineStatus(socketPath: string, path = "/_ping"): Promise<number | undefined> {
  return (await askEngine(socketPath, path))?.statusCode;
}

function askEngine(socketPath: string, path: string): Promise<IncomingMessage | undefined> {
  return new Promise((resolve) => {
    const outgoing = request({ socketPath, path, agent: false, timeout: 5000 }, (response) => {
      response.resume();
      response.once("close", () => resolve(response));
    });
    outgoing.once("timeout", () => outgoing.destroy());
    outgoing.once("error", () => resolve(undefined));
    outgoing.end();
  });
}

/** Tells whether a version of the API is another one or later. */
export function isSince(apiVersion: string, since: string): boolean {
  return apiVersion.localeCompare(since, "en", { numeric: true }) >= 0;
}

class WardedEngine implements Engine {
  readonly socketPath: string;
  readonly logPath: string;
  readonly clientRoom: string | undefined;
  readonly #folder: string;
  readonly #warden: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #answers: string[] = [];
  #answerArrived: () => void = () => {};
  apiVersion = "";

  constructor(
    folder: string,
    release: EngineRelease,
    daemonArguments: readonly string[],
    daemonEnvironment: Readonly<Record<string, string>>,
  ) {
    this.#folder = folder;
    this.socketPath = join(folder, "docker.sock");
    this.logPath = join(folder, "docker.log");
    // A session of its own: an interrupt typed at the tests must not reach the warden before it can clean up.
    const warding = ["sh", wardenPath, folder, basename(folder), ...daemonArguments] as const;
    const [program, ...parameters] = commandIn(release, warding);
    const warden = spawn(program, parameters, {
      cwd: root,
      detached: true,
      env: { ...process.env, PATH: searchPath, ...daemonEnvironment },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#warden = warden;
    this.clientRoom = clientRoomOf(release, warden.pid);
    this.#ended = new Promise((resolve) => {
      warden.once("exit", () => resolve());
      warden.once("error", () => resolve());
    });
    warden.stdin.on("error", () => {});
    createInterface({ input: warden.stdout }).on("line", (line) => {
      this.#answers.push(line);
      this.#answerArrived();
    });
  }

  async untilAnswering(): Promise<void> {
    const deadline = Date.now() + startDeadlineMilliseconds;
    while ((await engineStatus(this.socketPath)) !== 200) {
      if (Date.now() > deadline) throw new Error("dockerd did not answer in time");
      if (this.#warden.exitCode !== null) throw new Error("dockerd's namespaces could not be made");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async learnVersion(): Promise<void> {
    const version = (await askEngine(this.socketPath, "/_ping"))?.headers["api-version"];
    if (typeof version !== "string") throw new Error("dockerd names no version of its API");
    this.apiVersion = version;
  }

  speaks(version: string): boolean {
    return isSince(this.apiVersion, version);
  }

  async halt(signal: "TERM" | "KILL" = "TERM"): Promise<void> {
    this.#answers.length = 0;
    this.#warden.stdin?.write(`halt ${signal}\n`);
    await this.#untilAnswer("halted");
  }

  async resume(): Promise<void> {
    this.#warden.stdin?.write("resume\n");
    await this.untilAnswering();
  }

  async restart(): Promise<void> {
    await this.halt();
    await this.resume();
  }

  async stop(): Promise<void> {
    await this.#tellOfCrash();
    this.#warden.stdin?.end();
    await this.#ended;
    await rm(this.#folder, { recursive: true, force: true });
  }

  connections(): number {
    // The accepting end carries the path of the socket, the connecting end has none. A peer of 0 is gone: dockerd drops
    // its own end of a taken-over connection only when Go's garbage collector comes by.
    const table = execFileSync("ss", ["-xHn", "state", "connected", "src", this.socketPath], {
      encoding: "utf8",
    });
    return table.split("\n").filter((line) => line.includes(this.socketPath) && !/\* 0\s*$/.test(line))
      .length;
  }

  /** A daemon that ended by itself makes tests fail that have no part in it. */
  async #tellOfCrash(): Promise<void> {
    const log = await readFile(this.logPath, "utf8").catch(() => "");
    const [crash] = /^(?:panic|fatal error|SIG[A-Z]+): [^]{0,4000}/mu.exec(log) ?? [];
    if (crash !== undefined) console.error(`dockerd crashed, by its log in ${this.logPath}: ${crash}`);
  }

  async #untilAnswer(answer: string): Promise<void> {
    const deadline = setTimeout(() => this.#answerArrived(), haltDeadlineMilliseconds);
    const end = Date.now() + haltDeadlineMilliseconds;
    while (!this.#answers.includes(answer)) {
      if (Date.now() >= end) throw new Error(`the warden did not say "${answer}" in time`);
      await new Promise<void>((resolve) => {
        this.#answerArrived = resolve;
      });
    }
    clearTimeout(deadline);
  }
}

function findProgram(name: string): string | undefined {
  return searchPath
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
