import { foldCase } from "../../docker/fold-case.ts";
import { isJsonObject, type JsonValue } from "../../docker/json/value.ts";
import { parseJson } from "../../docker/json/parse.ts";
import { serializeJson } from "../../docker/json/write.ts";
import { OWN_LABELS } from "../../docker/objects/owner-label.ts";
import { filterWord, valuesOf } from "../../docker/powers/filters.ts";
import type { Query } from "../../docker/query.ts";
import type { Result } from "../../kernel/result.ts";
import type { ObjectTerms } from "./object-terms.ts";
import { listLabels, pruneLabels } from "./prune-labels.ts";

/** How the query of a list, a prune or events goes on for a client with a scope. */
export interface ListQuery {
  readonly query: Query;
  /** How many entries the client wants at most, where it is the gate that counts: those that it sees. */
  readonly most: number | undefined;
}

/** An engine compares with what has these names, and tells so whether it is there; the last is Podman's. */
const COMPARING = ["before", "since", "after"] as const;
/** How Docker and Podman count what they list, of all that there is. */
const COUNTING = ["limit", "last"] as const;
/** Where engines read filters; Podman takes other keys in any letters. */
const PLACES = ["filters", "Filters"] as const;

/**
 * Makes the query of a list, a prune or events one that neither tells of what is out of scope nor deletes it, or says why it
 * can't.
 */
export function narrowList(
  { use, scope, stamps }: Omit<ObjectTerms, "viewer">,
  query: Query,
): Result<ListQuery, string> {
  if (scope === undefined) return kept(query);
  if (use.use === "events") return narrowEvents(query);
  if (use.use !== "list" && use.use !== "prune") return kept(query);
  const asked = [...query.keys()].find((key) => isOneOf(COMPARING, key));
  if (asked !== undefined) return { ok: false, error: comparison(asked) };
  const filters = new Map<string, ReadonlyMap<string, JsonValue>>();
  for (const key of PLACES) {
    const read = readPlace(query, key);
    if (!read.ok) return read;
    if (use.use === "list" || key === "filters")
      for (const [name, values] of read.value) filters.set(name, values);
    else if (read.value.size > 0) return { ok: false, error: "?Filters must be written ?filters" };
  }
  if (use.use === "list") {
    if (use.kind === "container") return countedHere(query);
    // Others may have many volumes, with labels of megabytes: where a label says it, the engine leaves them out.
    const isByLabels = use.kind === "volume" && !query.has("Filters");
    const labels = isByLabels ? listLabels(use.kind, scope, stamps) : [];
    return kept(labels.length === 0 ? query : withLabels(query, filters, labels));
  }
  const labels = pruneLabels(use.kind, scope, stamps);
  return labels.ok ? kept(withLabels(query, filters, labels.value)) : labels;
}

/** What happens is told by when it did, and compared with nothing. */
function narrowEvents(query: Query): Result<ListQuery, string> {
  for (const key of PLACES) {
    const read = readPlace(query, key);
    if (!read.ok) return read;
  }
  return kept(query);
}

function isOneOf(words: readonly string[], key: string): boolean {
  return words.includes(foldCase(key));
}

function withLabels(query: Query, filters: Filters, labels: readonly string[]): Query {
  const ours = labels.map((label) => [label, true] as const);
  const all = new Map([...filters, ["label", new Map([...(filters.get("label") ?? []), ...ours])]]);
  return new Map([...query, ["filters", serializeJson(all)]]);
}

function kept(query: Query): Result<ListQuery, string> {
  return { ok: true, value: { query, most: undefined } };
}

function comparison(key: string): string {
  return `the filter ${key} compares with what may not be in the client's scope`;
}

type Filters = ReadonlyMap<string, ReadonlyMap<string, JsonValue>>;

/** The filters at one place, where there is no other that some engine could read in its stead. */
function readPlace(query: Query, place: (typeof PLACES)[number]): Result<Filters, string> {
  const isElsewhere = [...query.keys()].some(
    (key) => isOneOf(["filters"], key) && !PLACES.some((known) => known === key),
  );
  return isElsewhere ? { ok: false, error: "?filters must be written so" } : readFilters(query.get(place));
}

/** Filters in the form that stands a value only once: `{"label": {"a=b": true}}`. An engine reads no two forms at once. */
function readFilters(text: string | readonly string[] | undefined = ""): Result<Filters, string> {
  const filters = new Map<string, ReadonlyMap<string, JsonValue>>();
  if (text === "") return { ok: true, value: filters };
  const parsed = typeof text === "string" ? parseJson(Buffer.from(text, "utf8")) : undefined;
  if (parsed?.ok !== true || !isJsonObject(parsed.value))
    return { ok: false, error: "?filters must be a JSON object" };
  for (const [key, values] of parsed.value) {
    const word = filterWord(key);
    if (word === undefined) return { ok: false, error: "?filters has a filter that no engine knows" };
    if (COMPARING.some((name) => name === word)) return { ok: false, error: comparison(key) };
    const texts = [...valuesOf(values)];
    if (word === "label" && texts.some((value) => typeof value === "string" && mayBeOwnLabel(value)))
      return { ok: false, error: `the labels ${OWN_LABELS}* are the gate's own: nothing is found by them` };
    filters.set(key, new Map(texts.flatMap((value) => (typeof value === "string" ? [[value, true]] : []))));
  }
  return { ok: true, value: filters };
}

/** Podman takes a key with a star for a pattern of keys. */
function mayBeOwnLabel(label: string): boolean {
  return label.startsWith(OWN_LABELS) || label.split("=", 1)[0]?.includes("*") === true;
}

/** A number of entries is of those that the client sees. With one, engines list what does not run as well. */
function countedHere(query: Query): Result<ListQuery, string> {
  const counts = [...query]
    .flatMap(([key, value]) => (isOneOf(COUNTING, key) ? value : []))
    .filter((text) => /^[1-9][0-9]{0,8}$/u.test(text))
    .map(Number);
  if (counts.length === 0) return kept(query);
  const others = [...query].filter(([key]) => !isOneOf(COUNTING, key));
  return { ok: true, value: { query: new Map([...others, ["all", "1"]]), most: Math.min(...counts) } };
}
