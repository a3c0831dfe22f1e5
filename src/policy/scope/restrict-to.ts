import type { AnswerTable } from "../../docker/answers/answer-table.ts";
import { hidesTrouble } from "../../docker/answers/free-text.ts";
import { operationAnswers } from "../../docker/answers/operation-answers.ts";
import { unreadAnswers } from "../../docker/answers/unread-answers.ts";
import type { Viewer } from "../../docker/answers/viewer.ts";
import type { Outline } from "../../docker/json/outline.ts";
import type { ObjectUse } from "../../docker/objects/object-use.ts";
import { operationObjects } from "../../docker/objects/operation-objects.ts";
import type { OperationName } from "../../docker/operations.ts";
import { eventsQuery } from "../../docker/powers/filters.ts";
import type { OperationPowers } from "../../docker/powers/operation-powers.ts";
import { operationPowers } from "../../docker/powers/operations.ts";
import type { AllowDecision, Decision, Grant } from "../grant.ts";
import { withSeenFilters } from "../view/seen-filters.ts";
import { viewerOf } from "../view/viewer.ts";
import type { ClientObjects } from "./object-terms.ts";

/**
 * The same grant for some objects only. All that can be decided before a request comes is decided here: what can't be kept
 * to a scope or a view is closed, and the decision of all else says what its exchanges need, if anything. Whoever has one
 * is held to its grant and never only warned: it would read what it may not. The ceiling of who learns is held to it as well.
 */
export function restrictTo(grant: Grant, objects: ClientObjects): Grant {
  const { warns: _, learns, ...held } = grant;
  const viewer = viewerOf(objects);
  const decisions = restrictAll(grant.decisions, objects, viewer);
  if (learns === undefined) return { ...held, decisions, objects };
  const kept = [...restrictAll(learns.opens, objects, viewer)].flatMap(([name, decision]) =>
    decision.kind === "allow" ? [[name, decision] as const] : [],
  );
  return { ...held, decisions, objects, learns: { ...learns, opens: new Map(kept) } };
}

function restrictAll(
  decisions: ReadonlyMap<OperationName, Decision>,
  objects: ClientObjects,
  viewer: Viewer,
): ReadonlyMap<OperationName, Decision> {
  return new Map(
    [...decisions].map(([name, decision]) => [
      name,
      decision.kind === "allow" ? restrictDecision(name, decision, objects, viewer) : decision,
    ]),
  );
}

function restrictDecision(
  name: OperationName,
  decision: AllowDecision,
  objects: ClientObjects,
  viewer: Viewer,
): Decision {
  const table = operationAnswers.get(name);
  const use = operationObjects[name];
  const forScope = closedForScope(use, objects);
  const remedy = forScope ?? closedForView(name, objects, table);
  if (remedy !== undefined) {
    const closedBy = forScope === undefined ? "view" : "scope";
    // Nothing is missing that could be added.
    return { kind: "deny", rule: decision.rule, missing: [], remedy, closedBy };
  }
  const answer = objects.scope === undefined && objects.view === undefined ? undefined : table;
  const isScoped = objects.scope !== undefined && use.use !== "none";
  const isStamped = objects.stamps.size > 0 && setsLabels(name, use);
  // Of an answer that nobody reads, why it is none may tell too much all the same.
  const isViewed = objects.view !== undefined && hidesTrouble(objects.view.hides);
  if (answer === undefined && !isScoped && !isStamped && !isViewed) return decision;
  // What it names has to be found, and what it makes has to be marked: also where all powers are held.
  const asks = isScoped || isStamped ? askedBy(name, use) : undefined;
  return {
    ...decision,
    restricted: withSeenFilters(name, objects.view, asks ?? decision.restricted),
    objects: { ...objects, use, viewer, answer, outline: outlineOf(answer, viewer) },
  };
}

/** Events ask for no power, and are narrowed by labels as lists are. */
function askedBy(name: OperationName, { use }: ObjectUse): OperationPowers | undefined {
  return operationPowers.get(name) ?? (use === "events" ? { query: eventsQuery } : undefined);
}

/** What is read once is read as a whole. */
function outlineOf(answer: AnswerTable | undefined, viewer: Viewer): Outline | undefined {
  return answer?.layout === "list" ? answer.part.outline?.(viewer) : undefined;
}

/** Why nobody with a scope may do it. */
function closedForScope(use: ObjectUse, { scope }: ClientObjects): string | undefined {
  return scope === undefined || use.use !== "closed"
    ? undefined
    : `a client with a scope can't do it, because ${use.because}`;
}

/** The same of who has a view. */
function closedForView(
  name: OperationName,
  { view }: ClientObjects,
  table: AnswerTable | undefined,
): string | undefined {
  return view !== undefined && table === undefined && !unreadAnswers.has(name)
    ? "a client with a view can't do it, because nothing can be hidden in what it answers"
    : undefined;
}

/** The operations by whose bodies an object gets other labels than it had. */
const RELABELS: ReadonlySet<OperationName> = new Set<OperationName>([
  "ServiceUpdate",
  "SecretUpdate",
  "ConfigUpdate",
]);

function setsLabels(name: OperationName, { use }: ObjectUse): boolean {
  return use === "create" || RELABELS.has(name);
}
