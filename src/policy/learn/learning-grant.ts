import type { UseOfOne } from "../../docker/objects/object-use.ts";
import { operationObjects } from "../../docker/objects/operation-objects.ts";
import { catalogue, type OperationName } from "../../docker/operations.ts";
import { type AllowDecision, type Grant, restrictedPowers } from "../grant.ts";
import { defaultPowers, type PowerSet } from "../power-set.ts";
import { openingRules } from "../words/grant-from-words.ts";
import type { Word } from "../words/word.ts";

/** What a ceiling is called in rules, reports and records. */
const CEILING = "the ceiling of learn";

/**
 * The same grant of a client that learns: what the words of a ceiling open passes as well, where no word of `deny` closes it. A
 * ceiling opens operations and never a power: what it lets through is held to what both the grant and `default` hold. `place` is
 * where its words are written.
 */
export function withCeiling(
  grant: Grant,
  within: readonly Word[],
  deny: readonly Word[],
  place: string,
): Grant {
  const powers = bothOf(defaultPowers(), grant.powers);
  const denied = new Set(deny.flatMap(({ operations }) => operations.map(({ name }) => name)));
  const opens = [...openingRules([{ name: undefined, words: within }])].flatMap(([name, { rule }]) => {
    const decision: AllowDecision = {
      kind: "allow",
      rule: `${CEILING} (${rule})`,
      restricted: restrictedPowers(name, powers),
      exceptions: [],
    };
    return denied.has(name) ? [] : [[name, decision] as const];
  });
  return { ...grant, learns: { opens: new Map(opens), powers, named: namedObjects(), place } };
}

function namedObjects(): ReadonlyMap<OperationName, UseOfOne> {
  return new Map(
    catalogue.flatMap(({ name }) => {
      const use = operationObjects[name];
      return use.use === "one" ? [[name, use] as const] : [];
    }),
  );
}

/** What two sets both hold. */
function bothOf(one: PowerSet, other: PowerSet): PowerSet {
  if (other.isEverything || other.entries.join() === one.entries.join()) return one;
  return {
    isEverything: false,
    holds: (power) => one.holds(power) && other.holds(power),
    holdsAll: (noun) => one.holdsAll(noun) && other.holdsAll(noun),
    holdsSome: (noun) => one.holdsSome(noun) && other.holdsSome(noun),
    entries: [...one.entries, `no more than ${other.entries.join(" ")}`],
  };
}
