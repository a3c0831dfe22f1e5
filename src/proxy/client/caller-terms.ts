import type { Socket } from "node:net";
import type { GateParts, RecogniseHead, Recognised, Recogniser } from "../gate-parts.ts";

/**
 * On whose terms the requests of one connection are served. What says who calls may take a while, for the connection or for
 * one request; until it is known no request begins.
 */
export class CallerTerms {
  readonly #socket: Socket;
  readonly #place: string;
  readonly #onKnown: () => void;
  /** Of who calls; nobody's, until that is known. */
  #parts: GateParts;
  /** Tells of each request who sent it, where the connection alone does not. */
  #recogniseHead: RecogniseHead | undefined;
  /** Of the request that waits. */
  #answer: GateParts | undefined;
  #isUnknown = false;
  /** Which question is the last: to answers of earlier ones nobody listens. */
  #turn = 0;

  /**
   * @param place where the connection came in
   * @param onKnown called when what was asked is known, and never from within a call
   */
  constructor(socket: Socket, place: string, recogniser: Recogniser, onKnown: () => void) {
    this.#socket = socket;
    this.#place = place;
    this.#onKnown = onKnown;
    this.#parts = recogniser.unknown;
  }

  /** Those of who calls, as far as the connection tells it. */
  get parts(): GateParts {
    return this.#parts;
  }

  /** Whether it is being asked who calls. */
  get isUnknown(): boolean {
    return this.#isUnknown;
  }

  /** Finds out who calls, for all requests that have not begun. */
  recogniseBy(recogniser: Recogniser): void {
    this.#parts = recogniser.unknown;
    this.#recogniseHead = undefined;
    this.#answer = undefined;
    const found = recogniser.recognise(this.#socket, this.#place);
    if (found instanceof Promise) {
      this.#ask(found, (recognised) => this.#take(recognised));
    } else {
      this.#turn += 1;
      this.#isUnknown = false;
      this.#take(found);
    }
  }

  /** The terms of the request with this head; undefined where it has to be asked, and then the same again when it is known. */
  partsOf(head: string): GateParts | undefined {
    if (this.#recogniseHead === undefined) {
      return this.#parts;
    }
    const found = this.#answer ?? this.#recogniseHead(head);
    this.#answer = undefined;
    if (!(found instanceof Promise)) {
      return found;
    }
    this.#ask(found, (parts) => {
      this.#answer = parts;
    });
    return undefined;
  }

  #take(recognised: Recognised): void {
    if (typeof recognised === "function") {
      this.#recogniseHead = recognised;
    } else {
      this.#parts = recognised;
    }
  }

  #ask<Answer>(asked: Promise<Answer>, take: (answer: Answer) => void): void {
    this.#turn += 1;
    const turn = this.#turn;
    this.#isUnknown = true;
    void asked.then((answer) => {
      if (turn === this.#turn) {
        this.#isUnknown = false;
        take(answer);
        this.#onKnown();
      }
    });
  }
}
