import { isJsonObject, type JsonValue, stringOf, valueAt } from "../../docker/json/value.ts";
import { parseJson } from "../../docker/json/parse.ts";
import type { Identity } from "../../docker/objects/identity.ts";
import { type Making, madeObjects, type MakingRequest } from "../../docker/objects/made-objects.ts";
import { OWNER_LABEL } from "../../docker/objects/owner-label.ts";
import type { ObjectKind } from "../../docker/objects/object-kind.ts";
import type { OperationName } from "../../docker/operations.ts";
import { parseQuery } from "../../docker/query.ts";
import type { Allow, Refuse } from "../verdict.ts";
import type { Scope, ScopeEntry } from "./scope.ts";
import { stampsFor } from "./stamps.ts";

/** What a request makes, as far as it says itself. */
export interface Made {
  readonly operation: OperationName;
  readonly kind: ObjectKind;
  readonly names: readonly string[];
  /** Those of the client and of the gate; behind them come those of what it is made of. */
  readonly labels: ReadonlyMap<string, string>;
}

/** Tells what a request makes that goes on with this query and body; undefined where nobody asks, or it makes nothing. */
export function madeBy(
  verdict: Allow,
  query: string | undefined,
  body: JsonValue | undefined,
): Made | undefined {
  const { objects, operation } = verdict;
  if (objects?.scope === undefined) return undefined;
  const making = madeObjects[operation.name];
  const made = describeMade(verdict, query, body);
  if (making === undefined || made === undefined) return undefined;
  const labels = isStamped(making, requestOf(verdict, query, body))
    ? stampsFor(making.kind, objects.stamps)
    : [];
  return { ...made, labels: new Map([...made.labels, ...labels]) };
}

/** Tells what a request makes by its own words, whoever asks; undefined where it makes nothing. */
export function describeMade(
  verdict: Pick<Allow, "operation" | "restricted">,
  query: string | undefined,
  body: JsonValue | undefined,
): Made | undefined {
  const { name: operation } = verdict.operation;
  const making = madeObjects[operation];
  if (making === undefined) return undefined;
  const request = requestOf(verdict, query, body);
  return { operation, kind: making.kind, names: making.names(request), labels: labelsOf(making, request) };
}

function requestOf(
  { restricted }: Pick<Allow, "restricted">,
  query: string | undefined,
  body: JsonValue | undefined,
): MakingRequest {
  const parsed = parseQuery(query ?? "", (key) => restricted?.query?.lists.has(key) === true);
  return { query: parsed.ok ? parsed.value : new Map<string, JsonValue>(), body };
}

function isStamped({ labels, isUnstamped }: Making, { query }: MakingRequest): boolean {
  const isFetched =
    labels.in === "changes" && labels.unless !== undefined && stringOf(query.get(labels.unless)) !== "";
  return isUnstamped !== true && labels.in !== "nothing" && !isFetched;
}

function labelsOf({ labels }: Making, { query, body = null }: MakingRequest): ReadonlyMap<string, string> {
  if (labels.in === "body") return textsOf(valueAt(body, labels.places[0] ?? []));
  if (labels.in !== "query") return new Map();
  const parsed = parseJson(Buffer.from(stringOf(query.get("labels")), "utf8"));
  return textsOf(parsed.ok ? parsed.value : null);
}

function textsOf(value: JsonValue): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [key, text] of isJsonObject(value) ? value : []) {
    if (typeof text === "string") texts.set(key, text);
  }
  return texts;
}

/**
 * Refuses what would make something that is not the client's, with the cure. `base` is what it is made of: an image's labels
 * are those of its containers.
 */
export function judgeMade(
  { objects, operation, path }: Allow,
  made: Made | undefined,
  base: Identity | undefined,
): Refuse | undefined {
  if (objects?.scope === undefined || made === undefined) return undefined;
  const reason = explainMade(objects.scope, objects.stamps, made, base);
  return reason === undefined ? undefined : { kind: "refuse", code: "scope_denied", reason, operation, path };
}

/** The end of a sentence. */
function explainMade(
  scope: Scope,
  stamps: ReadonlyMap<string, string>,
  made: Made,
  base: Identity | undefined,
): string | undefined {
  const { kind, names } = made;
  const inherited = new Map([...(base?.labels ?? []), ...made.labels]);
  const owner = inherited.get(OWNER_LABEL) ?? "";
  if (kind !== "image" && base?.kind === "image" && owner !== "" && owner !== stamps.get(OWNER_LABEL)) {
    return "its image says of its containers that they are another client's";
  }
  // A service's labels are its own, and those of its image are its containers'.
  const labels = kind === "service" ? made.labels : inherited;
  // Each name of an image is taken from another one, and all names of other things are one.
  const identities = kind === "image" && names.length > 0 ? names.map((name) => [name]) : [names];
  const isSeen = identities.every((own) => scope.sees({ kind, id: "", names: own, labels }));
  return isSeen ? undefined : `the ${kind} would be out of the client's scope: ${cureFor(made, scope)}`;
}

/** What would put it in scope. */
function cureFor({ operation, kind }: Made, { entries }: Scope): string {
  const isFetched = operation === "ImageCreate";
  const ways = entries.flatMap((entry) => {
    const words = wordsFor(kind, entry, isFetched);
    return words.length === 0 ? [] : [words.join(" and ")];
  });
  const none = isFetched ? "no entry image: there names one" : `nothing there is a ${kind}`;
  return ways.length === 0 ? none : ways.join(", or ");
}

function wordsFor(
  kind: ObjectKind,
  { own, label, name, project, image }: ScopeEntry,
  isFetched: boolean,
): readonly string[] {
  const isImage = kind === "image";
  // What comes from elsewhere can't be labelled; what is made here is the client's own by itself.
  if (isFetched && image === undefined) return [];
  const named = isImage ? image : name;
  if ((isImage && name !== undefined) || (!isImage && image !== undefined)) return [];
  return [
    ...(label === undefined ? [] : [`label it ${label.join(" or ")}`]),
    ...(project === undefined ? [] : [`label it com.docker.compose.project=${project.join(" or ")}`]),
    ...(named === undefined ? [] : [`call it ${named.join(" or ")}`]),
    ...(own === true ? ["make it anew"] : []),
  ];
}
