import type { Socket } from "node:net";
import type { ExchangeLedger } from "../exchange/ledger.ts";
import type { GateParts, RecogniseHead, Recognised, Recogniser } from "../gate-parts.ts";

/** Who is told what becomes of the terms of a connection, never from within a call that begins or ends an exchange. */
export interface TermsListener {
  /** What was asked is known. */
  termsOnKnown(): void;
  /** What is under way was allowed by what its client no longer holds, and that is to end it. */
  termsOnRevoked(ledger: ExchangeLedger): void;
}

/**
 * On whose terms the requests of one connection are served. What says who calls may take a while, for the connection or for
 * one request; until it is known no request begins.
 */
export class CallerTerms {
  readonly #socket: Socket;
  readonly #place: string;
  readonly #owner: TermsListener;
  /** Of who calls; nobody's, until that is known. */
  #parts: GateParts;
  /** Tells of each request who sent it, where the connection alone does not. */
  #recogniseHead: RecogniseHead | undefined;
  /** Of the request that waits. */
  #answer: GateParts | undefined;
  #isUnknown = false;
  /** Which question is the last: to answers of earlier ones nobody listens. */
  #turn = 0;
  #underWay: ExchangeLedger | undefined;
  /** By which it was told who sent what is under way. */
  #head = "";
  /** Whether what is under way ends where it is held no more, as soon as it is known who calls. */
  #mustRevoke = false;

  /** @param place where the connection came in */
  constructor(socket: Socket, place: string, recogniser: Recogniser, owner: TermsListener) {
    this.#socket = socket;
    this.#place = place;
    this.#owner = owner;
    this.#parts = recogniser.unknown;
  }

  /** Those of who calls, as far as the connection tells it. */
  get parts(): GateParts {
    return this.#parts;
  }

  /** How the exchange streams that is under way, if there is one. */
  get underWay(): string | undefined {
    return this.#underWay?.isDone === false ? this.#underWay.stream : undefined;
  }

  /** Whether it is being asked who calls. */
  get isUnknown(): boolean {
    return this.#isUnknown;
  }

  /**
   * Finds out who calls, for all requests that have not begun.
   * @param revokes whether what is under way ends if who calls holds it no more
   */
  recogniseBy(recogniser: Recogniser, revokes: boolean): void {
    this.#mustRevoke ||= revokes;
    this.#parts = recogniser.unknown;
    this.#recogniseHead = undefined;
    this.#answer = undefined;
    const found = recogniser.recognise(this.#socket, this.#place);
    if (found instanceof Promise) {
      this.#ask(found, (recognised) => this.#take(recognised));
    } else {
      const wasUnknown = this.#isUnknown;
      this.#turn += 1;
      this.#isUnknown = false;
      this.#take(found);
      // To the answer that a request waits for nobody listens any more.
      if (wasUnknown) queueMicrotask(() => this.#owner.termsOnKnown());
    }
  }

  /** Notes what begins under the terms that were given last, until it {@link end}s. */
  begin(ledger: ExchangeLedger): void {
    this.#underWay = ledger;
  }

  end(): void {
    this.#underWay = undefined;
    this.#head = "";
  }

  /** The terms of the request with this head; undefined where it has to be asked, and then the same again when it is known. */
  partsOf(head: string): GateParts | undefined {
    if (this.#recogniseHead === undefined) {
      return this.#parts;
    }
    this.#head = head;
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
    if (this.#mustRevoke) {
      this.#mustRevoke = false;
      this.#revoke();
    }
  }

  /** Of each request it may have to be asked who sent it, also of the one that is under way. */
  #revoke(): void {
    const ledger = this.#underWay;
    if (ledger === undefined) return;
    const found = this.#recogniseHead?.(this.#head) ?? this.#parts;
    if (found instanceof Promise) {
      void found.then((parts) => this.#hold(ledger, parts));
    } else {
      this.#hold(ledger, found);
    }
  }

  #hold(ledger: ExchangeLedger, { grant }: GateParts): void {
    if (this.#underWay === ledger && !ledger.isHeldBy(grant)) {
      this.#owner.termsOnRevoked(ledger);
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
        this.#owner.termsOnKnown();
      }
    });
  }
}
