import { OWN_LABELS } from "../docker/objects/owner-label.ts";
import type { JournalObject } from "../journal/journal-record.ts";
import { PROJECT_LABELS } from "../docker/objects/project-labels.ts";
import { MOST_LABELS, MOST_PROJECTS } from "./limits.ts";

/** What all objects have in common that a client acted on. */
export interface Shared {
  /** Each object belongs to one of these; none where one belongs to no project, or they are too many to be named. */
  readonly projects: readonly string[];
  /** Labels that each of them has, as `key=value`. */
  readonly labels: readonly string[];
}

/** Finds what the objects share that a client acts on, as they come; no object is kept. */
export class SharedObjects {
  #labels: readonly (readonly [key: string, value: string])[] | undefined;
  #projects: Set<string> | undefined = new Set();
  #isKnown = true;
  #first: string | undefined;
  #isSeveral = false;

  /** Takes the object of one exchange; one of which the log has no labels may be anything. */
  note(object: JournalObject | undefined): void {
    const labels = object?.labels;
    if (labels === undefined) {
      this.#isKnown = false;
      return;
    }
    const called = object?.id ?? object?.name;
    if (this.#first === undefined) this.#first = called;
    else if (this.#first !== called) this.#isSeveral = true;
    this.#noteProject(PROJECT_LABELS.map((key) => labels.get(key)).find((value) => value !== undefined));
    this.#labels =
      this.#labels === undefined
        ? nameable(labels).slice(0, MOST_LABELS)
        : this.#labels.filter(([key, value]) => labels.get(key) === value);
  }

  /** Whether they were more than one: what one shares with itself says nothing. */
  get isSeveral(): boolean {
    return this.#isSeveral;
  }

  /** What they share; undefined where there was none, or not all of them are known. */
  shared(): Shared | undefined {
    if (this.#labels === undefined || !this.#isKnown) return undefined;
    return {
      projects: [...(this.#projects ?? [])].toSorted(),
      labels: this.#labels.map((label) => label.join("=")),
    };
  }

  #noteProject(project: string | undefined): void {
    if (project === undefined || !PROJECT.test(project)) this.#projects = undefined;
    else if (this.#projects !== undefined) {
      this.#projects.add(project);
      if (this.#projects.size > MOST_PROJECTS) this.#projects = undefined;
    }
  }
}

const PROJECT = /^[A-Za-z0-9][\w.-]{0,99}$/u;

/** The labels that a scope can name, in the alphabet's order: without those of the gate. */
function nameable(labels: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...labels]
    .filter(([key, value]) => /^[\w./-]{1,200}$/u.test(key) && /^[\w./:@-]{0,200}$/u.test(value))
    .filter(([key]) => !key.startsWith(OWN_LABELS))
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}
