import { expect, test } from "vitest";
import { decide } from "../../src/policy/decide.ts";
import { grantOf, type OriginalDialect } from "./originals.ts";
import { requestOf } from "./requests.ts";

/** Settings, a request, and what becomes of it: the rule that opens it, or what is missing. */
export type DecisionRow = readonly [settings: string, request: string, decision: string];

/** Stands for all settings of the dialect. */
export const EVERY_SWITCH = "every switch on";

/** Promises what the rows say, and that there is a switch for every operation. */
export function testDecisions(dialect: OriginalDialect, rows: readonly DecisionRow[]): void {
  test.each(rows)("[%s] %s: %s", (words, request, decision) => {
    expect(decisionOf(dialect, words, request)).toBe(decision);
  });

  test("every operation outside the debugging and the OPTIONS ones is opened by some switch", () => {
    const unopened = dialect.operations
      .filter(({ methods, template }) => {
        const path = template.replaceAll(/[{}]|\.\.\./gu, "");
        return decisionOf(dialect, EVERY_SWITCH, `${methods[0] ?? ""} ${path}`).startsWith("deny");
      })
      .map(({ name }) => name);
    expect(unopened.filter((name) => !name.startsWith("Debug"))).toEqual(["RouteOptions"]);
  });
}

function decisionOf({ compat, original }: OriginalDialect, words: string, request: string): string {
  const settings =
    words === EVERY_SWITCH
      ? original.switches.map((name) => [name, "1"] as const)
      : words.split(" ").map((word) => [word.replace(/=.*/u, ""), word.replace(/^[^=]*=?/u, "")] as const);
  const environment = Object.fromEntries(settings.filter(([name]) => name !== ""));
  const [method = "", path = ""] = request.split(" ");
  const verdict = decide(grantOf(compat, environment), requestOf(method, path));
  switch (verdict.kind) {
    case "allow":
      return `allow by ${verdict.rule}`;
    case "deny":
      return `deny, ${verdict.remedy}`;
    case "refuse":
      return `refuse as ${verdict.code}`;
  }
}
