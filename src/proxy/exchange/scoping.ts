import { isOn } from "../../docker/bool-value.ts";
import { askedWord, type FoundObject, meantObject, type Named } from "../../docker/objects/meant-object.ts";
import { missingText } from "../../docker/objects/missing-text.ts";
import { AnswerRoom } from "../../engine/answer-room.ts";
import { findObject } from "../../engine/find-object.ts";
import { LOOKUP_DEADLINE } from "../../engine/limits.ts";
import { type ErrorCode, GateError } from "../../gate-error.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import { namedBy, type Scoped, withMeant } from "../../policy/scope/object-named.ts";
import type { Exchange } from "../client-side.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { Refusal } from "./refusal.ts";

/**
 * An exchange that acts on one object. The engine is asked which one the path means, and the request goes on with the whole
 * id in the place of the name: by the time that it is used, a name may be another's. What is out of scope gets the
 * answer of what is not there, after the same question. The body, if any, waits where it is.
 */
export class Scoping implements Exchange {
  /** Input that comes too early makes the client wait, and costs no connection. */
  readonly awaitsInput: boolean;
  readonly #ledger: ExchangeLedger;
  readonly #head: RequestHead;
  readonly #verdict: Scoped;
  readonly #named: Named;
  readonly #open: (verdict: Scoped) => Exchange;
  readonly #question = new AbortController();
  #isOver = false;
  #clientEnded = false;

  /** `open` goes on with what is in scope. */
  constructor(
    ledger: ExchangeLedger,
    head: RequestHead,
    verdict: Scoped,
    open: (verdict: Scoped) => Exchange,
  ) {
    this.#ledger = ledger;
    this.#head = head;
    this.#verdict = verdict;
    this.#named = namedBy(verdict, head.query);
    this.#open = open;
    this.awaitsInput = head.framing.kind !== "none" || verdict.operation.hijack !== "none";
  }

  /** Asks; what came behind the head stays on the connection until it is known whose it is. */
  begin(bytes: Buffer): Buffer {
    void this.#find();
    return bytes;
  }

  async #find(): Promise<void> {
    const { client, parts } = this.#ledger;
    const { kind } = this.#verdict.objects.use;
    const room = new AnswerRoom((bytes) => this.#ledger.holdMemory(bytes));
    client.setDeadline(LOOKUP_DEADLINE);
    const { signal } = this.#question;
    const found = await findObject(kind, askedWord(this.#named), parts.engine, room, signal);
    if (this.#isOver) {
      return;
    }
    client.setDeadline(undefined);
    this.#ledger.releaseMemory();
    if (!found.ok) {
      this.#fail(found.error);
    } else {
      this.#judge(found.value);
    }
  }

  #judge(found: FoundObject | undefined): void {
    const { scope, use } = this.#verdict.objects;
    if (found === undefined) {
      this.#answerMissing();
      return;
    }
    const { object, keeper } = found;
    const meant = meantObject(use, this.#named, found);
    const touched = meant?.touched ?? [keeper];
    const isInScope = touched.every((identity) => scope.sees(identity));
    this.#ledger.noteObject({ kind: object.kind, id: object.id, name: keeper.names[0] }, !isInScope);
    if (!isInScope) {
      this.#answerMissing();
    } else if (meant === undefined) {
      this.#refuse("scope_denied", EVERY_TAG, `quaygate: ${EVERY_TAG}`);
    } else {
      this.#goOn(this.#open(withMeant(this.#verdict, meant)));
    }
  }

  /** What an engine says of an object that it does not have. */
  #answerMissing(): void {
    const { operation, objects } = this.#verdict;
    if (operation.name === "VolumeDelete" && isForced(this.#head.query)) {
      this.#isOver = true;
      this.#ledger.replyNoContent();
      this.#ledger.finish("complete", 0, 0);
      return;
    }
    const message = missingText(objects.use.kind, askedWord(this.#named), operation.name);
    this.#refuse("no_such_object", message, message);
  }

  #refuse(code: ErrorCode, reason: string, message: string): void {
    if (this.#verdict.operation.hijack !== "none") {
      // What the client sent early may be input: it must never be read as a request.
      this.#ledger.dropConnection();
    }
    this.#ledger.noteReason(reason);
    this.#goOn(new Refusal(this.#ledger, this.#head, code, message));
  }

  /** Events from now on are the next part's, and so is what came early. */
  #goOn(next: Exchange): void {
    const { client } = this.#ledger;
    this.#isOver = true;
    client.beginNext(next);
    // What was answered at once goes to a client that has ended its direction like to any other.
    if (this.#clientEnded && !this.#ledger.isDone) {
      next.clientOnEnd();
    }
  }

  clientOnData(chunk: Buffer): Buffer {
    return chunk;
  }

  clientOnEnd(): void {
    this.#clientEnded = true;
  }

  clientOnDrain(): void {
    // Nothing is written meanwhile.
  }

  clientOnDeadline(): void {
    const { kind } = this.#verdict.objects.use;
    const message = `the Docker engine did not say in time what the ${kind} is that the request names`;
    this.#fail(new GateError("engine_answer", message));
  }

  clientOnClose(by: "client" | "gate"): void {
    this.#abandon();
    this.#ledger.finish(by, 0, 0);
  }

  #fail(error: GateError): void {
    this.#abandon();
    this.#ledger.fail(error, 0, 0);
  }

  #abandon(): void {
    this.#isOver = true;
    this.#question.abort();
  }
}

/** An engine takes every tag where a name has none: all that have the name would have to be in scope. */
const EVERY_TAG =
  "without a tag this is about every tag of the name, which may be images out of scope: name one tag";

/** Whether an engine is told not to mind that there is no such volume; it reads the first of several. */
function isForced(query: string | undefined): boolean {
  return isOn(new URLSearchParams(query).get("force") ?? "");
}
