import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { createContainers, openingLines, writeLine } from "./catalogue.ts";
import type { LogLine, SampleContainer } from "./catalogue.ts";

/** Something that happened to a container. */
export interface SampleEvent {
  readonly container: SampleContainer;
  readonly action: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly time: number;
}

/** A command that a client asked to run in a sample container. */
export interface SampleExec {
  readonly id: string;
  readonly container: SampleContainer;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
  running: boolean;
  exitCode: number | null;
}

interface WorldSignals {
  beat: [];
  event: [SampleEvent];
  line: [SampleContainer, LogLine];
}

const beatInterval = 1000;
/** Beats between two health checks. */
const healthCheckBeats = 5;
/** What is remembered of each kind, so that a sample left running for days does not grow. */
const memory = 256;

/** What is true in the sample: containers, commands, what happened. Its heart beats each second until close(). */
export class SampleWorld {
  readonly openedAt: number = Date.now();
  readonly containers: readonly SampleContainer[] = createContainers(this.openedAt);
  readonly history: SampleEvent[] = [];
  readonly execs: Map<string, SampleExec> = new Map();
  readonly signals: EventEmitter<WorldSignals> = new EventEmitter<WorldSignals>().setMaxListeners(0);
  readonly #heart = setInterval(() => this.#beat(), beatInterval).unref();
  #beats = openingLines;

  constructor() {
    for (const container of this.containers) this.announce(container, "start", {}, container.startedAt);
  }

  close(): void {
    clearInterval(this.#heart);
  }

  /** Remembers an event and tells it to everyone who listens. */
  announce(
    container: SampleContainer,
    action: string,
    attributes: Readonly<Record<string, string>> = {},
    time: number = Date.now(),
  ): void {
    const event = { container, action, attributes, time };
    this.history.push(event);
    if (this.history.length > memory) this.history.shift();
    this.signals.emit("event", event);
  }

  /** Remembers a command; it runs when it is started. */
  createExec(settings: Pick<SampleExec, "container" | "command" | "stdin" | "tty">): SampleExec {
    const id = randomBytes(32).toString("hex");
    const exec: SampleExec = { ...settings, id, running: false, exitCode: null };
    const [oldest = ""] = this.execs.keys();
    if (this.execs.size >= memory) this.execs.delete(oldest);
    this.execs.set(id, exec);
    this.announce(exec.container, `exec_create: ${exec.command.join(" ")}`, { execID: id });
    return exec;
  }

  /** Does what the verb says and answers with dockerd's status: 204 done, 304 nothing to do, 409 not possible now. */
  changeContainer(container: SampleContainer, verb: string, signal: string): 204 | 304 | 409 {
    const isExited = container.status === "exited";
    if (isExited ? verb === "stop" : verb === "start") return 304;
    if (verb === "pause" || verb === "unpause") {
      if (container.status !== (verb === "pause" ? "running" : "paused")) return 409;
      container.status = verb === "pause" ? "paused" : "running";
    } else if (verb === "kill") {
      if (isExited) return 409;
      this.announce(container, "kill", { signal });
      if (/^(SIG)?(KILL|TERM|INT)$|^(9|15|2)$/i.test(signal)) this.#exit(container, 137);
      return 204;
    } else {
      if (!isExited) this.#exit(container, 0);
      if (verb !== "stop") {
        container.status = "running";
        container.startedAt = Date.now();
      }
    }
    this.announce(container, verb);
    return 204;
  }

  #exit(container: SampleContainer, exitCode: number): void {
    container.status = "exited";
    container.finishedAt = Date.now();
    container.exitCode = exitCode;
    this.announce(container, "die", { exitCode: String(exitCode) });
  }

  #beat(): void {
    this.#beats += 1;
    for (const container of this.containers.filter(({ status }) => status === "running")) {
      const line = writeLine(container, Date.now(), this.#beats);
      if (container.lines.length > memory) container.lines.shift();
      this.signals.emit("line", container, line);
      if (container.healthCheck === undefined || this.#beats % healthCheckBeats !== 0) continue;
      this.announce(container, `exec_create: /bin/sh -c ${container.healthCheck}`);
      this.announce(container, "exec_die", { exitCode: "0" });
      this.announce(container, "health_status: healthy");
    }
    this.signals.emit("beat");
  }
}
