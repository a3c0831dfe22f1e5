import { attributeContents, readAction } from "../../docker/answers/event.ts";
import { filterContents } from "../../docker/answers/filter-contents.ts";
import { foldCase } from "../../docker/fold-case.ts";
import { parseJson } from "../../docker/json/parse.ts";
import { isJsonArray, isJsonObject, type JsonValue, stringOf } from "../../docker/json/value.ts";
import type { OperationName } from "../../docker/operations.ts";
import type { Asking } from "../../docker/powers/asking.ts";
import { filterWord } from "../../docker/powers/filters.ts";
import { type OperationPowers, query, type QueryMeaning } from "../../docker/powers/operation-powers.ts";
import type { View } from "./view.ts";

/** Where filters stand, by Podman in any letters. Before API 1.25 an image's name had a key of its own. */
const PLACES: ReadonlySet<string> = new Set(["filters", "filter"]);

const EVENTS: ReadonlySet<OperationName> = new Set<OperationName>(["SystemEvents", "SystemEventsLibpod"]);

/** Filters that take an object's name or its id. */
const BY_OBJECT: ReadonlySet<string> = new Set<string>([
  ...(["container", "network", "name", "names", "node"] as const),
  ...(["service", "secret", "config", "pod"] as const),
]);

const anyQuery: QueryMeaning = query({ keys: {}, passesOthers: true });

/**
 * The same that an operation may ask for, and no filter by what the view hides: who asks for all containers with a label
 * `password=a`, and then with `password=b`, reads the label. Such a request is refused, whether or not something would be found.
 */
export function withSeenFilters(
  operation: OperationName,
  view: View | undefined,
  powers: OperationPowers | undefined,
): OperationPowers | undefined {
  if (view === undefined || filterContents[operation] === undefined) return powers;
  const asked = powers?.query ?? anyQuery;
  return {
    ...powers,
    query: {
      ...asked,
      judge: (values, asking, segments) => {
        asked.judge(values, asking, segments);
        for (const [place, text] of values) {
          if (PLACES.has(foldCase(place)))
            asking.within(`?${place}`, () => judgeFilters(operation, view, text, asking));
        }
      },
    },
  };
}

function judgeFilters(operation: OperationName, view: View, given: JsonValue, asking: Asking): void {
  // Where an operation asks for nothing else, every key may stand several times.
  const [only, ...others] = isJsonArray(given) ? given : [given];
  const value = others.length === 0 ? only : given;
  // A key that stands twice is read by nobody alike.
  const parsed = typeof value === "string" ? parseJson(Buffer.from(value, "utf8")) : undefined;
  if (value === "") return;
  if (parsed?.ok !== true || !isJsonObject(parsed.value)) {
    asking.refuse("must be a JSON object: a client with a view can't have another filter");
    return;
  }
  for (const [name, texts] of parsed.value) {
    asking.within(name, () => {
      if (!isSeen(operation, view, name, texts)) asking.refuse("would tell what the client's view hides");
    });
  }
}

function isSeen(operation: OperationName, view: View, name: string, texts: JsonValue): boolean {
  const word = filterWord(name);
  if (word === undefined) return false;
  const content = new Map(Object.entries(filterContents[operation] ?? {})).get(word);
  // No engine that is known has such a filter.
  if (content === undefined) return !view.isStrict;
  const asked = isJsonArray(texts) ? texts : isJsonObject(texts) ? [...texts.keys()] : [texts];
  if (content === "always")
    return word !== "event" || asked.every((event) => isSeenEvent(view, stringOf(event)));
  if (content === "labels")
    return asked.every((label) => isSeenLabel(operation, view, stringOf(label).split("=", 1)[0] ?? ""));
  const isShown = [content].flat().every((one) => !view.hides(one));
  // Whoever has the id of an object may ask by it.
  return (
    isShown || (BY_OBJECT.has(word) && asked.length > 0 && asked.every((text) => isWholeId(stringOf(text))))
  );
}

/** Ids as an engine gives them, and a swarm: these are told from names by a digit. */
function isWholeId(word: string): boolean {
  return /^(?:[0-9a-f]{64}|(?=[a-z]*[0-9])[0-9a-z]{25})$/u.test(word);
}

/** Engines look for what stands behind the word as well. */
function isSeenEvent(view: View, event: string): boolean {
  const [, content] = readAction(event);
  return content === undefined || !view.hides(content);
}

function isSeenLabel(operation: OperationName, view: View, key: string): boolean {
  // Podman takes it for a pattern, which may be of any key.
  if (key.includes("*")) return !EVENTS.has(operation) && !view.hides("labels");
  const told = EVENTS.has(operation) ? attributeContents(key) : [];
  return !view.hidesLabel(key) && told.every((content) => !view.hides(content));
}
