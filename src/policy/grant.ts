import type { UseOfOne } from "../docker/objects/object-use.ts";
import { catalogue, type Operation, type OperationName } from "../docker/operations.ts";
import { nounsOf, type OperationPowers } from "../docker/powers/operation-powers.ts";
import { operationPowers } from "../docker/powers/operations.ts";
import { everyPower, noPower, type PowerSet } from "./power-set.ts";
import type { ClientObjects, ObjectTerms } from "./scope/object-terms.ts";
import type { Allow } from "./verdict.ts";
import { clausesOf, explainWays, missingWays, openWay, type Requirement } from "./requirement.ts";

/** What was decided about one operation before any request came. */
export type Decision =
  | {
      readonly kind: "allow";
      /** The settings that opened it. */
      readonly rule: string;
      /** What its requests may ask for beyond it, where not all of that is held or a query says what they do. */
      readonly restricted: OperationPowers | undefined;
      /** Those of its paths that stay closed. */
      readonly exceptions: readonly Exception[];
      /** The preset that the rule is a word of. */
      readonly preset?: string;
      /** What a scope, a view or stamps make of it. */
      readonly objects?: ObjectTerms;
    }
  | {
      readonly kind: "deny";
      /** The rule that keeps it closed. */
      readonly rule: string;
      /** Each entry must come true; alternatives stand in one entry, joined by `|`. */
      readonly missing: readonly string[];
      /** What would allow it, as the end of a sentence. */
      readonly remedy: string;
      /** What keeps it closed that is open otherwise: it can't be held to that. */
      readonly closedBy?: "scope" | "view";
    };

/** A decision that opens an operation. */
export type AllowDecision = Extract<Decision, { kind: "allow" }>;

/** Paths of an operation that need one more switch than its others. */
export interface Exception {
  /** Matches decoded paths without a version. */
  readonly paths: RegExp;
  readonly needs: string;
}

/** What opens operations. */
export interface Rules {
  readonly requirementOf: (operation: Operation) => Requirement;
  /** Which paths of an operation need more than that. */
  readonly exceptionsOf?: (operation: Operation) => readonly Exception[];
}

/** What one client holds: a decision for every operation there is, and powers. */
export interface Grant {
  readonly decisions: ReadonlyMap<OperationName, Decision>;
  readonly powers: PowerSet;
  /** Where its powers are written, for who wants to change them: a setting, or a place in the policy file. */
  readonly powersPlace: string;
  /** Set where nothing is written there, and the powers are from elsewhere: who adds one writes them too. */
  readonly powersUnwritten?: true;
  /** Where in the policy file stands what opens operations; undefined for the environment, whose switches need no place. */
  readonly openingPlace?: string;
  /** What is said of operations that have no decision, which are closed. */
  readonly closedBecause?: string;
  /** Set where what is not held is let through and recorded, to learn what a client needs. What is malformed stays refused. */
  readonly warns?: true;
  /** Set where the client learns: what it asks for is looked into and recorded whatever it holds, and a ceiling opens more. */
  readonly learns?: Learning;
  /** Set where the client may touch some objects only, read some of what they are, or marks what it makes. */
  readonly objects?: ClientObjects;
}

/** What a client that learns may do besides what its grant opens. */
export interface Learning {
  /** What the ceiling opens, be it open without it or not: the grant's own decision goes first. */
  readonly opens: ReadonlyMap<OperationName, AllowDecision>;
  /** What the requests are held to that pass by the ceiling alone: no more than the grant's powers, and than `default`. */
  readonly powers: PowerSet;
  /** The operations whose path names an object, of which the engine is asked for the record. */
  readonly named: ReadonlyMap<OperationName, UseOfOne>;
  /** Where the ceiling is written, or would be: `clients.dashboard.within`. */
  readonly place: string;
}

/** Holds nothing, as somebody does who is no client; `reason` says who could be one. */
export function grantOfNobody(reason: string): Grant {
  return { decisions: new Map(), powers: noPower, powersPlace: "", closedBecause: reason };
}

/** Where the environment says what requests may ask for. */
export const POWERS_SETTING = "QUAYGATE_POWERS";
/** Where it says whether whoever calls learns. */
export const MODE_SETTING = "QUAYGATE_MODE";
/** Where it says what passes besides then. */
export const WITHIN_SETTING = "QUAYGATE_WITHIN";

/** The powers that a request is held to. */
export function heldBy(grant: Grant, { held }: Pick<Allow, "held">): PowerSet {
  return held ?? grant.powers;
}

/** Says where a power is to be added, and beside which ones where nothing is written there yet. */
export function explainPowersPlace({ powers, powersPlace, powersUnwritten }: Grant): string {
  return powersUnwritten === true ? `${powersPlace}, beside ${powers.entries.join(",")}` : powersPlace;
}

/** The same of what a request lacks: a power is of no use where only a ceiling lets the operation through, and `default` lacks it. */
export function explainHeldPlace(
  grant: Grant,
  { held, operation }: Pick<Allow, "held" | "operation">,
): string {
  const place = explainPowersPlace(grant);
  return held === undefined
    ? place
    : `${place}; and open ${operation.name}${inPlace(grant.openingPlace)}, for what only the ceiling of learn opens has no more than default`;
}

/** What is said of an operation that no switch opens. */
export const NOTHING_OPENS_IT = "no setting opens it";

/**
 * Decides every operation of the catalogue from switches, once, so that a request costs one look-up. Of what no switch
 * opens, `closedRemedyOf` says what could. Switches of a policy file have the place of their client: `clients.ops`.
 */
export function grantFromSwitches(
  { requirementOf, exceptionsOf }: Rules,
  isOn: (name: string) => boolean,
  closedRemedyOf: (operation: Operation) => string = () => NOTHING_OPENS_IT,
  powers: PowerSet = everyPower,
  client?: string,
): Grant {
  const openingPlace = client === undefined ? undefined : `${client}.switches`;
  return {
    powers,
    powersPlace: client === undefined ? POWERS_SETTING : `${client}.powers`,
    ...(openingPlace === undefined ? {} : { openingPlace }),
    decisions: new Map(
      catalogue.map((operation) => {
        const ways = requirementOf(operation);
        const decision: Decision =
          ways.length === 0
            ? { kind: "deny", rule: "closed", missing: [], remedy: closedRemedyOf(operation) }
            : decideFromSwitches(ways, isOn, inPlace(openingPlace), {
                restricted: restrictedPowers(operation.name, powers),
                exceptions: (exceptionsOf?.(operation) ?? []).filter(({ needs }) => !isOn(needs)),
              });
        return [operation.name, decision];
      }),
    ),
  };
}

/** Tells whether powers, or a scope that looks into all, limit what an open operation gives away. */
export function isLimited({ restricted }: Pick<AllowDecision, "restricted">): boolean {
  return restricted !== undefined && restricted.isAlwaysRead !== true;
}

/** The same of powers alone: a scope has requests looked into also where all powers are held. */
export function isLimitedBy(powers: PowerSet, name: OperationName): boolean {
  return isLimited({ restricted: restrictedPowers(name, powers) });
}

/** What an operation's requests may ask for, unless all of it is held: then nobody has to look. */
export function restrictedPowers(name: OperationName, powers: PowerSet): OperationPowers | undefined {
  const asks = operationPowers.get(name);
  if (asks === undefined || asks.isAlwaysRead === true) return asks;
  return holdsAllOf(powers, asks) ? undefined : asks;
}

/** Tells whether all is held that an operation's requests may ask for. */
export function holdsAllOf(held: PowerSet, asks: OperationPowers): boolean {
  return [...nounsOf(asks)].every((noun) => held.holdsAll(noun));
}

function decideFromSwitches(
  ways: Requirement,
  isOn: (name: string) => boolean,
  place: string,
  limits: Pick<AllowDecision, "restricted" | "exceptions">,
): Decision {
  const open = openWay(ways, isOn);
  if (open !== undefined) {
    return { kind: "allow", rule: explainWays([open]), ...limits };
  }
  const missing = missingWays(ways, isOn);
  return {
    kind: "deny",
    rule: explainWays(ways),
    missing: clausesOf(missing),
    remedy: `needs ${explainWays(missing)}${place}`,
  };
}

/** Where it is to be written, behind what it is. */
export function inPlace(openingPlace: string | undefined): string {
  return openingPlace === undefined ? "" : ` in ${openingPlace}`;
}
