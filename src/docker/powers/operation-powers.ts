import type { JsonValue } from "../json/value.ts";
import { type Asking, isZero, type ObjectLookup } from "./asking.ts";
import type { Meaning } from "./meaning.ts";
import type { Noun } from "./nouns.ts";

/** What one operation may ask for beyond itself, and where it says so. */
export interface OperationPowers {
  /** What every such request asks for, whatever it says. */
  readonly itself?: readonly { readonly noun: Noun; readonly value: string }[];
  /** What the path's segments ask for: a registry's address is part of an image's name. */
  readonly path?: PathMeaning;
  readonly query?: QueryMeaning;
  /** The JSON body. Without it the body, if any, is passed on unread. */
  readonly body?: Meaning;
  /** A body that is no JSON: what its first bytes say. The rest of it is passed on unread. */
  readonly content?: ContentMeaning;
  /** Set where the query says which of two things the request does: then it is read whatever powers are held. */
  readonly isAlwaysRead?: true;
}

/** What the first bytes of a body mean. */
export interface ContentMeaning {
  readonly nouns: ReadonlySet<Noun>;
  /** Whether no byte behind these can change what they mean. */
  readonly isKnown: (start: Buffer) => boolean;
  /** Judges bytes that are known, or a body that has no more. */
  readonly judge: (start: Buffer, asking: Asking) => void;
}

/** What a path means. */
export interface PathMeaning {
  readonly nouns: ReadonlySet<Noun>;
  readonly judge: (segments: readonly string[], asking: Asking) => void;
}

/** The name in a path between its first segment and the `behind` last ones; it may span several. */
export function nameInPath(segments: readonly string[], behind: number): string {
  return segments.slice(1, segments.length - behind).join("/");
}

/** What a path means that names an object behind its first segment: the object's own name, which the engine knows. */
export function objectInPath(
  noun: ObjectLookup["noun"],
  place: "{id}" | "{name}" = "{id}",
  behind = 0,
): PathMeaning {
  return {
    nouns: new Set([noun]),
    judge: (segments, asking) =>
      asking.within(place, () => asking.lookUpObject(noun, nameInPath(segments, behind))),
  };
}

/** What a query means: a value for each key, or a list for those that may stand several times. */
export interface QueryMeaning {
  readonly nouns: ReadonlySet<Noun>;
  /** Keys that Docker's clients repeat; any other key that stands twice is refused. */
  readonly lists: ReadonlySet<string>;
  /** Keys of which clients write several values and mean the first, which Docker reads: no other goes on. */
  readonly firsts: ReadonlySet<string>;
  /** The keys that mean something to the engine, each with what it means. */
  readonly keys: ReadonlyMap<string, Meaning>;
  /** Which of the powers several of these keys ask for together, or the lack of one. */
  readonly together: ReadonlySet<Noun>;
  /** Whether the fields of the body may stand here too: dockerode repeats them, and no engine reads them. */
  readonly repeatsBody: boolean;
  /** Whether keys that are not known go on as they came, however often: they say how a list is narrowed and shown. */
  readonly passesOthers: boolean;
  /** The path's segments are for what only both say: an image's name and its tag. */
  readonly judge: (
    query: ReadonlyMap<string, JsonValue>,
    asking: Asking,
    segments: readonly string[],
  ) => void;
}

/** How a query's meaning is written down. */
export interface QueryDefinition {
  readonly keys: Readonly<Record<string, Meaning>>;
  readonly lists?: readonly string[];
  readonly firsts?: readonly string[];
  readonly repeatsBody?: true;
  readonly passesOthers?: true;
  /** What several keys say together, or the lack of one. */
  readonly whole?: { readonly nouns: readonly Noun[]; readonly judge: QueryMeaning["judge"] };
}

/** Makes the meaning of a query from that of its keys. A key that is not known asks for the power `field:?key`. */
export function query({
  keys,
  lists = [],
  firsts = [],
  repeatsBody,
  passesOthers,
  whole,
}: QueryDefinition): QueryMeaning {
  const known = new Map(Object.entries(keys));
  const nouns = new Set<Noun>([
    ...(passesOthers === true ? [] : ["field" as const]),
    ...(whole?.nouns ?? []),
  ]);
  for (const { nouns: below } of known.values()) {
    for (const noun of below) nouns.add(noun);
  }
  return {
    nouns,
    lists: new Set(lists),
    firsts: new Set(firsts),
    keys: known,
    together: new Set(whole?.nouns),
    repeatsBody: repeatsBody === true,
    passesOthers: passesOthers === true,
    judge: (values, asking, segments) => {
      for (const [key, value] of values) {
        const meant = known.get(key);
        if (meant === undefined && passesOthers === true) continue;
        asking.within(`?${key}`, () => {
          if (meant !== undefined) meant.judge(value, asking);
          else if (!isZero(value)) asking.ask("field", asking.fieldPath, value);
        });
      }
      whole?.judge(values, asking, segments);
    },
  };
}

/** All powers that requests of an operation may ask for. */
export function nounsOf(powers: OperationPowers): ReadonlySet<Noun> {
  const { itself = [], path, query: asked, body, content } = powers;
  const parts = [path, asked, body, content].flatMap((part) => [...(part?.nouns ?? [])]);
  return new Set([...itself.map(({ noun }) => noun), ...parts]);
}
