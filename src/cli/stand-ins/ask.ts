import { lookup } from "node:dns/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { isLoopback } from "../../kernel/address.ts";
import { systemFailure } from "../../kernel/system-error.ts";
import type { Question } from "./question.ts";

/** What came of a question. */
export interface Outcome {
  readonly code: number;
  /** What the program prints, and what it complains of. */
  readonly printed: string;
  readonly complaint: string | undefined;
}

/** How long an answer may take, in milliseconds: less than the health checks of Docker wait by default. */
const DEADLINE = 10_000;
/** What is printed of an answer: the engine keeps no more of a health check's output. */
const LONGEST_OUTPUT = 4096;
const FIRST_ERROR = 400;

/** Asks the gate of this container, and nobody else: the address must be this machine's, the port one of the given. */
export async function ask(question: Question, ports: readonly number[]): Promise<Outcome> {
  const { host, port } = placeOf(question);
  if (!ports.includes(port)) {
    return failed(
      question,
      `the gate does not listen on port ${port}, and nobody else may be asked from here`,
    );
  }
  try {
    const address = await ownAddress(host);
    if (address === undefined) {
      return failed(
        question,
        `${host} is another machine, and only the gate of this one may be asked from here`,
      );
    }
    return await (question.kind === "connect"
      ? tryConnection(address, question.port)
      : askByHttp(address, port, question));
  } catch (error) {
    return failed(question, `no answer from ${host}:${port}: ${systemFailure(error).message}`);
  }
}

function failed({ failedCode }: Question, complaint: string): Outcome {
  return { code: failedCode, printed: "", complaint };
}

function placeOf(question: Question): { readonly host: string; readonly port: number } {
  if (question.kind === "connect") return question;
  const { hostname, port } = question.url;
  return { host: hostname.replaceAll(/[[\]]/gu, ""), port: port === "" ? 80 : Number(port) };
}

/** What the host's name stands for, if that is this machine; what is looked up is what is connected to. */
async function ownAddress(host: string): Promise<string | undefined> {
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address)),
  );
  const found = await lookup(host, { all: true, order: "ipv4first" });
  return found
    .map(({ address }) => address)
    .find((address) => isLoopback(address) || address === "0.0.0.0" || address === "::" || own.has(address));
}

function tryConnection(host: string, port: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: DEADLINE });
    socket.on("connect", () => {
      socket.destroy();
      resolve({ code: 0, printed: "", complaint: undefined });
    });
    socket.on("timeout", () => socket.destroy(new Error("it takes too long")));
    socket.on("error", reject);
  });
}

function askByHttp(
  host: string,
  port: number,
  { method, url, failsByStatus, prints, statusCode }: Extract<Question, { kind: "http" }>,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host,
      port,
      method,
      path: `${url.pathname}${url.search}`,
      headers: { Host: url.host },
      agent: false,
      signal: AbortSignal.timeout(DEADLINE),
    });
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      const { statusCode: status = 0, statusMessage = "" } = response;
      let body = "";
      response.setEncoding("latin1");
      response.on("error", reject);
      response.on("data", (part: string) => {
        body = `${body}${part}`.slice(0, LONGEST_OUTPUT);
      });
      response.on("end", () => {
        const isFailure = failsByStatus && status >= FIRST_ERROR;
        resolve({
          code: isFailure ? statusCode : 0,
          printed: prints && !isFailure ? body : "",
          complaint: isFailure ? `the answer is ${status} ${statusMessage}: ${body.trim()}` : undefined,
        });
      });
    });
    outgoing.end();
  });
}
