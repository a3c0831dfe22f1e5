import { request } from "node:http";
import type { Socket } from "node:net";
import { isWatching } from "../../../src/docker/watch.ts";
import { fillNames, fillWords } from "../../examples/calls.ts";
import { type Call, type ProgramCall, wholeCall } from "../../policy/presets/calls.ts";
import { operationOf } from "../../policy/presets/tables.ts";
import { isSince } from "../../support/engine.ts";
import type { Shop } from "./shop.ts";

/** What came back for a call. */
export interface Answer {
  readonly status: number;
  /** The gate's own code, where it answered itself. */
  readonly code: string | undefined;
  /** All of the body, where it has an end of its own. */
  readonly text: string;
}

/** What the engine told of one thing, as far as a program uses it. */
interface Inspected {
  readonly Config?: object;
  readonly HostConfig?: { readonly NetworkMode: string };
  readonly NetworkSettings?: { readonly Networks: Readonly<Record<string, object>> };
  readonly Spec?: object;
  readonly Version?: { readonly Index: number };
}

/** A program that sends its calls to a socket, one after the other, and knows what it was answered. */
export class Program {
  readonly #socketPath: string;
  readonly #apiVersion: string;
  readonly #ids: Record<string, string>;
  #inspected: Inspected = {};

  constructor(socketPath: string, { ids, engine }: Shop) {
    this.#socketPath = socketPath;
    this.#apiVersion = engine.apiVersion;
    this.#ids = { version: "0", exec: "0a1b", ...ids };
  }

  /** Sends one call as far as the words in it are known by now. */
  async send(call: Call): Promise<Answer> {
    const sent = this.#fill(wholeCall(call));
    const answer = await ask(this.#socketPath, sent);
    this.#learn(sent, answer);
    return answer;
  }

  #fill({ call, body, ...others }: ProgramCall): ProgramCall {
    // A program takes the engine's newest version where that is older than its own.
    const spoken = call.replace(/ \/v([0-9.]+)\//u, (_, version: string) => {
      return ` /v${isSince(version, this.#apiVersion) ? this.#apiVersion : version}/`;
    });
    const filled = body === "as inspected" ? this.#again() : body;
    return {
      ...others,
      call: fillNames(spoken, this.#ids),
      ...(filled === undefined ? {} : { body: Buffer.isBuffer(filled) ? filled : this.#fillBody(filled) }),
    };
  }

  #fillBody(body: object): object {
    const filled: object = JSON.parse(fillWords(JSON.stringify(body), this.#ids));
    return filled;
  }

  /** What makes the same service or container again. */
  #again(): object {
    const { Config, HostConfig, NetworkSettings, Spec } = this.#inspected;
    if (Spec !== undefined) return Spec;
    const first = HostConfig?.NetworkMode ?? "";
    // Older engines take one network at a creation: programs connect the others.
    const EndpointsConfig = { [first]: NetworkSettings?.Networks[first] };
    return { ...Config, HostConfig, NetworkingConfig: { EndpointsConfig } };
  }

  #learn({ call }: ProgramCall, { status, text }: Answer): void {
    const { name } = operationOf(call);
    const made = CREATES[name];
    if (status === 201 && made !== undefined) {
      this.#ids[made] = /"I[Dd]":"([^"]+)"/u.exec(text)?.[1] ?? "";
    }
    if (status === 200 && (name === "ContainerInspect" || name === "ServiceInspect")) {
      this.#inspected = JSON.parse(text);
      this.#ids["version"] = String(this.#inspected.Version?.Index);
    }
  }
}

/** The word for what an operation makes. */
const CREATES: Readonly<Record<string, string>> = {
  ContainerCreate: "container",
  ContainerExec: "exec",
  NetworkCreate: "network",
  ServiceCreate: "service",
  SecretCreate: "secret",
};

/** Sends a call in which no words are left. What has no end of its own is ended when it has begun. */
function ask(socketPath: string, { call, body, upgrades }: ProgramCall): Promise<Answer> {
  const [method = "", path = ""] = call.split(" ");
  const content = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const type = Buffer.isBuffer(body) ? "application/x-tar" : "application/json";
  const headers = {
    ...(content === undefined ? {} : { "Content-Type": type, "Content-Length": Buffer.byteLength(content) }),
    ...(upgrades === true ? { Connection: "Upgrade", Upgrade: "tcp" } : {}),
  };
  const { name } = operationOf(call);
  const isEndless = isWatching(name, path.split("?")[1]) || name === "ContainerWait";
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, headers, agent: false }, (answer) => {
      const { statusCode: status = 0, headers: fields } = answer;
      const code = fields["x-quaygate-code"]?.toString();
      let text = "";
      answer.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      answer.once("error", reject).once("end", () => resolve({ status, code, text }));
      if (isEndless && status < 300) {
        resolve({ status, code, text });
        outgoing.destroy();
      }
    });
    outgoing.once("upgrade", (answer, socket: Socket) => {
      socket.destroy();
      resolve({ status: answer.statusCode ?? 0, code: undefined, text: "" });
    });
    outgoing.once("error", reject);
    outgoing.end(content);
  });
}
