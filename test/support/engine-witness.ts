import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { SocketAddress } from "../../src/kernel/address.ts";
import { ConnectionOver, eventually, type Message, RawPeer } from "./raw-peer.ts";

/** A request as a dockerd in debug mode says that it read it. */
export interface Call {
  readonly method: string;
  readonly target: string;
  /** The JSON body of a POST, decoded and written anew; undefined where the engine could read none. */
  readonly json: string | undefined;
}

/**
 * What a dockerd started with `--debug` tells of the requests that it routed. It tells nothing of a request that it has
 * no page for or redirects: {@link isRouted} knows those by their answers.
 */
export class EngineWitness {
  readonly #logPath: string;
  #offset = 0;

  constructor(logPath: string) {
    this.#logPath = logPath;
  }

  /** Forgets all calls until now. */
  forget(): void {
    this.#read();
  }

  /** The calls since the last reading. A call is there before its answer is. */
  calls(): readonly Call[] {
    return readCalls(this.#read());
  }

  #read(): string {
    const file = openSync(this.#logPath, "r");
    try {
      const bytes = Buffer.alloc(fstatSync(file).size - this.#offset);
      readSync(file, bytes, 0, bytes.length, this.#offset);
      // A line that is being written belongs to the next reading.
      const end = bytes.lastIndexOf("\n") + 1;
      this.#offset += end;
      return bytes.toString("utf8", 0, end);
    } finally {
      closeSync(file);
    }
  }
}

const LOG_FIELD = /([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/gu;
const CALLING = /^Calling (\S+) (.*)$/su;
const FORM_DATA = "form data: ";

/** Reads the calls out of a debug log: two lines a call up to engine 27, one line of fields later. */
export function readCalls(log: string): readonly Call[] {
  const calls: Call[] = [];
  for (const line of log.split("\n")) {
    const fields = new Map<string, string>();
    for (const [, key = "", quoted, bare = ""] of line.matchAll(LOG_FIELD)) {
      fields.set(key, quoted === undefined ? bare : unquote(quoted));
    }
    const message = fields.get("msg") ?? "";
    const calling = CALLING.exec(message);
    const last = calls.at(-1);
    if (calling !== null) {
      calls.push({ method: calling[1] ?? "", target: calling[2] ?? "", json: undefined });
    } else if (message.startsWith(FORM_DATA) && last !== undefined) {
      calls.splice(-1, 1, { ...last, json: rewriteJson(message.slice(FORM_DATA.length)) });
    } else if (message.startsWith("handling ") && fields.has("request-url")) {
      const json = fields.get("form-data");
      calls.push({
        method: fields.get("method") ?? "",
        target: fields.get("request-url") ?? "",
        json: json === undefined ? undefined : rewriteJson(json),
      });
    }
  }
  return calls;
}

const GO_ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gu;
const GO_LETTERS: ReadonlyMap<string, string> = new Map([
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

/** Undoes Go's `%q`. */
function unquote(text: string): string {
  return text.replace(GO_ESCAPE, (_all, two?: string, four?: string, eight?: string, letter?: string) => {
    const digits = two ?? four ?? eight;
    return digits === undefined
      ? (GO_LETTERS.get(letter ?? "") ?? letter ?? "")
      : String.fromCodePoint(Number.parseInt(digits, 16));
  });
}

/** Writes JSON in one spelling, keys in order, or gives undefined for what is no JSON object. */
export function rewriteJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && !Array.isArray(value);
    return isObject ? JSON.stringify(value, (_key, inner: unknown) => sortKeys(inner)) : undefined;
  } catch {
    return undefined;
  }
}

function sortKeys(value: unknown): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)))
    : value;
}

/** Tells whether dockerd had a handler for what it answers so, and has therefore told of the call. */
export function isRouted(answer: Message): boolean {
  return answer.fields.some(([name]) => name.toLowerCase() === "api-version") || isSwitch(answer);
}

function isSwitch({ startLine }: Message): boolean {
  return startLine.startsWith("HTTP/1.1 101 ");
}

/** What came back for bytes on a connection of their own. */
export interface Conversation {
  /** One for each expected request that was answered. */
  readonly answers: readonly Message[];
  /** What came behind them before the connection ended. */
  readonly rest: string;
}

/**
 * Sends bytes on a connection of their own, takes the answers to the requests that are expected to be in them, ends
 * this side, and waits for the end. Since dockerd ends a connection after its handler, all its calls are then told.
 */
export async function converse(
  address: SocketAddress,
  bytes: Buffer,
  expected: readonly { readonly method: string }[],
): Promise<Conversation> {
  const peer = await RawPeer.connect(address);
  const answers: Message[] = [];
  try {
    await peer.send(bytes);
    for (const { method } of expected) {
      let answer = await peer.next({ toHead: method === "HEAD" });
      while (answer.startLine.startsWith("HTTP/1.1 100 ")) {
        answer = await peer.next({ toHead: method === "HEAD" });
      }
      answers.push(answer);
      if (isSwitch(answer)) {
        break;
      }
    }
  } catch (error) {
    // Fewer answers than expected are for the test to judge.
    if (!(error instanceof ConnectionOver)) {
      throw error;
    }
  }
  peer.end();
  await eventually(() => peer.over, "the engine ends the connection too");
  const rest = peer.unread;
  peer.socket.destroy();
  return { answers, rest };
}
