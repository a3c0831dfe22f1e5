import { type Operation, type OperationName, operations } from "../docker/operations.ts";
import { explainClauses, missingClauses, type Requirement } from "./requirement.ts";

/** What was decided about one operation before any request came. */
export type Decision =
  | {
      readonly kind: "allow";
      /** The settings that opened it. */
      readonly rule: string;
    }
  | {
      readonly kind: "deny";
      /** The rule that keeps it closed. */
      readonly rule: string;
      /** Each entry must come true; alternatives stand in one entry, joined by `|`. */
      readonly missing: readonly string[];
      /** What would allow it, as the end of a sentence. */
      readonly remedy: string;
    };

/** What one client holds: a decision for every operation there is. */
export interface Grant {
  readonly decisions: ReadonlyMap<OperationName, Decision>;
}

/** Decides every operation of the catalogue from switches, once, so that a request costs one look-up. */
export function grantFromSwitches(
  requirementOf: (operation: Operation) => Requirement,
  isOn: (name: string) => boolean,
): Grant {
  return {
    decisions: new Map(
      operations.map((operation) => [operation.name, decideFromSwitches(requirementOf(operation), isOn)]),
    ),
  };
}

function decideFromSwitches(requirement: Requirement, isOn: (name: string) => boolean): Decision {
  if (requirement === undefined) {
    return { kind: "deny", rule: "closed", missing: [], remedy: "no setting opens it" };
  }
  const missing = missingClauses(requirement, isOn);
  return missing.length === 0
    ? { kind: "allow", rule: explainOpening(requirement, isOn) }
    : {
        kind: "deny",
        rule: explainClauses(requirement),
        missing: missing.map((clause) => clause.map((name) => `${name}=1`).join("|")),
        remedy: `needs ${explainClauses(missing)}`,
      };
}

function explainOpening(clauses: readonly (readonly string[])[], isOn: (name: string) => boolean): string {
  return explainClauses(clauses.map((clause) => clause.filter((name) => isOn(name)).slice(0, 1)));
}
