import { EngineError } from "../call.ts";
import type { Description } from "../descriptions.ts";
import { filtered, recordOf } from "./answers.ts";

/** Something that was made. */
export interface Thing {
  readonly id: string;
  readonly name: string;
  readonly labels: Description;
}

/** One that never changes, with what the engine says of it. */
export interface PlainThing extends Thing {
  readonly description: Description;
}

/** Shorter words are no beginning of an id. */
const shortestIdStart = 6;

/** All things of one kind, by their names. */
export class Shelf<One extends Thing> {
  readonly #things: Map<string, One> = new Map();

  get size(): number {
    return this.#things.size;
  }

  /** Keeps a thing, in the place of another one of the same name. */
  keep(thing: One): void {
    this.#things.set(thing.name, thing);
  }

  /** Finds by name, by id and by the beginning of an id. */
  find(word: string): One | undefined {
    const isStart = word.length >= shortestIdStart;
    return (
      this.#things.get(word) ??
      [...this.#things.values()].find(({ id }) => id === word || (isStart && id.startsWith(word)))
    );
  }

  remove(word: string): void {
    this.#things.delete(this.find(word)?.name ?? "");
  }

  /** Narrowed by the filters that clients find their own things by: ids, names and labels. */
  listed(query: URLSearchParams): readonly One[] {
    const [ids, names, labels] = [filtered(query, "id"), filtered(query, "name"), filtered(query, "label")];
    return [...this.#things.values()].filter(
      (thing) =>
        (ids.length === 0 || ids.some((id) => thing.id.startsWith(id))) &&
        (names.length === 0 || names.some((part) => thing.name.includes(part.replaceAll(/[\^$/]/gu, "")))) &&
        labels.every((label) => hasLabel(thing.labels, label)),
    );
  }
}

/** What the engine says of a thing, or its complaint that there is none. */
export function descriptionOn(shelf: Shelf<PlainThing>, word: string, complaint: string): Description {
  const thing = shelf.find(word);
  if (thing === undefined) throw new EngineError(404, complaint);
  return thing.description;
}

function hasLabel(labels: Description, wanted: string): boolean {
  const [key = "", ...value] = wanted.split("=");
  return Object.hasOwn(labels, key) && (value.length === 0 || labels[key] === value.join("="));
}

/** The labels that a request gives to what it makes. */
export function labelsOf(settings: Description): Description {
  return recordOf(settings["Labels"]);
}
