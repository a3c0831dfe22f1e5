import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/read-settings.ts";
import { tecnativaSwitches } from "../../src/config/tecnativa.ts";
import { type OperationName, operations } from "../../src/docker/operations.ts";
import type { Decision, Grant } from "../../src/policy/grant.ts";

const names = [...tecnativaSwitches.keys()];
const anySwitch = fc.constantFrom(...names);
const anyOn = fc.uniqueArray(anySwitch);

describe("a switch", () => {
  test("that is turned off never widens what is allowed", () => {
    fc.assert(
      fc.property(anyOn, anySwitch, (on, name) => {
        const before = allowed(grantOf(on));
        const after = allowed(grantOf(on.filter((other) => other !== name)));
        expect(after.filter((operation) => !before.includes(operation))).toEqual([]);
      }),
    );
  });

  test("that is turned on never narrows what is allowed", () => {
    fc.assert(
      fc.property(anyOn, anySwitch, (on, name) => {
        const before = allowed(grantOf(on));
        const after = allowed(grantOf([...on, name]));
        expect(before.filter((operation) => !after.includes(operation))).toEqual([]);
      }),
    );
  });

  test("that a denial names as missing opens the operation together with the others that it names", () => {
    fc.assert(
      fc.property(anyOn, fc.constantFrom(...operations), fc.nat(), (on, { name }, choice) => {
        const decision = decisionOf(grantOf(on), name);
        if (decision.kind === "deny" && decision.rule !== "closed") {
          const wanted = decision.missing.map((clause) => {
            const settings = clause.split("|");
            return settings[choice % settings.length]?.replace("=1", "") ?? "";
          });
          expect(decisionOf(grantOf([...on, ...wanted]), name).kind).toBe("allow");
          expect(decisionOf(grantOf([...on, ...wanted.slice(1)]), name).kind).toBe("deny");
        }
      }),
      { numRuns: 500 },
    );
  });

  test("that an opening names as its rule opens it alone, and nothing less does", () => {
    fc.assert(
      fc.property(anyOn, fc.constantFrom(...operations), (on, { name }) => {
        const decision = decisionOf(grantOf(on), name);
        if (decision.kind === "allow") {
          const rule = decision.rule.split(" and ").map((setting) => setting.replace("=1", ""));
          expect(rule.filter((setting) => !on.includes(setting))).toEqual([]);
          expect(decisionOf(grantOf(rule), name)).toEqual(decision);
          expect(decisionOf(grantOf(rule.slice(1)), name).kind).toBe("deny");
        }
      }),
      { numRuns: 500 },
    );
  });
});

function grantOf(on: readonly string[]): Grant {
  const settings = readSettings(
    Object.fromEntries(names.map((name) => [name, on.includes(name) ? "1" : "0"])),
    { terminal: false },
  );
  if (!settings.ok) {
    throw new Error("the switches are no problem");
  }
  return settings.value.grant;
}

function decisionOf(grant: Grant, name: OperationName): Decision {
  const decision = grant.decisions.get(name);
  if (decision === undefined) {
    throw new Error(`${name} has no decision`);
  }
  return decision;
}

function allowed({ decisions }: Grant): readonly OperationName[] {
  return [...decisions].filter(([, { kind }]) => kind === "allow").map(([name]) => name);
}
