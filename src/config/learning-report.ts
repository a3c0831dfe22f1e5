import { catalogue, type OperationName } from "../docker/operations.ts";
import { type Grant, isLimitedBy, MODE_SETTING } from "../policy/grant.ts";
import { nameSome } from "./objects-report.ts";
import { gatherOpenings, HELD_TO_DEFAULT, type Opening } from "./opening.ts";

/** What a client that learns may do besides its grant. */
export interface LearningReport {
  /** How many operations only the ceiling lets through. */
  readonly open: number;
  /** What a client gains by each of its rules, without doubles. */
  readonly openings: readonly Opening[];
}

/** Works out what only the ceiling opens; undefined for a client that does not learn. */
export function learningReportOf(grant: Grant): LearningReport | undefined {
  const { learns } = grant;
  if (learns === undefined) return undefined;
  const names = beyondGrant(grant);
  const openings = catalogue.flatMap(({ name, exposes }) => {
    const opening = names.includes(name) ? learns.opens.get(name) : undefined;
    const mark = isLimitedBy(learns.powers, name) ? HELD_TO_DEFAULT : "";
    return opening === undefined ? [] : [{ rule: opening.rule, exposes: `${exposes}${mark}` }];
  });
  return { open: names.length, openings: gatherOpenings(openings) };
}

/** Says loudly of a client that it learns, and what the gate lets through by that. */
export function learningWarnings(client: string, grant: Grant): readonly string[] {
  const { learns } = grant;
  if (learns === undefined) return [];
  const names = beyondGrant(grant);
  const place = learns.place.endsWith(".within") ? learns.place.replace(/within$/u, "mode") : MODE_SETTING;
  return names.length === 0
    ? [`${client} is learning (${place}): all that it asks for is recorded`]
    : [
        `${client} is learning (${place}): the gate LETS THROUGH more than its grant, by its ceiling (${learns.place}): ${nameSome(names)}`,
      ];
}

/** In the catalogue's order. */
function beyondGrant({ decisions, learns }: Grant): readonly OperationName[] {
  return catalogue.flatMap(({ name }) =>
    learns?.opens.has(name) === true && decisions.get(name)?.kind !== "allow" ? [name] : [],
  );
}
