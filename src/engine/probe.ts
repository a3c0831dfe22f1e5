import type { BodyReader } from "../http1/body-reader.ts";
import { openBodyReader } from "../http1/open-body-reader.ts";
import type { RequestHead } from "../http1/request-head.ts";
import type { ResponseHead } from "../http1/response-head.ts";
import { formatAddress } from "../kernel/address.ts";
import { AnswerReader } from "./answer-reader.ts";
import { PROBE_DEADLINE } from "./limits.ts";
import { ownRequest } from "./own-request.ts";
import type { EnginePool } from "./pool.ts";
import { CLOSED_WITHOUT_ANSWER, PONG_LIMIT, strangerByPing } from "./stranger.ts";

/** Whether the engine answers. */
export type EngineState =
  | { readonly reachable: true; readonly apiVersion: string | undefined }
  | {
      readonly reachable: false;
      readonly reason: string;
      /** Whether nobody takes connections there, somebody does who is no engine, or an engine that is not well. */
      readonly who: "nobody" | "stranger" | "engine";
    };

const OK = 200;
const PING = "/_ping";
const MARK = "X-Quaygate-Probe";
const MARK_KEY: string = MARK.toLowerCase();

/** Asks the engine for `/_ping` on a connection of its own. Always resolves, within {@link PROBE_DEADLINE}. */
export function probeEngine(pool: EnginePool): Promise<EngineState> {
  return new Promise((resolve) => {
    const answer = new PingAnswer(formatAddress(pool.address));
    const finish = (state: EngineState): void => {
      clearTimeout(timer);
      connection.destroy();
      resolve(state);
    };
    const connection = pool.acquire(true, {
      engineOnData: (chunk) => {
        const state = answer.read(chunk);
        if (state !== undefined) finish(state);
        return false;
      },
      engineOnEnd: () => finish(answer.end()),
      engineOnDrain: () => undefined,
      engineOnFail: (error) =>
        finish(error.code === "engine_unreachable" ? unreachable(error.message, "nobody") : answer.end()),
    });
    const timer = setTimeout(
      () =>
        finish(
          unreachable(
            "the Docker engine accepts connections and does not answer; does it hang, or is that not its socket (QUAYGATE_ENGINE)?",
          ),
        ),
      PROBE_DEADLINE,
    );
    const mark = { name: MARK, key: MARK_KEY, value: pool.mark };
    connection.socket.write(ownRequest(PING, [mark]), "latin1");
  });
}

/** Tells whether a request is a probe of this very gate, which its own engine's address leads back to. */
export function isOwnProbe({ path, fields }: RequestHead, mark: string): boolean {
  return path === PING && fields.some(({ key, value }) => key === MARK_KEY && value === mark);
}

/** Reads as much of the answer to a ping as tells whose it is. */
class PingAnswer {
  readonly #place: string;
  readonly #reader: AnswerReader = new AnswerReader(false);
  #head: ResponseHead | undefined;
  #body: BodyReader | undefined;
  #text = "";

  /** `place` is where it comes from. */
  constructor(place: string) {
    this.#place = place;
  }

  /** Returns what is known as soon as it is. */
  read(chunk: Buffer): EngineState | undefined {
    if (this.#head !== undefined) {
      return this.#collect(this.#head, chunk);
    }
    const progress = this.#reader.read(chunk);
    switch (progress.kind) {
      case "partial":
        return undefined;
      case "fault":
        return this.#stranger(progress.reason);
      default: {
        const { head, rest } = progress;
        this.#head = head;
        this.#body = head.framing.kind === "none" ? undefined : openBodyReader(head.framing);
        return this.#collect(head, rest);
      }
    }
  }

  /** Returns what is known when nothing more comes. */
  end(): EngineState {
    return this.#head === undefined ? unreachable(CLOSED_WITHOUT_ANSWER) : this.#decide(this.#head);
  }

  #collect(head: ResponseHead, chunk: Buffer): EngineState | undefined {
    const progress = this.#body?.read(chunk);
    if (progress?.ok === true) {
      this.#text += Buffer.concat(progress.value.data).toString("latin1");
    }
    const isEnough = progress?.ok !== true || progress.value.done || this.#text.length >= PONG_LIMIT;
    return isEnough ? this.#decide(head) : undefined;
  }

  #decide(head: ResponseHead): EngineState {
    const what = strangerByPing(head, this.#text);
    if (what !== undefined) {
      return this.#stranger(what);
    }
    const apiVersion = head.fields.find(({ key }) => key === "api-version")?.value;
    return head.status === OK
      ? { reachable: true, apiVersion }
      : unreachable(`the Docker engine answers /_ping with ${head.status}`);
  }

  #stranger(what: string): EngineState {
    return {
      reachable: false,
      reason: `what answers at ${this.#place} is no Docker engine: ${what}`,
      who: "stranger",
    };
  }
}

function unreachable(reason: string, who: "nobody" | "engine" = "engine"): EngineState {
  return { reachable: false, reason, who };
}
