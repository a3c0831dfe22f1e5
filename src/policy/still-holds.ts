import { nounsOf, type OperationPowers } from "../docker/powers/operation-powers.ts";
import { decideOperation } from "./decide.ts";
import type { Grant } from "./grant.ts";
import type { PowerSet } from "./power-set.ts";
import { parseRecordedPowers } from "./recorded-powers.ts";
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
 * Tells whether a grant holds what another one allowed: the operation at its path, and the powers. What it asked for and is
 * not known any more counts as not held, unless both have the same list of powers.
 */
export function stillHolds(grant: Grant, { grant: before, verdict, powers }: Allowed): boolean {
  if (grant.warns === true) return true;
  const decision = decideOperation(grant, verdict.operation, verdict.path);
  if (decision.kind === "deny") return false;
  const { restricted } = decision;
  return (
    restricted === undefined ||
    holdsAllOf(grant.powers, restricted) ||
    (before.warns !== true && isSameList(grant.powers, before.powers)) ||
    holdsRecorded(grant.powers, powers)
  );
}

function holdsAllOf(held: PowerSet, restricted: OperationPowers): boolean {
  return [...nounsOf(restricted)].every((noun) => held.holdsAll(noun));
}

function isSameList(one: PowerSet, other: PowerSet): boolean {
  return one.entries.join() === other.entries.join();
}

function holdsRecorded(held: PowerSet, powers: readonly string[] | undefined): boolean {
  const known = powers === undefined ? undefined : parseRecordedPowers(powers);
  return (
    known?.every(({ noun, value }) =>
      value === undefined ? held.holdsAll(noun) : held.holds({ noun, value }),
    ) ?? false
  );
}
