import type { AnswerTable } from "../../docker/answers/answer-table.ts";
import type { Viewer } from "../../docker/answers/viewer.ts";
import type { Outline } from "../../docker/json/outline.ts";
import type { ObjectUse } from "../../docker/objects/object-use.ts";
import type { View } from "../view/view.ts";
import type { Scope } from "./scope.ts";

/** On which objects a client acts, what it sees of them, and what marks those that it makes. */
export interface ClientObjects {
  readonly scope: Scope | undefined;
  readonly view: View | undefined;
  /** Labels that are put on all that it makes. */
  readonly stamps: ReadonlyMap<string, string>;
}

/** The same for one operation: what its exchanges need, prepared at start. */
export interface ObjectTerms extends ClientObjects {
  readonly use: ObjectUse;
  /** The client as it reads answers, but for what has to be known first of each of them. */
  readonly viewer: Viewer;
  /** How its answer is read for the client; undefined where it passes as it comes. */
  readonly answer: AnswerTable | undefined;
  /** How much of an entry has to be made for that, where that is not all. */
  readonly outline?: Outline | undefined;
  /** How many entries of a list the client wants at most, of those that it sees: the engine is not told. */
  readonly most?: number | undefined;
}
