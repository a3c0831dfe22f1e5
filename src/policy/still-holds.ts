import { decideOperation } from "./decide.ts";
import { type Grant, heldBy, holdsAllOf } from "./grant.ts";
import type { PowerSet } from "./power-set.ts";
import { parseRecordedPowers } from "./recorded-powers.ts";
import type { ClientObjects } from "./scope/object-terms.ts";
import type { Scope } from "./scope/scope.ts";
import type { Allow } from "./verdict.ts";

/** What was allowed, and by what. */
export interface Allowed {
  /** The grant that allowed it. */
  readonly grant: Grant;
  readonly verdict: Allow;
  /** What it was found to ask for, as a record has it; undefined where nobody looked. */
  readonly powers: readonly string[] | undefined;
}

/**
 * Tells whether a grant holds what another one allowed: the operation at its path, the powers, and the objects. What it
 * asked for and is not known any more counts as not held, unless both have the same list of powers; a scope and a view
 * count as held where they are the same, or not there any more.
 */
export function stillHolds(grant: Grant, { grant: before, verdict, powers }: Allowed): boolean {
  if (grant.warns === true) return true;
  const decision = decideOperation(grant, verdict.operation, verdict.path);
  if (decision.kind === "deny") return false;
  const { restricted, objects } = decision;
  const held = heldBy(grant, decision);
  if (objects !== undefined && !isSameSight(objects, verdict.objects)) return false;
  return (
    restricted === undefined ||
    holdsAllOf(held, restricted) ||
    (before.warns !== true && isSameList(held, heldBy(before, verdict))) ||
    holdsRecorded(held, powers)
  );
}

function isSameSight({ scope, view }: ClientObjects, before: ClientObjects | undefined): boolean {
  const isSameScope = scope === undefined || (before?.scope !== undefined && isSame(scope, before.scope));
  return isSameScope && (view === undefined || view.text === before?.view?.text);
}

/** The client's name says what is its own. */
function isSame(one: Scope, other: Scope): boolean {
  return one.client === other.client && JSON.stringify(one.entries) === JSON.stringify(other.entries);
}

function isSameList(one: PowerSet, other: PowerSet): boolean {
  return one.entries.join() === other.entries.join();
}

/** Tells whether all powers are held that a record tells of, and it tells of all. */
export function holdsRecorded(held: PowerSet, powers: readonly string[] | undefined): boolean {
  const known = powers === undefined ? undefined : parseRecordedPowers(powers);
  return (
    known?.every(({ noun, value }) =>
      value === undefined ? held.holdsAll(noun) : held.holds({ noun, value }),
    ) ?? false
  );
}
