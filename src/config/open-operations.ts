import type { Operation, OperationName } from "../docker/operations.ts";
import { type AllowDecision, type Grant, NOTHING_OPENS_IT } from "../policy/grant.ts";

/** How many operations a warning names; the start report has all that they expose. */
const MOST_NAMED = 3;

/** The decision on an operation, if it is open, be it only by the ceiling of a client that learns. */
export function openingOf({ decisions, learns }: Grant, name: OperationName): AllowDecision | undefined {
  const decision = decisions.get(name);
  return decision?.kind === "allow" ? decision : learns?.opens.get(name);
}

/** What an operation that is closed needs, as the end of a sentence. */
export function remedyOf({ decisions }: Grant, name: OperationName): string {
  const decision = decisions.get(name);
  return decision?.kind === "deny" ? decision.remedy : NOTHING_OPENS_IT;
}

/**
 * Says which of these operations are open and by what. Of a single one that is closed it says what that needs, of several
 * what `nothing` says.
 */
export function explainOpen(
  operations: readonly Operation[],
  grant: Grant,
  nothing = "nothing of it is open",
): string {
  const open = operations.flatMap(({ name }) => {
    const opening = openingOf(grant, name);
    return opening === undefined ? [] : [{ name, rule: opening.rule }];
  });
  const [single, ...others] = operations;
  if (open.length === 0) {
    return single !== undefined && others.length === 0
      ? `${single.name} is closed: ${remedyOf(grant, single.name)}`
      : nothing;
  }
  const isOrAre = open.length === 1 ? "is" : "are";
  const rules = new Set(open.map(({ rule }) => rule));
  return rules.size === 1
    ? `${joinNames(open.map(({ name }) => name))} ${isOrAre} open by ${[...rules].join("")}`
    : `${joinNames(open.map(({ name, rule }) => `${name} (${rule})`))} ${isOrAre} open`;
}

function joinNames(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  const shown = more > 0 ? [...names.slice(0, MOST_NAMED), `${more} more`] : names;
  const last = shown.at(-1) ?? "";
  return shown.length === 1 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}
