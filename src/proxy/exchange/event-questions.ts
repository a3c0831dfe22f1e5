import type { Identity } from "../../docker/objects/identity.ts";
import type { ObjectKind } from "../../docker/objects/object-kind.ts";
import { AnswerRoom } from "../../engine/answer-room.ts";
import { findObject } from "../../engine/find-object.ts";
import { LOOKUP_DEADLINE } from "../../engine/limits.ts";
import type { ErrorCode, GateError } from "../../gate-error.ts";
import type { Result } from "../../kernel/result.ts";
import type { Scope } from "../../policy/scope/scope.ts";
import type { KnownIds } from "../../policy/view/viewer.ts";
import { KNOWN_OBJECT_SIZE } from "../limits.ts";
import { EventSight } from "./event-sight.ts";
import type { ExchangeLedger } from "./ledger.ts";

/** The engine does not say who it is: nobody's, then. What else fails is no reason to leave out what is somebody's. */
const UNSAID: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["engine_answer", "swarm_unavailable"]);

/** Asks the engine about the objects of a stream of events, one at a time, while the stream waits. */
export class EventQuestions {
  readonly sight: EventSight;
  readonly #ledger: ExchangeLedger;
  readonly #hold: (bytes: number) => boolean;
  readonly #gone = new AbortController();

  constructor(
    ledger: ExchangeLedger,
    scope: Scope,
    known: KnownIds | undefined,
    hold: (bytes: number) => boolean,
  ) {
    this.#ledger = ledger;
    this.#hold = hold;
    const keep = (objects: number): boolean => ledger.keepMemory(objects * KNOWN_OBJECT_SIZE);
    this.sight = new EventSight(scope.sees, (kind, id) => this.#find(kind, id), known ?? new Map(), keep);
  }

  /** Nobody waits for an answer any more. */
  abandon(): void {
    this.#gone.abort();
  }

  async #find(kind: ObjectKind, id: string): Promise<Result<Identity | undefined, GateError>> {
    const { client, parts } = this.#ledger;
    const { signal } = this.#gone;
    client.setDeadline(LOOKUP_DEADLINE);
    const found = await findObject(kind, id, parts.engine, new AnswerRoom(this.#hold), signal);
    if (!signal.aborted) {
      client.setDeadline(undefined);
      this.#hold(0);
    }
    if (found.ok) return { ok: true, value: found.value?.object };
    return UNSAID.has(found.error.code) ? { ok: true, value: undefined } : found;
  }
}
