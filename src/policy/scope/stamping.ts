import { withMembers } from "../../docker/json/edit.ts";
import { parseJson } from "../../docker/json/parse.ts";
import { isJsonArray, isJsonObject, type JsonValue, stringOf, valueAt } from "../../docker/json/value.ts";
import { serializeJson } from "../../docker/json/write.ts";
import type { LabelPlaces } from "../../docker/objects/made-objects.ts";
import { madeObjects } from "../../docker/objects/made-objects.ts";
import type { OperationName } from "../../docker/operations.ts";
import { labelsOfChange } from "../../docker/powers/dockerfile-changes.ts";
import type { Query } from "../../docker/query.ts";
import type { Result } from "../../kernel/result.ts";
import type { ClientObjects } from "./object-terms.ts";
import { stampsFor } from "./stamps.ts";

type Labels = ReadonlyMap<string, string>;

/** Puts a client's labels into the query that makes something, or says why its own can't stand beside them. */
export function stampQuery(
  { stamps }: ClientObjects,
  operation: OperationName,
  query: Query,
): Result<Query, string> {
  const making = madeObjects[operation];
  const places = making?.labels;
  if (making === undefined || (places?.in !== "query" && places?.in !== "changes")) {
    return { ok: true, value: query };
  }
  const labels = stampsFor(making.kind, stamps);
  return places.in === "query" ? stampLabels(query, labels) : stampChanges(query, labels, places);
}

/** `labels={"a":"b"}`, which a builder puts behind those of the Dockerfile. */
function stampLabels(query: Query, labels: Labels): Result<Query, string> {
  const text = stringOf(query.get("labels"));
  const parsed = text === "" ? ({ ok: true, value: null } as const) : parseJson(Buffer.from(text, "utf8"));
  if (!parsed.ok) return { ok: false, error: "?labels must be JSON" };
  const fault = conflictIn(parsed.value, labels);
  if (fault !== undefined) return { ok: false, error: fault };
  const stamped = serializeJson(withMembers(parsed.value, [], labels));
  return { ok: true, value: new Map([...query, ["labels", stamped]]) };
}

/** Instructions of a Dockerfile, of which the last one counts. */
function stampChanges(
  query: Query,
  labels: Labels,
  { unless }: Extract<LabelPlaces, { in: "changes" }>,
): Result<Query, string> {
  if (unless !== undefined && stringOf(query.get(unless)) !== "") return { ok: true, value: query };
  const given = query.get("changes") ?? [];
  const changes = typeof given === "string" ? [given] : given;
  for (const change of changes) {
    const keys = labelsOfChange(change);
    if (keys === undefined)
      return { ok: false, error: "?changes must say for certain which labels they set" };
    const taken = keys.find((key) => labels.has(key));
    if (taken !== undefined) return { ok: false, error: alwaysIs(taken, labels) };
  }
  if (![...labels].flat().every((text) => PRINTABLE.test(text))) {
    return { ok: false, error: "the labels of this client can't be written into ?changes" };
  }
  const added = [...labels].map(([key, value]) => `LABEL ${quoted(key)}=${quoted(value)}`);
  return { ok: true, value: new Map([...query, ["changes", [...changes, ...added]]]) };
}

/** What can stand between the quotes of an instruction. */
const PRINTABLE = /^[^\u0000-\u001f\u007f]*$/u;

/** A word of an instruction in which the builder replaces nothing. */
function quoted(word: string): string {
  return `"${word.replaceAll(/["\\$]/gu, String.raw`\$&`)}"`;
}

/** Tells whether a body says what an operation makes: without one nothing could be put there. */
export function needsBody(operation: OperationName): boolean {
  return madeObjects[operation]?.labels.in === "body";
}

/** The same as {@link stampQuery} for a body. */
export function stampBody(
  { stamps }: ClientObjects,
  operation: OperationName,
  body: JsonValue,
): Result<JsonValue, string> {
  const making = madeObjects[operation];
  if (making?.labels.in !== "body") return { ok: true, value: body };
  if (making.isUnstamped === true) return { ok: true, value: body };
  const { places, mounts } = making.labels;
  const labels = stampsFor(making.kind, stamps);
  let stamped = body;
  for (const place of places) {
    const fault = conflictIn(valueAt(stamped, place), labels);
    if (fault !== undefined) return { ok: false, error: fault };
    stamped = withMembers(stamped, place, labels);
  }
  return mounts === undefined ? { ok: true, value: stamped } : stampMounts(stamped, mounts, labels);
}

/** Volumes that the engine makes for the mounts of what is made. */
function stampMounts(body: JsonValue, place: readonly string[], labels: Labels): Result<JsonValue, string> {
  const mounts = valueAt(body, place);
  if (!isJsonArray(mounts)) return { ok: true, value: body };
  const stamped: JsonValue[] = [];
  for (const mount of mounts) {
    const isVolume = isJsonObject(mount) && /^volume$/iu.test(stringOf(mount.get("Type")));
    const fault = isVolume ? conflictIn(valueAt(mount, VOLUME_LABELS), labels) : undefined;
    if (fault !== undefined) return { ok: false, error: fault };
    stamped.push(isVolume ? withVolumeLabels(mount, labels) : mount);
  }
  const [last = "", ...before] = place.toReversed();
  return { ok: true, value: withMembers(body, before.toReversed(), new Map([[last, stamped]])) };
}

const VOLUME_LABELS = ["VolumeOptions", "Labels"] as const;

function withVolumeLabels(mount: JsonValue, labels: Labels): JsonValue {
  const options = valueAt(mount, ["VolumeOptions"]);
  const stamped = withMembers(options, ["Labels"], labels);
  return withMembers(mount, [], new Map([["VolumeOptions", stamped]]));
}

/** A client's own label may say the same as the gate's, and nothing else. */
function conflictIn(value: JsonValue, labels: Labels): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const taken = [...value].find(([key, set]) => labels.has(key) && labels.get(key) !== set);
  return taken === undefined ? undefined : alwaysIs(taken[0], labels);
}

function alwaysIs(key: string, labels: Labels): string {
  return `the label ${key} of what this client makes is always ${JSON.stringify(labels.get(key))}`;
}
