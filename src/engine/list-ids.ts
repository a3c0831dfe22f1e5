import type { Element } from "../docker/json/gather.ts";
import { parseJson } from "../docker/json/parse.ts";
import { ElementSplitter, type SplitFault } from "../docker/json/split.ts";
import { MemberSplitter, type Piece } from "../docker/json/split-members.ts";
import { mostValues } from "../docker/limits.ts";
import type { Identity } from "../docker/objects/identity.ts";
import type { ObjectKind } from "../docker/objects/object-kind.ts";
import { listTarget } from "../docker/objects/list-target.ts";
import { readListed } from "../docker/objects/read-identity.ts";
import { type GateError, notUnderstood } from "../gate-error.ts";
import type { BodyReader } from "../http1/body-reader.ts";
import { openBodyReader } from "../http1/open-body-reader.ts";
import { copyText } from "../kernel/copy-text.ts";
import type { Result } from "../kernel/result.ts";
import { AnswerReader } from "./answer-reader.ts";
import { tooManyLargeBodies } from "./answer-room.ts";
import { LISTED_ENTRY_LIMIT, LISTED_OBJECTS } from "./limits.ts";
import type { EnginePool } from "./pool.ts";
import { type AnswerCollector, askEngineBy } from "./question.ts";

const OK = 200;

/**
 * Asks the engine for all objects of a kind, and gives the ids of those that `sees` tells. One entry after the other: a list of
 * thousands takes no more memory than its ids. Where the engine has no such list, as one without a swarm, there are none.
 * `labels` are such as all have that `sees` tells, if there are any: of volumes, which come as a whole, no others are asked for.
 */
export async function listIds(
  kind: ObjectKind,
  sees: (object: Identity) => boolean,
  labels: readonly string[],
  pool: EnginePool,
  hold: (bytes: number) => boolean,
  signal: AbortSignal,
): Promise<Result<ReadonlySet<string>, GateError>> {
  const target = listTarget(kind, labels);
  if (target === undefined) return { ok: true, value: new Set() };
  return askEngineBy(pool, target, new ListedIds(kind, sees, hold), signal);
}

/** Reads the ids from one answer. */
class ListedIds implements AnswerCollector<ReadonlySet<string>> {
  readonly #kind: ObjectKind;
  readonly #sees: (object: Identity) => boolean;
  readonly #head: AnswerReader = new AnswerReader(false);
  readonly #splitter: ElementSplitter | VolumeSplitter;
  readonly #ids = new Set<string>();
  #body: BodyReader | undefined;
  #endsByClose = false;

  constructor(kind: ObjectKind, sees: (object: Identity) => boolean, hold: (bytes: number) => boolean) {
    this.#kind = kind;
    this.#sees = sees;
    this.#splitter =
      kind === "volume"
        ? new VolumeSplitter(hold)
        : new ElementSplitter("list", { most: LISTED_ENTRY_LIMIT, hold });
  }

  read(chunk: Buffer): Result<ReadonlySet<string>, GateError> | undefined {
    if (this.#body !== undefined) return this.#collect(this.#body, chunk);
    const progress = this.#head.read(chunk);
    switch (progress.kind) {
      case "partial":
        return undefined;
      case "fault":
        return refuse(progress.reason);
      case "upgrade":
        return refuse("it changed the protocol without being asked");
      case "answer":
    }
    const { status, framing } = progress.head;
    if (status !== OK || framing.kind === "none") return { ok: true, value: this.#ids };
    this.#endsByClose = framing.kind === "close";
    this.#body = openBodyReader(framing);
    return this.#collect(this.#body, progress.rest);
  }

  end(): Result<ReadonlySet<string>, GateError> {
    return this.#endsByClose ? this.#end() : refuse("it broke off");
  }

  #collect(body: BodyReader, chunk: Buffer): Result<ReadonlySet<string>, GateError> | undefined {
    const progress = body.read(chunk);
    if (!progress.ok) return refuse(progress.error.reason);
    for (const part of progress.value.data) {
      const fault = this.#take(this.#splitter.read(part));
      if (fault !== undefined) return fault;
    }
    return progress.value.done ? this.#end() : undefined;
  }

  #end(): Result<ReadonlySet<string>, GateError> {
    return this.#take(this.#splitter.end()) ?? { ok: true, value: this.#ids };
  }

  #take(cut: ReturnType<ElementSplitter["read"]>): Result<never, GateError> | undefined {
    if (!cut.ok) {
      return cut.error.kind === "full"
        ? { ok: false, error: tooManyLargeBodies() }
        : refuse(cut.error.reason);
    }
    for (const element of cut.value) this.#note(element);
    return this.#ids.size > LISTED_OBJECTS ? refuse("it lists more objects than can be known") : undefined;
  }

  /** What can't be read is nobody's. */
  #note(element: Element): void {
    const parsed = element && parseJson(element, { values: mostValues, takesNul: true });
    if (parsed?.ok !== true) return;
    const identity = readListed(this.#kind, parsed.value);
    if (identity !== undefined && this.#sees(identity)) this.#ids.add(copyText(identity.id));
  }
}

/** Volumes stand in a list of an object. */
class VolumeSplitter {
  readonly #splitter: MemberSplitter;

  constructor(hold: (bytes: number) => boolean) {
    const bounds = { entry: LISTED_ENTRY_LIMIT, value: LISTED_ENTRY_LIMIT, hold };
    this.#splitter = new MemberSplitter(new Map([["Volumes", { kind: "list" }]]), bounds);
  }

  read(chunk: Buffer): Result<readonly Element[], SplitFault> {
    return entriesIn(this.#splitter.read(chunk));
  }

  end(): Result<readonly Element[], SplitFault> {
    return entriesIn(this.#splitter.end());
  }
}

function entriesIn(cut: Result<readonly Piece[], SplitFault>): Result<readonly Element[], SplitFault> {
  if (!cut.ok) return cut;
  const entries = cut.value.flatMap((piece) =>
    piece.kind === "element" && piece.key === undefined ? [piece.element] : [],
  );
  return { ok: true, value: entries };
}

function refuse(reason: string): Result<never, GateError> {
  return { ok: false, error: notUnderstood(reason) };
}
