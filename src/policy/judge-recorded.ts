import { madeObjects } from "../docker/objects/made-objects.ts";
import { OBJECT_KINDS, type ObjectKind } from "../docker/objects/object-kind.ts";
import { wordInPath } from "../docker/objects/object-path.ts";
import type { Method } from "../docker/operation.ts";
import type { EnginePath } from "../docker/path.ts";
import { Asking } from "../docker/powers/asking.ts";
import type { OperationName } from "../docker/operations.ts";
import { nounsOf, type OperationPowers } from "../docker/powers/operation-powers.ts";
import type { Noun } from "../docker/powers/nouns.ts";
import { powerText } from "../docker/powers/power.ts";
import { decide } from "./decide.ts";
import { explainPowersPlace, type Grant, holdsAllOf } from "./grant.ts";
import type { PowerSet } from "./power-set.ts";
import { mayLackLabels } from "./recorded-labels.ts";
import { mayLack, parseRecordedPower } from "./recorded-powers.ts";
import type { ObjectTerms } from "./scope/object-terms.ts";
import type { Scope } from "./scope/scope.ts";
import { stampsFor } from "./scope/stamps.ts";
import type { Allow } from "./verdict.ts";

/** An object as a record has it. */
export interface RecordedIdentity {
  readonly kind: string;
  /** Undefined for what the request was to make. */
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** Undefined where they were not recorded. */
  readonly labels: ReadonlyMap<string, string> | undefined;
}

/** What a record has of a request. */
export interface RecordedRequest {
  readonly method: Method;
  /** Whole, in its canonical spelling. */
  readonly path: string;
  /** What it was found to ask for; undefined where nobody looked. */
  readonly powers: readonly string[] | undefined;
  /** What of it is known since it was denied for that, also where the rest is not. */
  readonly lacked?: readonly string[];
  /** The object that it acted on; undefined where nobody looked. */
  readonly object: RecordedIdentity | undefined;
}

/** What a grant makes of a request of which only the record is left. */
export type RecordedJudgement =
  | {
      readonly kind: "allow";
      /** Set where nobody looked for what hardly any request asks for, and the grant does not hold all of that. */
      readonly isPresumed?: true;
    }
  | {
      readonly kind: "deny";
      /** As a record has it. */
      readonly missing: readonly string[];
      /** A sentence without a subject: what is not allowed, and what would allow it. */
      readonly reason: string;
    }
  /** The record does not say enough; `reason` is a sentence without an end. */
  | { readonly kind: "unknown"; readonly reason: string };

const ALLOW: RecordedJudgement = { kind: "allow" };

/**
 * Judges a request again by another grant, by what its record has: the operation at its path, the powers and the object. What
 * is held decides, also of a grant that only warns or that learns. What the record does not say is `unknown`, unless something that it does say
 * is denied; but of what hardly any request asks for it is presumed that this one did not.
 */
export function judgeRecorded(grant: Grant, request: RecordedRequest): RecordedJudgement {
  const { warns: _, learns: __, ...held } = grant;
  const { method, path } = request;
  const verdict = decide(held, { method, path, hasBody: false, contentTypes: [] });
  if (verdict.kind === "refuse") return { kind: "deny", missing: [], reason: verdict.reason };
  if (verdict.kind === "deny") return { kind: "deny", missing: verdict.missing, reason: verdict.remedy };
  const { restricted, objects } = verdict;
  const judgements = [
    judgeObject(objects, verdict, request.object),
    judgePowers(grant, restricted, verdict.path, request),
  ];
  return (
    judgements.find(({ kind }) => kind === "deny") ??
    judgements.find(({ kind }) => kind === "unknown") ??
    judgements.find((judgement) => judgement.kind === "allow" && judgement.isPresumed === true) ??
    ALLOW
  );
}

function judgePowers(
  grant: Grant,
  restricted: OperationPowers | undefined,
  path: EnginePath,
  { powers: recorded, lacked = [] }: Pick<RecordedRequest, "powers" | "lacked">,
): RecordedJudgement {
  if (restricted === undefined || holdsAllOf(grant.powers, restricted)) return ALLOW;
  const texts = new Set([...powersOfPath(restricted, path), ...(recorded ?? []), ...lacked]);
  const lacking: string[] = [];
  let reason: string | undefined;
  for (const text of texts) {
    const held = isHeld(grant.powers, text);
    if (held === false) lacking.push(text);
    if (held === undefined) reason ??= `whether it held ${text} can't be told: its value is not recorded`;
  }
  if (lacking.length > 0) {
    const place = explainPowersPlace(grant);
    return { kind: "deny", missing: lacking, reason: `needs ${lacking.join(", ")} in ${place}` };
  }
  if (recorded === undefined && isUnusual(grant.powers, restricted))
    return { kind: "allow", isPresumed: true };
  if (recorded === undefined) reason = "which powers it asked for is not recorded";
  else if (mayLack(recorded)) reason = "it asked for more powers than are recorded";
  return reason === undefined ? ALLOW : { kind: "unknown", reason };
}

/** What hardly any request asks for: a field that nobody knows, and a pattern in what narrows a list. */
const UNUSUAL: ReadonlySet<Noun> = new Set<Noun>(["field", "template"]);

function isUnusual(held: PowerSet, restricted: OperationPowers): boolean {
  return [...nounsOf(restricted)].every((noun) => UNUSUAL.has(noun) || held.holdsAll(noun));
}

/** Undefined where the record does not say which power it was. */
function isHeld(held: PowerSet, text: string): boolean | undefined {
  const power = parseRecordedPower(text);
  if (power === undefined) return held.isEverything ? true : undefined;
  const { noun, value } = power;
  if (held.holdsAll(noun)) return true;
  if (value !== undefined) return held.holds({ noun, value });
  return held.holdsSome(noun) ? undefined : false;
}

/** What every such request asks for, by being what it is and by its path: that needs no record. */
function powersOfPath({ itself = [], path: meaning }: OperationPowers, path: EnginePath): readonly string[] {
  const asking = new Asking();
  for (const { noun, value } of itself) asking.ask(noun, value);
  meaning?.judge(path.segments, asking);
  return asking.asked.powers.map((power) => powerText(power));
}

/** Of what is listed or deleted together nothing is known that a scope could decide by. */
function judgeObject(
  objects: ObjectTerms | undefined,
  { path, operation }: Pick<Allow, "path" | "operation">,
  recorded: RecordedIdentity | undefined,
): RecordedJudgement {
  if (objects?.scope === undefined) return ALLOW;
  const { scope, use, stamps } = objects;
  if (use.use === "create")
    return judgeMade(scope, stampsOn(operation.name, use.kind, stamps), use.kind, recorded);
  if (use.use !== "one") return ALLOW;
  const object = recorded ?? objectByWord(use.kind, wordInPath(path, use));
  if (object === undefined) {
    return { kind: "unknown", reason: `which ${use.kind} it acted on is not recorded` };
  }
  const isSeen = sees(scope, object);
  if (isSeen === true) return ALLOW;
  const called = `${object.kind} ${object.name ?? object.id ?? "without a name"}`;
  return isSeen === false
    ? { kind: "deny", missing: [], reason: `${called} is out of its scope` }
    : { kind: "unknown", reason: `whether ${called} is in its scope can't be told by what is recorded` };
}

/** What is made has to be in scope as well: by the labels that the gate puts there, or by its name and its own labels. */
function judgeMade(
  scope: Scope,
  stamps: ReadonlyMap<string, string>,
  kind: ObjectKind,
  recorded: RecordedIdentity | undefined,
): RecordedJudgement {
  const names = recorded?.name === undefined ? [] : [recorded.name];
  const labels = new Map([...(recorded?.labels ?? []), ...stamps]);
  if (scope.sees({ kind, id: "", names, labels })) return ALLOW;
  if (recorded === undefined) return { kind: "unknown", reason: `which ${kind} it made is not recorded` };
  const called = `${kind} ${recorded.name ?? "without a name"}`;
  // It has the labels of its image besides, and an image may have several names.
  return needsLabels(scope) || kind === "image"
    ? { kind: "unknown", reason: `whether ${called} is in its scope can't be told by what is recorded` }
    : { kind: "deny", missing: [], reason: `${called} is out of its scope` };
}

/** The labels that the gate puts on what an operation makes, as far as the record tells: none on what may be fetched. */
function stampsOn(
  operation: OperationName,
  kind: ObjectKind,
  stamps: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const making = madeObjects[operation];
  const mayBeFetched = making?.labels.in === "changes" && making.labels.unless !== undefined;
  const isStamped = making !== undefined && making.isUnstamped !== true && !mayBeFetched;
  return isStamped ? stampsFor(kind, stamps) : NO_LABELS;
}

function needsLabels({ entries }: Scope): boolean {
  return entries.some(
    ({ own, label, project }) => own !== undefined || label !== undefined || project !== undefined,
  );
}

/** The kinds of which an engine takes a word for a name where it can be no id, nor the beginning of one. */
const KNOWN_BY_NAME: ReadonlySet<string> = new Set<ObjectKind>(["container", "network", "volume"]);

/** The object that a path names, as far as the word alone tells. */
function objectByWord(kind: ObjectKind, word: string): RecordedIdentity | undefined {
  const isName = KNOWN_BY_NAME.has(kind) && (kind === "volume" || !/^[0-9a-f]+$/u.test(word));
  return isName ? { kind, id: word, name: word, labels: undefined } : undefined;
}

const NO_LABELS: ReadonlyMap<string, string> = new Map();

/** Whether an object is in scope; undefined where the record does not say enough of it to tell. */
function sees(scope: Scope, object: RecordedIdentity): boolean | undefined {
  const { id, name, labels } = object;
  const kind = keeperOf(object.kind);
  if (kind === undefined) return undefined;
  // An image may be meant by another name than the one that a record has.
  const isImage = kind === "image";
  const names = name === undefined || isImage ? [] : [name];
  if (scope.sees({ kind, id: id ?? "", names, labels: labels ?? NO_LABELS })) return true;
  if (isImage) return undefined;
  const hasLabels = labels !== undefined && !mayLackLabels(labels);
  const isTold = scope.entries.every(
    ({ own, label, project }) =>
      ((own === undefined && label === undefined) || hasLabels) &&
      (project === undefined || labels !== undefined),
  );
  return isTold && (name !== undefined || labels !== undefined) ? false : undefined;
}

/** The kind of what a scope is about: the record of an exec instance has its container's name, that of a task its service's. */
function keeperOf(kind: string): ObjectKind | undefined {
  if (kind === "exec") return "container";
  return kind === "task" ? "service" : OBJECT_KINDS.find((known) => known === kind);
}
