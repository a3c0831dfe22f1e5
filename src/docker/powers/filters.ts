import { isJsonArray, isJsonObject, type JsonValue } from "../json/value.ts";
import { catalogue, type OperationName } from "../operations.ts";
import type { Asking } from "./asking.ts";
import { harmless, jsonText, mapOf, type Meaning } from "./meaning.ts";
import { type OperationPowers, query, type QueryMeaning } from "./operation-powers.ts";
import { judgePattern } from "./template.ts";

/** Compared as they are by every engine, and JSON may stand in a label's value. */
const COMPARED: ReadonlySet<string> = new Set(["label", "label!"]);

/**
 * `{"name": ["web"]}`, or the older `{"name": {"web": true}}`. dockerd takes names, ids and states for regular expressions
 * (`api/types/filters`), and Podman images and commands too: each is compiled anew for every thing that there is.
 */
const filtersField = jsonText(mapOf(["template"], judgeFilter));

function judgeFilter(key: string, values: JsonValue, asking: Asking): void {
  // Podman writes `key=value` and parts it at the first equals sign: the rest of the key is a pattern then.
  if (key.includes("=")) asking.refuse("must be a filter's name without an equals sign");
  if (COMPARED.has(key)) return;
  for (const value of valuesOf(values)) {
    if (typeof value === "string") judgePattern(value, asking);
  }
}

/**
 * The word that a filter is known by; undefined where engines could read another one than it seems. Podman takes the names of
 * some in any letters, `!` behind one of images for its opposite, and what stands behind an equals sign for a value.
 */
export function filterWord(name: string): string | undefined {
  return FILTER_NAME.exec(name)?.[1]?.toLowerCase();
}

const FILTER_NAME = /^([0-9A-Za-z_.-]+)!?$/;

/** The values of one filter, of either form. */
export function valuesOf(values: JsonValue): Iterable<JsonValue> {
  if (isJsonArray(values)) return values;
  return isJsonObject(values) ? values.keys() : [];
}

/** What narrows a list, or what is deleted. Without the first of the two Podman reads the second. */
const filteredQuery = query({ keys: { filters: filtersField, Filters: filtersField }, passesOthers: true });

/** The query of a stream of events, whose filters ask for no power. */
export const eventsQuery: QueryMeaning = query({
  keys: { filters: harmless, Filters: harmless },
  passesOthers: true,
});

/** What a list of tasks is narrowed by and the engine looks up: it says so where there is none. */
const TASKS_OF = ["service", "node"] as const;

const taskFilters: Meaning = jsonText(
  mapOf(["template"], (key, values, asking) => {
    judgeFilter(key, values, asking);
    const object = TASKS_OF.find((kind) => kind === key);
    for (const value of object === undefined ? [] : valuesOf(values)) {
      if (object !== undefined && typeof value === "string") asking.mention(object, value);
    }
  }),
);

/** Each value with its place: an engine takes a list of them, and an object whose keys they are. */
function placedValuesOf(values: JsonValue): Iterable<readonly [string | number, JsonValue]> {
  if (isJsonArray(values)) return values.entries();
  return isJsonObject(values) ? [...values.keys()].map((value) => [value, value] as const) : [];
}

/** An image by whose name containers are looked for: of one that is not there an engine finds none. */
const containerFilters: Meaning = jsonText(
  mapOf(["template"], (key, values, asking) => {
    judgeFilter(key, values, asking);
    for (const [place, value] of key === "ancestor" ? placedValuesOf(values) : []) {
      if (typeof value === "string") asking.within(place, () => asking.mention("image", value, "spare"));
    }
  }),
);

const FILTERED = /(?:List|Prune)(?:Libpod)?$/u;

/** What every operation that lists or prunes may ask for: to match patterns of the client's. */
export const filterPowers: Partial<Record<OperationName, OperationPowers>> = {
  ...Object.fromEntries(
    catalogue.filter(({ name }) => FILTERED.test(name)).map(({ name }) => [name, { query: filteredQuery }]),
  ),
  ContainerList: {
    query: query({ keys: { filters: containerFilters, Filters: containerFilters }, passesOthers: true }),
  },
  TaskList: { query: query({ keys: { filters: taskFilters, Filters: taskFilters }, passesOthers: true }) },
};
