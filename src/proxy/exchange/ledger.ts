import type { RecordedObject } from "../../audit/record.ts";
import { sharerOf } from "../../clients/address.ts";
import type { Identity } from "../../docker/objects/identity.ts";
import type { EnginePath } from "../../docker/path.ts";
import type { Power } from "../../docker/powers/power.ts";
import { ERROR_CODES, type ErrorCode, GateError } from "../../gate-error.ts";
import type { RequestHead, RequestMethod } from "../../http1/request-head.ts";
import type { ExchangeEnd } from "../../kernel/log-words.ts";
import { explainSubject } from "../../policy/explain.ts";
import type { Grant } from "../../policy/grant.ts";
import { recordedPowers } from "../../policy/recorded-powers.ts";
import { stillHolds } from "../../policy/still-holds.ts";
import type { Allow, Verdict } from "../../policy/verdict.ts";
import { carrierOf } from "../carrier.ts";
import type { ClientSide } from "../client-side.ts";
import { powersOf, recordOf, streamOf } from "../exchange-record.ts";
import type { ExchangeTrace, GateParts } from "../gate-parts.ts";
import type { HeldKind, NameDeed, ReleaseNames } from "../held-names.ts";
import { JUDGED_MEMORY_LEAST } from "../limits.ts";
import { serializeReply, serializeNoContent } from "../reply.ts";
import type { TunnelOutcome } from "./tunnel.ts";

const NO_CONTENT = 204;

/**
 * Keeps the account of one exchange: what was answered, whether the connection can be kept, one record at the end. Of
 * the head it keeps what is asked for later and no more: an exchange may last for days.
 */
export class ExchangeLedger {
  readonly method: RequestMethod;
  readonly version: RequestHead["version"];
  readonly client: ClientSide;
  readonly parts: GateParts;
  /** Where in a trace whatever it asks of the engine stands. */
  readonly trace: ExchangeTrace | undefined;
  #verdict: Verdict;
  /** Whether the exchange leaves the connection fit for another request. Once false it stays false. */
  #keep: boolean;
  /** Whether only the end of the connection tells the client that the answer is whole. */
  #endsByClose = false;
  #code: ErrorCode | undefined;
  #reason: string | undefined;
  #status = 0;
  /** How many elements of the answer the client did not get. */
  #withheld = 0;
  /** How many bytes of a body were taken before the exchange was decided. */
  #bodyBytes: number | undefined;
  /** The powers of the verdict, as the record will have them. */
  #powers: readonly string[] | undefined;
  /** How much of the memory for what is judged it holds. */
  #judgedMemory = 0;
  /** How much of that it keeps whatever else it holds. */
  #keptMemory = 0;
  readonly #heldNames: ReleaseNames[] = [];
  /** Those that count no more when the engine has begun to answer. */
  readonly #namesToBeRead: ReleaseNames[] = [];
  /** The object that it acts on, where that was looked up. */
  #object: RecordedObject | undefined;
  #isOutOfScope = false;
  #onRecord: (() => void) | undefined;
  /** When the request's head went to the engine, the last time; undefined before. */
  #asked: number | undefined;
  /** How long the engine took for the first byte of its answer. */
  #engineTime: number | undefined;
  #isTunnel = false;
  #done = false;
  readonly #time: number = Date.now();
  readonly #started: number;

  constructor(head: RequestHead, client: ClientSide, parts: GateParts, verdict: Verdict) {
    this.method = head.method;
    this.version = head.version;
    this.client = client;
    this.parts = parts;
    this.trace = parts.trace === undefined ? head.trace : parts.trace(head.trace);
    this.#verdict = verdict;
    this.#keep = head.persistent;
    this.#started = parts.clock.now();
  }

  /** Whether the client's connection may carry another request. */
  get keep(): boolean {
    return this.#keep && !this.parts.isDraining();
  }

  /** How it streams, in the word that its record will have. */
  get stream(): string {
    return streamOf(this.#verdict, this.#isTunnel);
  }

  /** Whether it has been recorded: it is over, or a tunnel's. */
  get isDone(): boolean {
    return this.#done;
  }

  /** Whether the client has an answer, or the beginning of one. */
  get isAnswered(): boolean {
    return this.#status !== 0;
  }

  /** Notes that it goes on in another version than it came. */
  noteTranslation(verdict: Allow): void {
    this.#verdict = verdict;
  }

  /**
   * Notes what was decided when more of the request was known. Of what it asks for only that is kept which the record
   * will have: an exchange may last for days. An object goes on by its id, and is remembered as it was asked for.
   */
  decideAnew(verdict: Verdict): void {
    this.#powers = powersOf(verdict);
    const { path } = this.#verdict;
    this.#verdict = withPath(verdict.kind === "allow" ? { ...verdict, powers: undefined } : verdict, path);
    this.parts.judged?.(verdict);
  }

  /** Notes what it asks for where nothing is decided by that: its client learns. */
  noteAskedFor(powers: readonly Power[]): void {
    this.#powers = recordedPowers(powers);
  }

  /** Decides that the client's connection ends with this exchange. */
  dropConnection(): void {
    this.#keep = false;
  }

  /** Decides that the answer lasts until the client's connection closes. */
  answerUntilClose(): void {
    this.#endsByClose = true;
    this.#keep = false;
  }

  /** Notes that the request's head goes to the engine now, perhaps once more. */
  noteAsked(): void {
    this.#asked = this.parts.clock.now();
  }

  /** Notes that the request waited for a connection to the engine that never opened. */
  noteUnsent(): void {
    this.#asked = undefined;
  }

  /** Notes that the first byte of the engine's answer is there. */
  noteAnswered(): void {
    const now = this.parts.clock.now();
    this.#engineTime = now - (this.#asked ?? now);
    for (const release of this.#namesToBeRead.splice(0)) release(true);
  }

  /** Notes the status that the engine answered, which is passed on. */
  noteStatus(status: number): void {
    this.#status = status;
  }

  /** Notes that the engine agreed, with this status, to a tunnel. */
  noteTunnel(status: number): void {
    this.#status = status;
    this.#isTunnel = true;
  }

  /** Notes that the client does not get an element of the answer. */
  noteWithheld(): void {
    this.#withheld += 1;
  }

  /** Notes why the gate answers itself, where no verdict says it. */
  noteReason(reason: string): void {
    this.#reason = reason;
  }

  /** Notes how long a body was that was taken whole: what goes on in its place may have another length. */
  noteBody(bytes: number): void {
    this.#bodyBytes = bytes;
  }

  /** Notes which object it acts on, or would have, were that not out of scope. */
  noteObject(object: RecordedObject, isOutOfScope: boolean): void {
    this.#object = object;
    this.#isOutOfScope = isOutOfScope;
  }

  /** The same of what it names beside that, if anything of it is out of scope. */
  noteHidden(object: Identity | undefined): void {
    if (object !== undefined) {
      this.noteObject({ kind: object.kind, id: object.id, name: object.names[0] }, true);
    }
  }

  /**
   * Holds names of a kind to the end of the exchange, or tells that what is under way stands against it: whose one of them is
   * by then can't be known.
   */
  holdNames(kind: HeldKind["kind"], deed: NameDeed, names: readonly string[]): boolean {
    return this.#hold(kind, deed, names, this.#heldNames);
  }

  /** The same of a name by which something is read, until the engine answers: it has found by then what that is. */
  holdToBeRead(kind: HeldKind["kind"], name: string): boolean {
    return this.#hold(kind, "use", [name], this.#namesToBeRead);
  }

  #hold(kind: HeldKind["kind"], deed: NameDeed, names: readonly string[], held: ReleaseNames[]): boolean {
    const { client, heldNames } = this.parts;
    const release = heldNames.hold({ client, kind }, deed, names);
    if (release !== undefined) held.push(release);
    return release !== undefined;
  }

  /**
   * Holds so many bytes of the memory for what is judged, or tells that there is no room. The last amount is held to the
   * end of the exchange: what was judged waits in memory for as long as nobody reads it.
   */
  holdMemory(bytes: number): boolean {
    const wanted = this.#done ? 0 : bytes + this.#keptMemory + JUDGED_MEMORY_LEAST;
    return this.#changeMemory(wanted);
  }

  /** Gives that memory back, where nothing that was judged waits in it; what it keeps stays. */
  releaseMemory(): void {
    if (this.#judgedMemory > this.#keptMemory) {
      this.#changeMemory(this.#keptMemory);
    }
  }

  /** Keeps so many bytes of it to the end of the exchange, beside what it holds from now on; behind that end none. */
  keepMemory(bytes: number): boolean {
    if (this.#done) {
      return false;
    }
    const before = this.#keptMemory;
    this.#keptMemory = bytes;
    const isHeld = this.#changeMemory(this.#judgedMemory - before + bytes);
    if (!isHeld) this.#keptMemory = before;
    return isHeld;
  }

  #changeMemory(wanted: number): boolean {
    const sharer = sharerOf(this.client.address);
    const isHeld = this.parts.judgedMemory.change(sharer, this.#judgedMemory, wanted);
    if (isHeld) {
      this.#judgedMemory = wanted;
    }
    return isHeld;
  }

  /** Calls back once, when the exchange is over, however it ends. */
  onRecord(listener: () => void): void {
    this.#onRecord = listener;
  }

  /** Answers in the gate's own name; `retryAfter` is after how many seconds it may be asked again. */
  reply(code: ErrorCode, message: string, retryAfter?: number): void {
    const toHead = this.method === "HEAD";
    this.#code = code;
    this.#status = ERROR_CODES[code].status;
    this.client.socket.write(serializeReply({ code, message, close: !this.keep, toHead, retryAfter }));
  }

  /** Answers that there is nothing to do, as an engine does that is told not to mind. */
  replyNoContent(): void {
    this.#status = NO_CONTENT;
    this.client.socket.write(serializeNoContent(!this.keep));
  }

  /** Ends an exchange that can't be completed: with an answer if none has begun, else by cutting the connection. */
  fail(error: GateError, bytesIn: number, bytesOut: number): void {
    this.#keep = false;
    if (this.#code === undefined) {
      this.#reason = error.message;
    }
    if (this.#status === 0) {
      this.reply(error.code, `quaygate: ${this.#explain(error)}`);
    } else {
      this.#code ??= error.code;
      this.#cut();
    }
    this.finish(error.source, bytesIn, bytesOut);
  }

  /**
   * Ends an exchange that only watches, because the gate stops: as an engine that stops does it, with what was sent and
   * without the end of the body, for what is watched goes on.
   */
  stop(bytesIn: number, bytesOut: number): void {
    const reason = "the gate is stopping, and does not wait for a stream that only watches";
    if (this.#status === 0) {
      this.fail(new GateError("draining", reason), bytesIn, bytesOut);
      return;
    }
    if (this.client.socket.writableNeedDrain) {
      this.#cut();
    }
    this.breakOff("gate", reason, bytesIn, bytesOut);
  }

  /** Ends an exchange that nobody has failed in: with what was sent, and without the end of the body where that is missing. */
  breakOff(end: ExchangeEnd, reason: string | undefined, bytesIn: number, bytesOut: number): void {
    this.#keep = false;
    this.#reason = reason;
    if (this.#endsByClose) {
      this.#cut();
    }
    this.finish(end, bytesIn, bytesOut);
  }

  /** Tells whether another grant holds what was allowed. Of what was refused nothing can be taken away. */
  isHeldBy(grant: Grant): boolean {
    const verdict = this.#verdict;
    const { grant: before } = this.parts;
    return verdict.kind !== "allow" || stillHolds(grant, { grant: before, verdict, powers: this.#powers });
  }

  /**
   * Takes away what was allowed: with an answer where none has begun, else by cutting the connection. Whoever carries the
   * exchange out has yet to end it.
   */
  revoke(): void {
    this.#keep = false;
    this.#reason = "the policy has changed, and its client no longer holds what this was allowed by";
    if (this.#status === 0) {
      this.reply("rights_revoked", `quaygate: ${this.#subject} is ended: ${this.#reason}`);
    } else {
      this.#code = "rights_revoked";
      this.#cut();
    }
  }

  /** What is the client's doing is told with the request: several programs may call from one address. */
  #explain({ source, message }: GateError): string {
    return source === "client" ? `${this.#subject} is refused: ${message}` : message;
  }

  get #subject(): string {
    const { operation, path } = this.#verdict;
    return explainSubject({ operation, path }, this.method);
  }

  /** Where closing would make a part look like the whole, the connection is reset (RFC 9112 §8); unix sockets can't. */
  #cut(): void {
    const { socket } = this.client;
    if (this.#endsByClose && socket.remoteAddress !== undefined) {
      carrierOf(socket).resetAndDestroy();
    } else {
      socket.destroy();
    }
  }

  /** Records the exchange and gives the connection back. Later calls do nothing. */
  finish(end: ExchangeEnd, bytesIn: number, bytesOut: number): void {
    if (!this.#done) {
      this.#record(end, bytesIn, bytesOut);
      this.client.setDeadline(undefined);
      this.client.exchangeOnDone(this.keep, this.#code === undefined);
    }
  }

  /** Records an exchange that became a tunnel, at the tunnel's end. */
  finishTunnel({ end, bytesIn, bytesOut }: TunnelOutcome): void {
    this.#record(end, bytesIn, bytesOut);
  }

  #record(end: ExchangeEnd, bytesIn: number, bytesOut: number): void {
    this.#done = true;
    this.#onRecord?.();
    this.#onRecord = undefined;
    this.#keptMemory = 0;
    this.releaseMemory();
    for (const held of [this.#heldNames, this.#namesToBeRead])
      for (const release of held.splice(0)) release(end === "complete");
    const record = recordOf({
      client: this.parts.client,
      address: this.client.address,
      method: this.method,
      verdict: this.#verdict,
      isSent: this.#asked !== undefined,
      powers: this.#powers,
      object: this.#object,
      isOutOfScope: this.#isOutOfScope,
      isLearning: this.parts.grant.learns !== undefined,
      code: this.#code,
      reason: this.#reason,
      status: this.#status,
      withheld: this.#withheld,
      bytesIn: this.#bodyBytes ?? bytesIn,
      bytesOut,
      time: this.#time,
      duration: this.parts.clock.now() - this.#started,
      engineTime: this.#engineTime,
      tunnelled: this.#isTunnel,
      end,
      trace: this.trace,
    });
    this.parts.audit(record);
    this.trace?.end?.(record);
  }
}

function withPath<Decided extends Verdict>(verdict: Decided, path: EnginePath | undefined): Decided {
  return path === undefined ? verdict : { ...verdict, path };
}
