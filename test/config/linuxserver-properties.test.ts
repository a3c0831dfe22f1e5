import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linuxserverSwitches } from "../../src/config/linuxserver.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { catalogue, type OperationName } from "../../src/docker/operations.ts";
import type { Decision, Grant } from "../../src/policy/grant.ts";

const names = [...linuxserverSwitches.keys()];
const anySwitch = fc.constantFrom(...names);
const anyOn = fc.uniqueArray(anySwitch, { maxLength: names.length });

describe("a switch of LinuxServer's", () => {
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

  test("opens something alone, or with POST, a section and what keeps it closed", () => {
    const nothing = allowed(grantOf([]));
    const useless = names.filter((name) => {
      const others = ["POST", "CONTAINERS", "ALLOW_ARCHIVE"].filter((other) => other !== name);
      return allowed(grantOf([...others, name])).length === allowed(grantOf(others)).length;
    });
    expect(nothing).toEqual([]);
    expect(useless).toEqual([]);
  });

  test("for a part of Docker's API opens nothing of Podman's own but the lifecycle, and the other way round", () => {
    const isLibpod = (name: OperationName): boolean => name.endsWith("Libpod");
    const lifecycle = /^(?:Container|Pod)(?:Start|Stop|Restart|Kill|Pause|Unpause)Libpod$/u;
    const docker = names.filter((name) => !name.startsWith("LIBPOD_"));
    const podman = names.filter((name) => name.startsWith("LIBPOD_") || name === "POST");
    expect(allowed(grantOf(docker)).filter((name) => isLibpod(name) && !lifecycle.test(name))).toEqual([]);
    expect(allowed(grantOf(podman)).filter((name) => !isLibpod(name))).toEqual([]);
  });

  test("is named by a denial in each entry of what is missing, and one of each opens the operation", () => {
    fc.assert(
      fc.property(anyOn, fc.constantFrom(...catalogue), fc.nat(), (on, { name }, choice) => {
        const decision = decisionOf(grantOf(on), name);
        if (decision.kind === "deny" && decision.rule !== "closed") {
          const wanted = decision.missing.map((clause) => {
            const settings = clause.split("|");
            return settings[choice % settings.length]?.replace("=1", "") ?? "";
          });
          expect(wanted.filter((setting) => on.includes(setting))).toEqual([]);
          expect(decisionOf(grantOf([...on, ...wanted]), name).kind).toBe("allow");
        }
      }),
      { numRuns: 500 },
    );
  });

  test("stays needed: without any setting of one entry of what is missing, all others open nothing", () => {
    fc.assert(
      fc.property(anyOn, fc.constantFrom(...catalogue), fc.nat(), (on, { name }, choice) => {
        const decision = decisionOf(grantOf(on), name);
        if (decision.kind === "deny" && decision.rule !== "closed") {
          const clause = decision.missing[choice % decision.missing.length] ?? "";
          const left = names.filter((setting) => !clause.split("|").includes(`${setting}=1`));
          expect(decisionOf(grantOf(left), name).kind).toBe("deny");
        }
      }),
      { numRuns: 500 },
    );
  });

  test("that an opening names as its rule opens it alone, and nothing less does", () => {
    fc.assert(
      fc.property(anyOn, fc.constantFrom(...catalogue), (on, { name }) => {
        const decision = decisionOf(grantOf(on), name);
        if (decision.kind === "allow") {
          const rule = decision.rule.split(" and ").map((setting) => setting.replace("=1", ""));
          expect(rule.filter((setting) => !on.includes(setting))).toEqual([]);
          expect(decisionOf(grantOf(rule), name)).toEqual(decision);
          for (const one of rule) {
            const less = rule.filter((setting) => setting !== one);
            expect(decisionOf(grantOf(less), name).kind).toBe("deny");
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

function grantOf(on: readonly string[]): Grant {
  const switches = Object.fromEntries(names.map((name) => [name, on.includes(name) ? "1" : "0"]));
  const settings = readSettings({ ...switches, QUAYGATE_COMPAT: "linuxserver" }, { terminal: false });
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
