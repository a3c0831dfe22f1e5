import type { Element, SplitFault } from "../../docker/json/gather.ts";
import { ElementSplitter, type Layout } from "../../docker/json/split.ts";
import { errorOfCut } from "../../engine/answer-room.ts";
import { type GateError, notUnderstood } from "../../gate-error.ts";
import { ANSWER_ELEMENT_LIMIT, ANSWER_VALUE_LIMIT } from "../limits.ts";
import type { Seen, SeeElementLater } from "./seen-element.ts";

/** What became of content that was reviewed. */
export type Reviewed =
  /** All of it, as it goes on. */
  | { readonly kind: "written"; readonly content: readonly Buffer[] }
  /** What goes on before the engine has said something, and what comes of it then. */
  | { readonly kind: "waits"; readonly content: readonly Buffer[]; readonly until: Promise<Reviewed> }
  | { readonly kind: "fault"; readonly error: GateError };

/** Reviews the content of an answer as it comes. */
export interface ContentReview {
  /** Whether it goes on and on, so that clients wait for its head and not for the first of it. */
  readonly flows: boolean;
  /** Takes what has come, of which only the time of the call is sure, and tells whether more will. */
  read(data: readonly Buffer[], isLast: boolean): Reviewed;
}

const LINE_END = Buffer.from("\n");

/**
 * Reads JSON, one value or one behind the other, and gives each as the client may read it: the very bytes where that changes nothing.
 * Holds no more than one. Of those that go on and on one that can't be read, or is too long, is left out; a text that is none, or breaks
 * off, is a fault.
 */
export class ElementReview implements ContentReview {
  readonly flows: boolean;
  readonly #splitter: ElementSplitter;
  readonly #see: SeeElementLater;
  readonly #onWithheld: () => void;
  #isLast = false;
  #whole: readonly Buffer[] = [];

  /** `onWithheld` is told of each element that the client does not get. */
  constructor(
    layout: Exclude<Layout, "list">,
    see: SeeElementLater,
    hold: (bytes: number) => boolean,
    onWithheld: () => void,
  ) {
    this.flows = layout === "sequence";
    const most = layout === "value" ? ANSWER_VALUE_LIMIT : ANSWER_ELEMENT_LIMIT;
    this.#splitter = new ElementSplitter(layout, { most, hold });
    this.#see = see;
    this.#onWithheld = onWithheld;
  }

  read(data: readonly Buffer[], isLast: boolean): Reviewed {
    this.#isLast = isLast;
    const elements: Element[] = [];
    for (const part of data) {
      const cut = this.#splitter.read(part);
      if (!cut.ok) return faultOf(cut.error);
      elements.push(...cut.value);
    }
    if (isLast) {
      const cut = this.#splitter.end();
      if (!cut.ok) return faultOf(cut.error);
      elements.push(...cut.value);
    }
    return this.#go(elements, []);
  }

  #go(elements: readonly Element[], content: Buffer[]): Reviewed {
    for (const [at, bytes] of elements.entries()) {
      const seen = bytes === undefined ? "unreadable" : this.#see(bytes);
      if (seen instanceof Promise) {
        // What is left lies in bytes that are lent, or is one element that was gathered.
        const rest = elements.slice(at + 1).map((one) => one && Buffer.from(one));
        const until = seen.then((answer) =>
          answer.ok ? this.#goOn(answer.value, rest) : ({ kind: "fault", error: answer.error } as const),
        );
        return { kind: "waits", content, until };
      }
      const fault = this.#put(seen, content);
      if (fault !== undefined) return fault;
    }
    return this.flows ? { kind: "written", content } : this.#keepWhole(content);
  }

  /** One value goes on when it is sure that nothing follows it. */
  #keepWhole(content: readonly Buffer[]): Reviewed {
    const whole = [...this.#whole, ...content];
    // What comes before the end lies in bytes that are lent.
    this.#whole = this.#isLast ? [] : whole.map((part) => Buffer.from(part));
    return { kind: "written", content: this.#isLast ? whole : [] };
  }

  #goOn(seen: Seen, rest: readonly Element[]): Reviewed {
    const content: Buffer[] = [];
    return this.#put(seen, content) ?? this.#go(rest, content);
  }

  #put(seen: Seen, content: Buffer[]): Reviewed | undefined {
    if (typeof seen === "string") return this.#withhold(WITHHELD_BECAUSE[seen]);
    content.push(seen, LINE_END);
    return undefined;
  }

  /** Leaves an element out; where it is all there is, there is no answer. */
  #withhold(reason: string): Reviewed | undefined {
    if (!this.flows) return { kind: "fault", error: notUnderstood(reason) };
    this.#onWithheld();
    return undefined;
  }
}

const WITHHELD_BECAUSE: Readonly<Record<Exclude<Seen, Buffer>, string>> = {
  unreadable: "it can't be read",
  withheld: "it is no such object as was asked for",
};

/** What becomes of content that can't be cut. */
export function faultOf(fault: SplitFault): Reviewed {
  return { kind: "fault", error: errorOfCut(fault) };
}
