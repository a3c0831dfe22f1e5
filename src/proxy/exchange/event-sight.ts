import { type EventSubject, readEventSubject } from "../../docker/answers/event-subject.ts";
import type { JsonValue } from "../../docker/json/value.ts";
import type { Identity } from "../../docker/objects/identity.ts";
import type { ObjectKind } from "../../docker/objects/object-kind.ts";
import type { GateError } from "../../gate-error.ts";
import type { Result } from "../../kernel/result.ts";
import type { KnownIds } from "../../policy/view/viewer.ts";
import { REMEMBERED_OBJECTS } from "../limits.ts";

/** Asks the engine who an object is; undefined where it is not there. */
export type FindObject = (kind: ObjectKind, id: string) => Promise<Result<Identity | undefined, GateError>>;

/** Whether an event is there for the client: at once where that is known. */
export type Sight = boolean | Promise<Result<boolean, GateError>>;

/** Kinds whose objects keep all by which they are in scope or not for as long as they are there. */
const LASTING: ReadonlySet<ObjectKind> = new Set<ObjectKind>(["container", "network", "volume"]);

/**
 * Tells which events of one stream are there for a client with a scope. A container's say themselves who it is; of all else
 * the engine is asked, and what is gone is known only if it was in scope before, in this stream or at its start.
 */
export class EventSight {
  readonly #sees: (object: Identity) => boolean;
  readonly #find: FindObject;
  readonly #keep: (objects: number) => boolean;
  /** By kind and id, what was in scope when it was last looked at. */
  readonly #own = new Set<string>();
  /** The same of what was not: it spares questions, and gives way to what is the client's. */
  readonly #others = new Set<string>();

  /** `known` is what was in scope when the stream began; `keep` is asked whether there is memory for so many objects. */
  constructor(
    sees: (object: Identity) => boolean,
    find: FindObject,
    known: KnownIds,
    keep: (objects: number) => boolean,
  ) {
    this.#sees = sees;
    this.#find = find;
    this.#keep = keep;
    for (const [kind, ids] of known) {
      for (const id of ids) this.#remember(kind, id, true);
    }
  }

  /** Whether an object is known to be in scope, without a question. */
  knows(kind: ObjectKind, id: string): boolean {
    return this.#known(kind, id) === true;
  }

  /** Tells of one event, each after those before it. */
  see(event: JsonValue): Sight {
    const subject = readEventSubject(event);
    if (subject === undefined) return false;
    const { kind, id, identity, named, container, change } = subject;
    if (identity !== undefined) {
      const isSeen = this.#sees(identity);
      if (change === "gone") this.#forget(kind, id);
      else this.#remember(kind, id, isSeen);
      return isSeen;
    }
    if (change === "gone") {
      const isSeen = this.knows(kind, id) && (named === undefined || this.#sees(named));
      this.#forget(kind, id);
      return isSeen;
    }
    // A name that was another's before.
    if (change === "made") this.#forget(kind, id);
    const own = LASTING.has(kind) ? this.#known(kind, id) : undefined;
    const other = container === undefined ? true : this.#known("container", container);
    if (own === false || other === false) return false;
    return own === true && other === true ? true : this.#ask(subject);
  }

  async #ask({ kind, id, named, container }: EventSubject): Promise<Result<boolean, GateError>> {
    const own = await this.#look(kind, id, named);
    if (!own.ok || !own.value || container === undefined) return own;
    return this.#look("container", container);
  }

  /** `named` is who it is under the name that the event tells: an image's names may be of several clients. */
  async #look(kind: ObjectKind, id: string, named?: Identity): Promise<Result<boolean, GateError>> {
    const known = this.#known(kind, id);
    if (known !== undefined && LASTING.has(kind)) return { ok: true, value: known };
    const found = await this.#find(kind, id);
    if (!found.ok) return found;
    // What is gone meanwhile is told of by its end.
    const isSeen = found.value === undefined ? known === true : this.#sees(found.value);
    this.#remember(kind, id, isSeen);
    // An image is in events by a name or by its id.
    if (isSeen && found.value !== undefined && found.value.id !== id)
      this.#remember(kind, found.value.id, true);
    return { ok: true, value: isSeen && (named === undefined || this.#seesAs(found.value, named)) };
  }

  /** What is gone is known by the event alone. */
  #seesAs(image: Identity | undefined, named: Identity): boolean {
    return this.#sees(image === undefined ? named : { ...image, names: named.names });
  }

  #known(kind: ObjectKind, id: string): boolean | undefined {
    const key = keyOf(kind, id);
    return this.#own.has(key) ? true : this.#others.has(key) ? false : undefined;
  }

  #forget(kind: ObjectKind, id: string): void {
    const key = keyOf(kind, id);
    this.#own.delete(key);
    this.#others.delete(key);
  }

  /**
   * What is not the client's is forgotten first, and then the oldest: it is asked about again, or not told of when it goes. So
   * nothing that others do makes it forget what is the client's.
   */
  #remember(kind: ObjectKind, id: string, isSeen: boolean): void {
    if (this.#known(kind, id) === isSeen) return;
    this.#forget(kind, id);
    const size = this.#own.size + this.#others.size + 1;
    if (size > REMEMBERED_OBJECTS || !this.#keep(size)) {
      const from = this.#others.size > 0 ? this.#others : isSeen ? this.#own : undefined;
      const [oldest] = from ?? [];
      if (oldest === undefined) return;
      from?.delete(oldest);
    }
    (isSeen ? this.#own : this.#others).add(keyOf(kind, id));
  }
}

function keyOf(kind: ObjectKind, id: string): string {
  return `${kind} ${id}`;
}
