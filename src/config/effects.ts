import type { Operation } from "../docker/operations.ts";
import type { Grant } from "../policy/grant.ts";
import { explainWays, missingWays, openWay, type Requirement } from "../policy/requirement.ts";
import type { Dialect } from "./dialect.ts";
import type { Environment } from "./environment.ts";
import { companions, substitutes } from "./journeys.ts";
import { explainOpen, openingOf, remedyOf } from "./open-operations.ts";
import type { Problem } from "./problem.ts";
import type { Switches } from "./switch.ts";

/** With more ways than this, the list of what is missing tells a person nothing. */
const MOST_WAYS = 6;

/**
 * Says of the switches that were set which of them do not do what they say: they open nothing, close nothing, or open what
 * is of no use. Worked out from the ways that decide requests, so that it holds for every switch of every dialect.
 */
export function effectWarnings(
  environment: Environment,
  dialect: Dialect,
  switches: Switches,
  grant: Grant,
): readonly Problem[] {
  const set = [...dialect.switches.keys()].filter((name) => (environment[name] ?? "").trim() !== "");
  const rows = dialect.operations.map((operation) => ({ operation, ways: dialect.requirementOf(operation) }));
  const isOn = (name: string): boolean => switches.isOn(name);
  return [
    ...set.flatMap((name) =>
      tell(name, isOn(name) ? opensNothing(name, rows, isOn) : closesNothing(name, rows, isOn, grant)),
    ),
    ...set.filter(isOn).flatMap((name) => tell(name, opensInVain(name, rows, isOn, grant))),
    ...set.filter((name) => !isOn(name)).flatMap((name) => tell(name, isDoneOtherwise(name, rows, grant))),
  ];
}

function tell(setting: string, message: string | undefined): readonly Problem[] {
  return message === undefined ? [] : [{ setting, message }];
}

/** An operation and the ways to open it. */
interface Row {
  readonly operation: Operation;
  readonly ways: Requirement;
}

type IsOn = (name: string) => boolean;

function opensNothing(name: string, rows: readonly Row[], isOn: IsOn): string | undefined {
  const ways = rows.flatMap((row) => row.ways).filter((way) => way.includes(name));
  if (openWay(ways, isOn) !== undefined) {
    return undefined;
  }
  const missing = missingWays(ways, isOn);
  return missing.length > MOST_WAYS
    ? `${name} opens nothing: it only adds to other switches, and none of those is on`
    : `${name} opens nothing: it needs ${explainWays(missing)}`;
}

/** A switch that is off, where a wider one opens the same. The narrowest ways stand first. */
function closesNothing(name: string, rows: readonly Row[], isOn: IsOn, grant: Grant): string | undefined {
  const open = rows
    .filter(({ ways }) => {
      const way = openWay(ways, isOn);
      const own = ways.findIndex((each) => each.includes(name));
      return way !== undefined && own !== -1 && own < ways.indexOf(way);
    })
    .map(({ operation }) => operation);
  return open.length === 0 ? undefined : `${name} is off, and yet ${explainOpen(open, grant)}`;
}

function opensInVain(name: string, rows: readonly Row[], isOn: IsOn, grant: Grant): string | undefined {
  for (const { operation, needs, because } of companions) {
    const way = openWay(rows.find((row) => row.operation.name === operation)?.ways ?? [], isOn);
    const [first] = needs;
    if (
      first !== undefined &&
      way?.at(-1) === name &&
      needs.every((need) => openingOf(grant, need) === undefined)
    ) {
      return `${name} opens ${operation}, but ${first}, ${because}, is closed: ${remedyOf(grant, first)}`;
    }
  }
  return undefined;
}

/** What is held to powers may still be refused, and is no way around. */
function isDoneOtherwise(name: string, rows: readonly Row[], grant: Grant): string | undefined {
  for (const { operation, by, does } of substitutes) {
    const ways = rows.find((row) => row.operation.name === operation)?.ways ?? [];
    const openings = by.map((other) => openingOf(grant, other));
    const isWayAround = openings.every(
      (opening) => opening !== undefined && opening.restricted === undefined,
    );
    if (isWayAround && openingOf(grant, operation) === undefined && ways.some((way) => way.includes(name))) {
      const others = by.map((other, at) => `${other} (${openings[at]?.rule ?? ""})`).join(" and ");
      return `${name} is off, and yet ${others} ${does}`;
    }
  }
  return undefined;
}
