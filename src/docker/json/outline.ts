/**
 * How much of a JSON value has to be made for whoever looks at it. What is not made is read as strictly, and passes as it
 * stands.
 */
export type Outline =
  /** All of it. `beside` are further members of the object around it that are looked at with it. */
  | { readonly kind: "all"; readonly beside: readonly string[] }
  /** Nothing, whatever it is. */
  | { readonly kind: "nothing" }
  /** Nothing of a list of such entries, or null. */
  | { readonly kind: "list"; readonly entry: Outline }
  | ObjectOutline;

/** Some members of an object; or null. */
export interface ObjectOutline {
  readonly kind: "object";
  readonly members: ReadonlyMap<string, Outline>;
  /** All members but those. */
  readonly others: Outline;
  /** Whether nothing of it is made. */
  readonly isEmpty: boolean;
  /** Finds the member whose key stands between two places of a text that is ASCII. */
  readonly find: (text: Uint8Array, start: number, end: number) => OutlinedMember | undefined;
}

/** A member that an outline says something of. */
export interface OutlinedMember {
  readonly key: string;
  readonly outline: Outline;
}

/** All is made. */
export const ALL: Outline = { kind: "all", beside: [] };

/** Nothing is made. */
export const NOTHING: Outline = { kind: "nothing" };

/** Outlines an object by its members. */
export function objectOutline(members: ReadonlyMap<string, Outline>, others: Outline): ObjectOutline {
  const isEmpty = makesNothing(others) && [...members.values()].every(makesNothing);
  return { kind: "object", members, others, isEmpty, find: finderOf(members, others) };
}

/** Outlines a list by its entries: something of them is all of them. */
export function listOutline(entry: Outline): Outline {
  return makesNothing(entry) ? { kind: "list", entry } : ALL;
}

/** Tells whether nothing is made by an outline. */
export function makesNothing(outline: Outline): boolean {
  switch (outline.kind) {
    case "all":
      return false;
    case "nothing":
      return true;
    case "list":
      return makesNothing(outline.entry);
    case "object":
      return outline.isEmpty;
  }
}

/** By how long they are, few keys are left to compare with. */
function finderOf(members: ReadonlyMap<string, Outline>, others: Outline): ObjectOutline["find"] {
  const byLength: KnownKey[][] = [];
  for (const [key, outline] of members) {
    // Of such a member nothing is said that is not said of all others.
    if (outline.kind === "nothing" && others.kind === "nothing") continue;
    const bytes = Buffer.from(key, "utf8");
    (byLength[bytes.length] ??= []).push({ bytes, member: { key, outline } });
  }
  return (text, start, end) => {
    const known = byLength[end - start];
    if (known === undefined) return undefined;
    for (const { bytes, member } of known) {
      if (standsAt(bytes, text, start)) return member;
    }
    return undefined;
  };
}

interface KnownKey {
  readonly bytes: Uint8Array;
  readonly member: OutlinedMember;
}

function standsAt(bytes: Uint8Array, text: Uint8Array, start: number): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    if (text[start + at] !== bytes[at]) return false;
  }
  return true;
}
