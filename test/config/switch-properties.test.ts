import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OperationName } from "../../src/docker/operations.ts";
import type { Decision, Grant } from "../../src/policy/grant.ts";
import { linuxserverOriginal } from "./linuxserver-original.ts";
import { grantOf, originals, switchesOn } from "./originals.ts";

describe.each(originals)("a switch of the $compat dialect", ({ compat, original, operations }) => {
  const { switches } = original;
  const anySwitch = fc.constantFrom(...switches);
  const anyOn = fc.uniqueArray(anySwitch, { maxLength: switches.length });
  const anyOperation = fc.constantFrom(...operations);
  const grantWith = (on: readonly string[]): Grant => grantOf(compat, switchesOn(original, on));

  test("that is turned off never widens what is allowed", () => {
    fc.assert(
      fc.property(anyOn, anySwitch, (on, name) => {
        const before = allowed(grantWith(on));
        const after = allowed(grantWith(on.filter((other) => other !== name)));
        expect(after.filter((operation) => !before.includes(operation))).toEqual([]);
      }),
    );
  });

  test("that is turned on never narrows what is allowed", () => {
    fc.assert(
      fc.property(anyOn, anySwitch, (on, name) => {
        const before = allowed(grantWith(on));
        const after = allowed(grantWith([...on, name]));
        expect(before.filter((operation) => !after.includes(operation))).toEqual([]);
      }),
    );
  });

  test("opens something together with POST, a section and what keeps it closed", () => {
    const useless = switches.filter((name) => {
      const others = ["POST", "CONTAINERS", "ALLOW_ARCHIVE"].filter((other) => other !== name);
      // These open what CONTAINERS opens as well.
      const without = compat === "tecnativa" && name.startsWith("ALLOW_") ? ["POST"] : others;
      return allowed(grantWith([...without, name])).length === allowed(grantWith(without)).length;
    });
    expect(allowed(grantWith([]))).toEqual([]);
    expect(useless).toEqual([]);
  });

  test("is named by a denial in each entry of what is missing, and one of each opens the operation", () => {
    fc.assert(
      fc.property(anyOn, anyOperation, fc.nat(), (on, { name }, choice) => {
        const decision = decisionOf(grantWith(on), name);
        if (decision.kind === "deny" && decision.rule !== "closed") {
          const wanted = decision.missing.map((clause) => {
            const settings = clause.split("|");
            return settings[choice % settings.length]?.replace("=1", "") ?? "";
          });
          expect(wanted.filter((setting) => on.includes(setting))).toEqual([]);
          expect(decisionOf(grantWith([...on, ...wanted]), name).kind).toBe("allow");
        }
      }),
      { numRuns: 500 },
    );
  });

  test("stays needed: without any setting of one entry of what is missing, all others open nothing", () => {
    fc.assert(
      fc.property(anyOn, anyOperation, fc.nat(), (on, { name }, choice) => {
        const decision = decisionOf(grantWith(on), name);
        if (decision.kind === "deny" && decision.rule !== "closed") {
          const clause = decision.missing[choice % decision.missing.length] ?? "";
          const left = switches.filter((setting) => !clause.split("|").includes(`${setting}=1`));
          expect(decisionOf(grantWith(left), name).kind).toBe("deny");
        }
      }),
      { numRuns: 500 },
    );
  });

  test("that an opening names as its rule opens it alone, and nothing less does", () => {
    fc.assert(
      fc.property(anyOn, anyOperation, (on, { name }) => {
        const decision = decisionOf(grantWith(on), name);
        if (decision.kind === "allow") {
          const rule = decision.rule.split(" and ").map((setting) => setting.replace("=1", ""));
          expect(rule.filter((setting) => !on.includes(setting))).toEqual([]);
          expect(decisionOf(grantWith(rule), name)).toEqual(decision);
          for (const one of rule) {
            const less = rule.filter((setting) => setting !== one);
            expect(decisionOf(grantWith(less), name).kind).toBe("deny");
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("LinuxServer's switches for Docker's API open nothing of Podman's own but the lifecycle, and the other way round", () => {
  const grantWith = (on: readonly string[]): Grant =>
    grantOf("linuxserver", switchesOn(linuxserverOriginal, on));
  const isLibpod = (name: OperationName): boolean => name.endsWith("Libpod");
  const lifecycle = /^(?:Container|Pod)(?:Start|Stop|Restart|Kill|Pause|Unpause)Libpod$/u;
  const { switches } = linuxserverOriginal;
  const docker = switches.filter((name) => !name.startsWith("LIBPOD_"));
  const podman = switches.filter((name) => name.startsWith("LIBPOD_") || name === "POST");
  expect(allowed(grantWith(docker)).filter((name) => isLibpod(name) && !lifecycle.test(name))).toEqual([]);
  expect(allowed(grantWith(podman)).filter((name) => !isLibpod(name))).toEqual([]);
});

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
