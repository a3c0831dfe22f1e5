import type { ObjectKind } from "../objects/object-kind.ts";
import type { AnswerPart, ElementsTable, Member, Members, MembersTable } from "./answer-table.ts";
import { list, shapeOfMany } from "./shape.ts";

/** An answer that is one value. `needs` are kinds of objects of which ids alone stand in it. */
export function valueAnswer(part: AnswerPart, ...needs: readonly ObjectKind[]): ElementsTable {
  return { layout: "value", part, needs };
}

/** An answer that is a list of such. Engines write an empty one as null too. */
export function listAnswer(entry: AnswerPart, ...needs: readonly ObjectKind[]): ElementsTable {
  return { layout: "list", part: entry, needs };
}

/** An answer that is an object with lists in it, of everybody's objects: as long as all of them make it. */
export function membersAnswer(fields: Readonly<Record<string, Member>>): MembersTable {
  const { part, members } = membersOf(fields);
  return { layout: "members", part, members, needs: [] };
}

/** A member that is read as a whole. */
export function whole(part: AnswerPart): Member {
  return { kind: "whole", part };
}

/** A member that is a list of such. */
export function listOf(entry: AnswerPart): Member {
  return { kind: "list", part: list(entry), entry };
}

/** A member that is again an object with lists in it. */
export function membersOf(
  fields: Readonly<Record<string, Member>>,
): Extract<Member, { readonly kind: "members" }> {
  const members: Members = new Map(Object.entries(fields));
  const parts = Object.fromEntries([...members].map(([key, { part }]) => [key, part]));
  return { kind: "members", part: shapeOfMany(parts), members };
}

/** An answer that goes on and on: one value behind the other. */
export function sequenceAnswer(value: AnswerPart, ...needs: readonly ObjectKind[]): ElementsTable {
  return { layout: "sequence", part: value, needs };
}
