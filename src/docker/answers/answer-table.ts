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

/** The members of an object that is read member by member: those that are lists entry by entry, which may be anybody's and many. */
export type Members = ReadonlyMap<string, Member>;

/** What the value of a member is. What is no such list or object is read as a whole, by `part`. */
export type Member =
  | { readonly kind: "whole"; readonly part: AnswerPart }
  | { readonly kind: "list"; readonly part: AnswerPart; readonly entry: AnswerPart }
  | { readonly kind: "members"; readonly part: AnswerPart; readonly members: Members };

/** How the answer of an operation is read for a client that may not know all of it. */
export type AnswerTable = ElementsTable | MembersTable;

/** An answer that is read element by element. */
export interface ElementsTable {
  /** One value; a list that is read entry by entry; or one value behind the other, for as long as the engine sends. */
  readonly layout: "value" | "list" | "sequence";
  /** What the value is, or each of them. */
  readonly part: AnswerPart;
  /** Kinds of objects of which it has only ids: which of them are in scope has to be known before. */
  readonly needs: readonly ObjectKind[];
}

/** An answer that is an object, and is read member by member. */
export interface MembersTable {
  readonly layout: "members";
  /** What the object is as a whole. */
  readonly part: AnswerPart;
  readonly members: Members;
  /** Of none of its objects it has ids alone. */
  readonly needs: readonly [];
}
