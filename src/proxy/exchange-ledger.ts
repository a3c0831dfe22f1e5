import type { ExchangeEnd } from "../audit/record.ts";
import type { RequestHead } from "../http1/request-head.ts";
import type { Verdict } from "../policy/verdict.ts";
import type { ClientSide } from "./client-side.ts";
import { recordOf } from "./exchange-record.ts";
import { ERROR_CODES, type ErrorCode, type GateError } from "./gate-error.ts";
import type { GateParts } from "./gate-parts.ts";
import { serializeReply } from "./reply.ts";
import type { TunnelOutcome } from "./tunnel.ts";

/** Keeps the account of one exchange: what was answered, whether the connection can be kept, one record at the end. */
export class ExchangeLedger {
  readonly head: RequestHead;
  readonly client: ClientSide;
  readonly parts: GateParts;
  readonly verdict: Verdict;
  /** Whether the client's connection may carry another request. Once false it stays false. */
  #keep: boolean;
  #code: ErrorCode | undefined;
  #status = 0;
  #done = false;
  readonly #time: number = Date.now();
  readonly #started: number;

  constructor(head: RequestHead, client: ClientSide, parts: GateParts, verdict: Verdict) {
    this.head = head;
    this.client = client;
    this.parts = parts;
    this.verdict = verdict;
    this.#keep = head.persistent && !parts.isDraining();
    this.#started = parts.clock.now();
  }

  /** Whether the client's connection may carry another request. */
  get keep(): boolean {
    return this.#keep;
  }

  /** Decides that the client's connection ends with this exchange. */
  dropConnection(): void {
    this.#keep = false;
  }

  /** Notes the status that the engine answered, which is passed on. */
  noteStatus(status: number): void {
    this.#status = status;
    this.#keep &&= !this.parts.isDraining();
  }

  /** Answers in the gate's own name. */
  reply(code: ErrorCode, message: string): void {
    const toHead = this.head.method === "HEAD";
    this.#code = code;
    this.#status = ERROR_CODES[code].status;
    this.client.socket.write(serializeReply({ code, message, close: !this.#keep, toHead }));
  }

  /** Ends an exchange that can't be completed: with an answer if none has begun, else by cutting the connection. */
  fail(error: GateError, bytesIn: number, bytesOut: number): void {
    this.#keep = false;
    if (this.#status === 0) {
      this.reply(error.code, `quaygate: ${error.message}`);
    } else {
      this.#code ??= error.code;
      this.client.socket.destroy();
    }
    this.finish(error.source, bytesIn, bytesOut);
  }

  /** Records the exchange and gives the connection back. Later calls do nothing. */
  finish(end: ExchangeEnd, bytesIn: number, bytesOut: number): void {
    if (!this.#done) {
      this.#record(end, bytesIn, bytesOut, false);
      this.client.setDeadline(undefined);
      this.client.exchangeOnDone(this.#keep);
    }
  }

  /** Records an exchange that became a tunnel, at the tunnel's end. */
  finishTunnel({ end, bytesIn, bytesOut }: TunnelOutcome): void {
    this.#record(end, bytesIn, bytesOut, true);
  }

  #record(end: ExchangeEnd, bytesIn: number, bytesOut: number, tunnelled: boolean): void {
    this.#done = true;
    this.parts.audit(
      recordOf({
        client: this.parts.client,
        address: this.client.address,
        method: this.head.method,
        verdict: this.verdict,
        code: this.#code,
        status: this.#status,
        bytesIn,
        bytesOut,
        time: this.#time,
        duration: this.parts.clock.now() - this.#started,
        tunnelled,
        end,
      }),
    );
  }
}
