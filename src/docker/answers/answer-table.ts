import type { Outline } from "../json/outline.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import type { ObjectKind } from "../objects/object-kind.ts";
import type { Content } from "./content.ts";
import type { Viewer } from "./viewer.ts";

/** What a value in an answer is, and what a viewer gets of it. */
export interface AnswerPart {
  /**
   * The value as the viewer reads it; undefined where it is not there for it. Pure: never changes what it is given, and
   * returns the same value where nothing of it changes. `around` is the object that the value stands in.
   */
  readonly review: (value: JsonValue, viewer: Viewer, around?: JsonObject) => JsonValue | undefined;
  /**
   * How much of the value, and of what stands beside it, `review` looks at for a viewer or may change: what is not made is as it was.
   * Without it, that is all of the object that it stands in.
   */
  readonly outline?: (viewer: Viewer) => Outline;
  /** The words that hide it, any of them; of an event's attributes, that hide some. */
  readonly contents?: readonly Content[];
  /** What stands in it, where it has fields with names of their own. */
  readonly fields?: ReadonlyMap<string, AnswerPart>;
  /** What each value in it is: of a list, or of an object whose keys are no fields. */
  readonly each?: AnswerPart;
}

/** How the answer of an operation is read for a client that may not know all of it. */
export interface AnswerTable {
  /** One value; a list that is read entry by entry; or one value behind the other, for as long as the engine sends. */
  readonly layout: "value" | "list" | "sequence";
  /** What the value is, or each of them. */
  readonly part: AnswerPart;
  /** Kinds of objects of which it has only ids: which of them are in scope has to be known before. */
  readonly needs: readonly ObjectKind[];
}
