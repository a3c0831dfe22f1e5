import { parseJson } from "../docker/json/parse.ts";
import { isJsonObject, stringOf } from "../docker/json/value.ts";
import { oldestMinorVersion } from "../docker/limits.ts";
import { GateError } from "../gate-error.ts";
import type { Result } from "../kernel/result.ts";
import { AnswerCollector } from "./answer-collector.ts";
import { AnswerRoom } from "./answer-room.ts";
import { LOOKUP_DEADLINE } from "./limits.ts";
import { ownRequest } from "./own-request.ts";
import type { EnginePool } from "./pool.ts";
import { type EngineAnswer, WholeContent } from "./question.ts";

const OK = 200;
const MINOR_VERSION = /^1\.([0-9]{1,3})$/u;

/**
 * Knows the oldest API version v1.N that the engine speaks. It is known for as long as the connection is open on which the
 * engine said it: engines close none that is idle, so one that was restarted, with other settings or as another release,
 * is asked anew.
 */
export class ApiFloor {
  readonly #pool: EnginePool;
  #known: number | undefined;
  #asking: Promise<Result<number, GateError>> | undefined;
  #forget: () => void = () => undefined;

  constructor(pool: EnginePool) {
    this.#pool = pool;
  }

  /** The N, where it is known. */
  get known(): number | undefined {
    return this.#known;
  }

  /** Asks the engine, unless it is known. Who asks meanwhile gets the same answer. */
  learn(): Promise<Result<number, GateError>> {
    if (this.#known !== undefined) {
      return Promise.resolve({ ok: true, value: this.#known });
    }
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Closes the connection on which it was said. */
  close(): void {
    this.#forget();
  }

  #ask(): Promise<Result<number, GateError>> {
    return new Promise((resolve) => {
      const answer = new AnswerCollector(new WholeContent(new AnswerRoom(() => true)));
      const hear = (outcome: Result<EngineAnswer, GateError>): void => {
        clearTimeout(timer);
        if (!outcome.ok) {
          resolve(outcome);
          this.#forget();
          return;
        }
        const floor = floorOf(outcome.value);
        this.#known = floor;
        connection.handOver({
          engineOnData: () => {
            this.#forget();
            return false;
          },
          engineOnEnd: this.#forget,
          engineOnFail: this.#forget,
          engineOnDrain: () => undefined,
        });
        resolve({ ok: true, value: floor });
      };
      const connection = this.#pool.acquire(true, {
        engineOnData: (chunk) => {
          const outcome = answer.read(chunk);
          if (outcome !== undefined) hear(outcome);
          return false;
        },
        engineOnEnd: () => {
          hear(answer.end());
          this.#forget();
        },
        engineOnDrain: () => undefined,
        engineOnFail: (error) => hear({ ok: false, error }),
      });
      this.#forget = () => {
        this.#known = undefined;
        clearTimeout(timer);
        connection.destroy();
        // Only who still waits hears it.
        resolve({ ok: false, error: new GateError("draining", "the gate is stopping") });
      };
      const timer = setTimeout(() => {
        const message = "the Docker engine did not say in time which API versions it speaks";
        hear({ ok: false, error: new GateError("engine_answer", message) });
      }, LOOKUP_DEADLINE);
      connection.socket.write(ownRequest("/version"), "latin1");
    });
  }
}

/** Where nothing is said of an oldest version, none is too old: what the engine thinks of it, it says itself. */
function floorOf({ status, content }: EngineAnswer): number {
  const parsed = status === OK ? parseJson(content) : undefined;
  const version =
    parsed?.ok === true && isJsonObject(parsed.value) ? parsed.value.get("MinAPIVersion") : undefined;
  const [, minor] = MINOR_VERSION.exec(stringOf(version)) ?? [];
  return minor === undefined ? oldestMinorVersion : Number(minor);
}
