import type { ExchangeEnd } from "../audit/record.ts";
import { EMPTY } from "../http1/body-reader.ts";
import { type Framing, NO_BODY } from "../http1/framing.ts";
import type { RequestHead } from "../http1/request-head.ts";
import type { ResponseHead } from "../http1/response-head.ts";
import { serializeRequestHead, serializeResponseHead } from "../http1/serialize.ts";
import { decide } from "../policy/decide.ts";
import { explainVerdict } from "../policy/explain.ts";
import type { Allow, Verdict } from "../policy/verdict.ts";
import { AnswerReader } from "./answer-reader.ts";
import { BodyRelay } from "./body-relay.ts";
import type { ClientListener, ClientSide } from "./client-side.ts";
import type { EngineConnection, EngineListener } from "./engine-connection.ts";
import { recordOf } from "./exchange-record.ts";
import { ERROR_CODES, type ErrorCode, GateError } from "./gate-error.ts";
import type { GateParts } from "./gate-parts.ts";
import { BODY_DEADLINE, DISCARD_LIMIT } from "./limits.ts";
import { CONTINUE, serializeReply } from "./reply.ts";
import { Tunnel } from "./tunnel.ts";
import { UpgradeBody, upgradeProtocol } from "./upgrade.ts";

const CLOSE: Framing = { kind: "close" };

/**
 * One request and its answer, from the parsed head to the record. Read from top to bottom, this is the journey:
 * decide, forward (or collect a small body and ask for an upgrade), answer, finish.
 */
export class Exchange implements ClientListener, EngineListener {
  readonly #head: RequestHead;
  readonly #client: ClientSide;
  readonly #parts: GateParts;
  readonly #started: number;
  readonly #startedAt: number = Date.now();
  #verdict: Verdict | undefined;
  #engine: EngineConnection | undefined;
  #request: BodyRelay | undefined;
  #upgradeBody: UpgradeBody | undefined;
  #upgrade: string | undefined;
  readonly #answerReader: AnswerReader;
  #response: BodyRelay | undefined;
  #responsePersistent = false;
  #responseEndsByClose = false;
  #keep: boolean;
  #heard = false;
  #retried = false;
  #clientEnded = false;
  #code: ErrorCode | undefined;
  #status = 0;
  #done = false;

  constructor(head: RequestHead, client: ClientSide, parts: GateParts) {
    this.#head = head;
    this.#client = client;
    this.#parts = parts;
    this.#keep = head.persistent;
    this.#answerReader = new AnswerReader(head.method === "HEAD");
    this.#started = parts.clock.now();
  }

  /** Starts with the bytes that came behind the head; gives back those that are not of this request. */
  begin(bytes: Buffer): Buffer {
    const { method, path, contentType, framing } = this.#head;
    const hasBody = framing.kind !== "none";
    const verdict = decide(this.#parts.grant, { method, path, contentType, hasBody });
    this.#verdict = verdict;
    if (verdict.kind !== "allow") {
      const code = verdict.kind === "deny" ? "operation_denied" : verdict.code;
      return this.#refuse(code, explainVerdict(verdict, method, this.#client.address), bytes);
    }
    if (this.#parts.isDraining()) {
      return this.#refuse("draining", "quaygate: the gate is stopping and takes no new request", bytes);
    }
    this.#upgrade = upgradeProtocol(verdict.operation.hijack, this.#head.upgrade);
    return this.#upgrade === undefined ? this.#forward(verdict, bytes) : this.#collect(verdict, bytes);
  }

  // ---- Forward: the head anew, the body as it comes ----

  #forward(verdict: Allow, bytes: Buffer): Buffer {
    if (this.#head.expectsContinue && this.#head.framing.kind !== "none") {
      this.#client.socket.write(CONTINUE);
    }
    const engine = this.#connect(!this.#isRepeatable());
    const { framing } = this.#head;
    const request = new BodyRelay(framing, framing, engine.socket);
    this.#request = request;
    return this.#passRequest(request, bytes, this.#engineHead(verdict, framing));
  }

  #passRequest(request: BodyRelay, chunk: Buffer, head: string): Buffer {
    const progress = request.relay(chunk, head);
    if (!progress.ok) {
      this.#fail(new GateError(progress.error.code, progress.error.reason));
      return EMPTY;
    }
    if (this.#engine?.socket.writableNeedDrain === true) {
      this.#client.socket.pause();
    }
    return progress.value.rest;
  }

  #connect(fresh: boolean): EngineConnection {
    this.#engine = this.#parts.engine.acquire(fresh, this);
    return this.#engine;
  }

  #engineHead(verdict: Allow, framing: RequestHead["framing"]): string {
    const { method, query, fields } = this.#head;
    const { canonical } = verdict.path;
    const target = query === undefined ? canonical : `${canonical}?${query}`;
    return serializeRequestHead({ method, target, host: "docker", fields, framing, upgrade: this.#upgrade });
  }

  /** GET and HEAD have no body here and change nothing: they may go out twice (RFC 9110 §9.2.2). */
  #isRepeatable(): boolean {
    return (this.#head.method === "GET" || this.#head.method === "HEAD") && this.#upgrade === undefined;
  }

  // ---- Upgrade: a small body is taken whole first, and what comes after it is held until the engine's 101 ----

  #collect(verdict: Allow, bytes: Buffer): Buffer {
    // dockerd reads the body of exec start; that of attach it never reads, and late bytes would become input.
    const body = new UpgradeBody(this.#head.framing, verdict.operation.name === "ExecStart");
    if (body.fault !== undefined) {
      return this.#refuse(body.fault.code, `quaygate: ${body.fault.message}`, bytes);
    }
    this.#upgradeBody = body;
    if (this.#head.expectsContinue && !body.done) {
      this.#client.socket.write(CONTINUE);
    }
    this.#client.setDeadline(BODY_DEADLINE);
    return this.#passUpgradeBody(body, bytes);
  }

  #passUpgradeBody(body: UpgradeBody, bytes: Buffer): Buffer {
    const rest = body.read(bytes);
    if (body.done && this.#engine === undefined && this.#verdict?.kind === "allow") {
      this.#client.setDeadline(undefined);
      const engine = this.#connect(true);
      // One write: an engine that answers 101 takes what follows for the process's input.
      const head = Buffer.from(this.#engineHead(this.#verdict, body.framing), "latin1");
      engine.socket.write(Buffer.concat([head, body.content]));
    }
    return rest;
  }

  #openTunnel(head: ResponseHead, engine: EngineConnection, early: Buffer): void {
    const { socket } = this.#client;
    const { status, reason, fields } = head;
    const protocol = fields.find(({ key }) => key === "upgrade")?.value ?? this.#upgrade ?? "";
    const connection = { upgrade: protocol };
    socket.write(serializeResponseHead({ status, reason, fields, framing: NO_BODY, connection }), "latin1");
    this.#status = status;
    const tunnel = new Tunnel(socket, engine, (outcome) => {
      this.#done = true;
      this.#record(outcome.end, outcome.bytesIn, outcome.bytesOut, true);
    });
    engine.handOver(tunnel);
    const held = this.#client.handOver(tunnel);
    if (early.length > 0) {
      tunnel.engineOnData(early);
    }
    if (held.length > 0) {
      tunnel.clientOnData(held);
    }
    if (this.#clientEnded) {
      tunnel.clientOnEnd();
    }
  }

  // ---- Answer ----

  engineOnData(chunk: Buffer): void {
    this.#heard = true;
    if (this.#response !== undefined) {
      this.#passResponse(this.#response, chunk, "");
      return;
    }
    const progress = this.#answerReader.read(chunk);
    switch (progress.kind) {
      case "partial":
        return;
      case "fault":
        this.#failAnswer(progress.reason);
        return;
      case "answer":
        this.#answer(progress.head, progress.rest);
        return;
      case "upgrade":
        if (this.#engine === undefined || this.#upgrade === undefined) {
          this.#failAnswer("it changed the protocol without being asked");
        } else {
          this.#openTunnel(progress.head, this.#engine, progress.rest);
        }
    }
  }

  #answer(head: ResponseHead, bytes: Buffer): void {
    const { status, reason, fields } = head;
    const framing = head.framing.kind === "chunked" && this.#head.version === "1.0" ? CLOSE : head.framing;
    // After a refused upgrade, early bytes could be input or a request: nobody can tell.
    this.#keep &&= framing.kind !== "close" && this.#upgrade === undefined && !this.#parts.isDraining();
    this.#status = status;
    this.#responsePersistent = head.persistent && this.#upgrade === undefined;
    this.#responseEndsByClose = head.framing.kind === "close";
    const response = new BodyRelay(head.framing, framing, this.#client.socket);
    this.#response = response;
    const connection = this.#keep ? "keep" : "close";
    this.#passResponse(
      response,
      bytes,
      serializeResponseHead({ status, reason, fields, framing, connection }),
    );
  }

  #passResponse(response: BodyRelay, chunk: Buffer, head: string): void {
    const progress = response.relay(chunk, head);
    if (!progress.ok) {
      this.#failAnswer(progress.error.reason);
      return;
    }
    if (progress.value.done) {
      this.#complete(progress.value.rest.length === 0);
    } else if (this.#client.socket.writableNeedDrain) {
      this.#engine?.socket.pause();
    }
  }

  /** The answer is complete. Both connections are kept only if both directions ended cleanly. */
  #complete(nothingFollows: boolean): void {
    const requestSent = this.#request?.done ?? true;
    const engine = this.#engine;
    this.#engine = undefined;
    if (
      engine !== undefined &&
      this.#responsePersistent &&
      requestSent &&
      nothingFollows &&
      !this.#clientEnded
    ) {
      this.#parts.engine.release(engine);
    } else {
      engine?.destroy();
    }
    this.#finish(requestSent && this.#keep, "complete");
  }

  engineOnEnd(): void {
    if (this.#responseEndsByClose) {
      this.#complete(true);
      return;
    }
    this.engineOnFail(
      new GateError(
        "engine_closed",
        "the Docker engine closed the connection before its answer was complete",
      ),
    );
  }

  engineOnFail(error: GateError): void {
    const mayRepeat = this.#engine?.reused === true && !this.#heard && !this.#retried && this.#isRepeatable();
    if (mayRepeat && this.#verdict?.kind === "allow") {
      // The engine had closed an idle connection; nothing was answered, so nothing was done.
      this.#retried = true;
      this.#engine?.destroy();
      const engine = this.#connect(true);
      engine.socket.write(this.#engineHead(this.#verdict, NO_BODY), "latin1");
      if (this.#clientEnded) {
        engine.socket.end();
      }
      return;
    }
    this.#fail(error);
  }

  engineOnDrain(): void {
    this.#client.socket.resume();
  }

  // ---- The client's side ----

  clientOnData(chunk: Buffer): Buffer {
    if (this.#upgradeBody !== undefined) {
      return this.#upgradeBody.done ? chunk : this.#passUpgradeBody(this.#upgradeBody, chunk);
    }
    if (this.#request === undefined || this.#request.done) {
      return chunk;
    }
    return this.#engine === undefined
      ? this.#discard(this.#request, chunk)
      : this.#passRequest(this.#request, chunk, "");
  }

  clientOnEnd(): void {
    this.#clientEnded = true;
    this.#keep = false;
    if (this.#request?.done === false || this.#upgradeBody?.done === false) {
      // Half a request will never be whole.
      this.#client.socket.destroy();
    } else if (this.#upgrade === undefined) {
      // dockerd takes the end of input on a plain request as "the client has gone" and stops its work; what it has
      // answered already still arrives. In a tunnel the end is passed on once the tunnel is open.
      this.#engine?.socket.end();
    }
  }

  clientOnDrain(): void {
    this.#engine?.socket.resume();
  }

  clientOnDeadline(): void {
    this.#fail(new GateError("body_timeout", "the rest of the request did not arrive in time"));
  }

  clientOnClose(): void {
    this.#engine?.destroy();
    this.#finish(false, "client");
  }

  // ---- Refusals and failures ----

  /** Answers without the engine. A small rest of the request is read, so that the connection can be kept. */
  #refuse(code: ErrorCode, message: string, bytes: Buffer): Buffer {
    const { framing, expectsContinue, method } = this.#head;
    const isShort = framing.kind === "none" || (framing.kind === "length" && framing.length <= DISCARD_LIMIT);
    this.#keep &&= isShort && !expectsContinue && !this.#parts.isDraining();
    this.#reply(code, message, method === "HEAD");
    if (!this.#keep) {
      this.#finish(false, "complete");
      return EMPTY;
    }
    this.#client.setDeadline(BODY_DEADLINE);
    this.#request = new BodyRelay(framing, NO_BODY, undefined);
    return this.#discard(this.#request, bytes);
  }

  #discard(request: BodyRelay, chunk: Buffer): Buffer {
    const progress = request.relay(chunk);
    if (request.done) {
      this.#finish(this.#keep, "complete");
    }
    return progress.ok ? progress.value.rest : EMPTY;
  }

  #failAnswer(reason: string): void {
    this.#fail(new GateError("engine_answer", `the Docker engine's answer was not understood: ${reason}`));
  }

  /** Ends an exchange that can't be completed: with an answer if none has begun, else by cutting the connection. */
  #fail(error: GateError): void {
    const { source, code, message } = error;
    this.#engine?.destroy();
    this.#engine = undefined;
    this.#keep = false;
    if (this.#status === 0) {
      this.#reply(code, `quaygate: ${message}`, this.#head.method === "HEAD");
    } else {
      this.#code ??= code;
      this.#client.socket.destroy();
    }
    this.#finish(false, source);
  }

  #reply(code: ErrorCode, message: string, toHead: boolean): void {
    this.#code = code;
    this.#status = ERROR_CODES[code].status;
    this.#client.socket.write(serializeReply({ code, message, close: !this.#keep, toHead }));
  }

  // ---- Finish ----

  #finish(keep: boolean, end: ExchangeEnd): void {
    if (this.#done) {
      return;
    }
    this.#done = true;
    const bytesIn = this.#request?.bytes ?? this.#upgradeBody?.bytes ?? 0;
    this.#record(end, bytesIn, this.#response?.bytes ?? 0, false);
    this.#client.setDeadline(undefined);
    this.#client.exchangeOnDone(keep);
  }

  #record(end: ExchangeEnd, bytesIn: number, bytesOut: number, tunnelled: boolean): void {
    this.#parts.audit(
      recordOf({
        client: this.#parts.client,
        address: this.#client.address,
        method: this.#head.method,
        verdict: this.#verdict,
        code: this.#code,
        status: this.#status,
        bytesIn,
        bytesOut,
        time: this.#startedAt,
        duration: this.#parts.clock.now() - this.#started,
        tunnelled,
        end,
      }),
    );
  }
}
