import { foldCase } from "../fold-case.ts";
import { parseJson } from "../json/parse.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import { type Asking, isZero } from "./asking.ts";
import type { Noun } from "./nouns.ts";
import { encodeValue } from "./power.ts";
import { respellEntries, respellFields, respellValues, type Spelling } from "./spelling.ts";

/**
 * What a value in a request means: the powers that it may ask for, and which of them it does. A value is respelt first and
 * judged as it goes on.
 */
export interface Meaning extends Spelling {
  /** All powers that it, or what stands in it, may ask for. */
  readonly nouns: ReadonlySet<Noun>;
  /** What stands in it, where it has fields with names of their own. */
  readonly fields?: ReadonlyMap<string, Meaning>;
  /** Which of the powers several of these fields ask for together, or the lack of one. */
  readonly together?: ReadonlySet<Noun>;
  readonly judge: (value: JsonValue, asking: Asking) => void;
}

/** Gives nothing away, whatever it is. */
export const harmless: Meaning = { nouns: new Set(), judge: () => undefined };

/** Gives nothing that anybody needs to any engine, and to some what nobody should give: it goes no further. */
export const leftOut: Meaning = {
  nouns: new Set(),
  isLeftOut: true,
  judge: (_value, asking) => asking.refuse("can't go on to the engine"),
};

/** A judge of one value, with the powers that it may ask for. */
export function meaning(nouns: readonly Noun[], judge: (value: JsonValue, asking: Asking) => void): Meaning {
  return { nouns: new Set(nouns), judge };
}

/** A switch that asks for one power when it is on. Anything but an absent, null or false value counts as on. */
export function flag(noun: Noun, value = ""): Meaning {
  return meaning([noun], (on, asking) => {
    if (!isZero(on)) asking.ask(noun, value, on);
  });
}

/** A string that asks for something unless it is empty. */
export function text(nouns: readonly Noun[], judge: (text: string, asking: Asking) => void): Meaning {
  return meaning(nouns, (value, asking) => {
    if (typeof value === "string") {
      if (value !== "") judge(value, asking);
    } else if (value !== null) {
      asking.refuse("must be a string");
    }
  });
}

/** A string that asks for nothing by itself. */
export const harmlessText: Meaning = text([], () => undefined);

/** A string that is itself the value of one power. */
export function named(noun: Noun): Meaning {
  return text([noun], (value, asking) => asking.ask(noun, encodeValue(value), value));
}

/** A text that is JSON itself, as some keys of a query have it. */
export function jsonText(inner: Meaning): Meaning {
  return text([...inner.nouns], (content, asking) => {
    const parsed = parseJson(Buffer.from(content, "utf8"));
    if (parsed.ok) inner.judge(parsed.value, asking);
    else asking.refuse(`must be JSON: ${parsed.error.reason}`);
  });
}

/** A list of which each entry means the same. Engines before 29 take a single string for a list of one. */
export function listOf(entry: Meaning): Meaning {
  return {
    ...entry,
    ...(entry.respell === undefined ? {} : { respell: respellEntries(entry.respell) }),
    judge: (value, asking) => {
      if (isJsonArray(value)) {
        for (const [index, item] of value.entries()) {
          asking.judgeAt(index, entry, item);
        }
      } else if (typeof value === "string") {
        entry.judge(value, asking);
      } else if (value !== null) {
        asking.refuse("must be a list");
      }
    },
  };
}

/** An object whose keys are the client's own. `below` is what each value is, where it has fields; `judge` judges it. */
export function mapOf(
  nouns: readonly Noun[],
  judge: (key: string, value: JsonValue, asking: Asking) => void,
  { respell }: Spelling = {},
): Meaning {
  const judgeAll: Meaning["judge"] = (value, asking) => {
    if (isJsonObject(value)) {
      value.forEach((member, key) => {
        asking.within(key, () => judge(key, member, asking));
      });
    } else if (value !== null) {
      asking.refuse("must be an object");
    }
  };
  const plain = meaning(nouns, judgeAll);
  return respell === undefined ? plain : { ...plain, respell: respellValues(respell) };
}

/** The names that a key can be read as: Podman writes `key=value` and parts it at the first equals sign. */
export function readingsOf(key: string): readonly string[] {
  const at = key.indexOf("=");
  return at === -1 ? [key] : [key, key.slice(0, at)];
}

/** What several fields of one object say together. */
export interface Whole {
  readonly nouns: readonly Noun[];
  readonly judge: (members: JsonObject, asking: Asking) => void;
}

/**
 * An object with known fields. A field that is not known asks for the power `field:`, so that what an engine of
 * tomorrow understands stays closed until somebody has looked at it.
 */
export function struct(fields: Readonly<Record<string, Meaning>>, whole?: Whole): Meaning {
  const known = new Map(Object.entries(fields));
  const folded = new Map([...known.keys()].map((name) => [foldCase(name), name]));
  const nouns = new Set<Noun>(["field", ...(whole?.nouns ?? [])]);
  for (const { nouns: below } of known.values()) {
    for (const noun of below) nouns.add(noun);
  }
  return {
    nouns,
    fields: known,
    together: new Set(whole?.nouns),
    respell: respellFields(known),
    judge: (value, asking) => {
      if (isJsonObject(value)) {
        // A loop over the entries would make an array of each.
        value.forEach((member, key) => {
          const field = known.get(key);
          // Most of a body is nobody's business: nothing is done for it. Null says nothing in any field.
          if (field !== undefined && (field === harmless || member === null)) return;
          if (field !== undefined) asking.judgeAt(key, field, member);
          else asking.within(key, () => judgeUnknown(key, member, folded, asking));
        });
        whole?.judge(value, asking);
      } else if (value !== null) {
        asking.refuse("must be an object");
      }
    },
  };
}

function judgeUnknown(
  key: string,
  value: JsonValue,
  folded: ReadonlyMap<string, string>,
  asking: Asking,
): void {
  const meant = folded.get(foldCase(key));
  if (meant !== undefined) {
    asking.refuse(`would be read as ${meant}, and must be written so`);
  } else if (!isZero(value)) {
    asking.ask("field", asking.fieldPath, value);
  }
}
