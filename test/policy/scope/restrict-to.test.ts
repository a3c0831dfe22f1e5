import { describe, expect, test } from "vitest";
import { operationAnswers } from "../../../src/docker/answers/operation-answers.ts";
import { unreadAnswers } from "../../../src/docker/answers/unread-answers.ts";
import { operationObjects } from "../../../src/docker/objects/operation-objects.ts";
import { catalogue, type OperationName } from "../../../src/docker/operations.ts";
import type { Decision, Grant } from "../../../src/policy/grant.ts";
import { makeScope } from "../../../src/policy/scope/make-scope.ts";
import type { ClientObjects } from "../../../src/policy/scope/object-terms.ts";
import { restrictTo } from "../../../src/policy/scope/restrict-to.ts";
import { makeView } from "../../../src/policy/view/make-view.ts";
import type { View } from "../../../src/policy/view/view.ts";
import { grantOf } from "../grants.ts";

const everything = grantOf("everything");
const scope = makeScope("ci", [{ own: true }]);
const view: View = { hides: () => true, hidesLabel: () => true, isStrict: false, text: "hide env" };
const NONE: ClientObjects = { scope: undefined, view: undefined, stamps: new Map() };
const CLOSED_FOR_VIEW = "a client with a view can't do it, because nothing can be hidden in what it answers";
const STAMPS = new Map([["team", "a"]]);
function decisionOf(
  name: OperationName,
  objects: Partial<ClientObjects>,
  grant: Grant = everything,
): Decision | undefined {
  return restrictTo(grant, { ...NONE, ...objects }).decisions.get(name);
}

describe("a grant with a scope", () => {
  test("closes what can't be kept to one, and says why", () => {
    for (const { name } of catalogue) {
      const use = operationObjects[name];
      const before = everything.decisions.get(name);
      if (use.use !== "closed" || before?.kind !== "allow") continue;
      expect(decisionOf(name, { scope })).toEqual({
        kind: "deny",
        rule: before.rule,
        missing: [],
        remedy: `a client with a scope can't do it, because ${use.because}`,
        closedBy: "scope",
      });
    }
  });

  test("has every answer read that tells of all objects", () => {
    for (const { name } of catalogue) {
      const use = operationObjects[name];
      if (use.use !== "list" && use.use !== "events" && use.use !== "usage") continue;
      if (everything.decisions.get(name)?.kind !== "allow") continue;
      const answer = operationAnswers.get(name);
      expect(answer).toBeDefined();
      expect(decisionOf(name, { scope })).toMatchObject({ kind: "allow", objects: { scope, answer, use } });
    }
  });

  test("has the object of a path looked up, and the rest judged, also where all powers are held", () => {
    expect(everything.decisions.get("ContainerExec")).toMatchObject({ restricted: undefined });
    const decision = decisionOf("ContainerExec", { scope });
    expect(decision).toMatchObject({ objects: { scope, use: { use: "one", kind: "container", behind: 1 } } });
    expect(decision).toHaveProperty("restricted.body");
  });

  test("has the filters of events judged, which ask for no power", () => {
    expect(everything.decisions.get("SystemEvents")).toMatchObject({ restricted: undefined });
    expect(decisionOf("SystemEvents", { scope })).toHaveProperty("restricted.query");
  });

  test.each(["SystemPing", "SystemPingHead", "RouteOptions"] as const)(
    "leaves %s as it is: it is about no object, and tells of none",
    (name) => {
      expect(decisionOf(name, { scope })).toEqual(everything.decisions.get(name));
    },
  );

  test("opens nothing that was closed, and is held also where the grant only warns", () => {
    const grant: Grant = { ...grantOf("CONTAINERS=1"), warns: true };
    const held = restrictTo(grant, { ...NONE, scope });
    expect(held.decisions.get("ContainerStop")).toEqual(grant.decisions.get("ContainerStop"));
    expect(held).not.toHaveProperty("warns");
    expect(held.objects?.scope).toBe(scope);
  });
});

describe("a grant with a view", () => {
  test("has filters judged, also where all powers are held", () => {
    expect(everything.decisions.get("SystemEvents")).toMatchObject({ restricted: undefined });
    expect(decisionOf("SystemEvents", { view })).toHaveProperty("restricted.query");
  });

  test("has every answer read that a table knows, and closes all others that are no mere bytes", () => {
    for (const { name } of catalogue) {
      const before = everything.decisions.get(name);
      if (before?.kind !== "allow") continue;
      const answer = operationAnswers.get(name);
      const decision = decisionOf(name, { view });
      if (answer !== undefined) expect(decision).toMatchObject({ kind: "allow", objects: { view, answer } });
      // Why it is none is read.
      else if (unreadAnswers.has(name)) expect(decision).toMatchObject({ kind: "allow", objects: { view } });
      else
        expect(decision).toMatchObject({
          kind: "deny",
          missing: [],
          remedy: CLOSED_FOR_VIEW,
          closedBy: "view",
        });
    }
  });
});

test("a grant whose view hides nothing that a reason may tell leaves mere bytes as they are", () => {
  const ofEnvironment = makeView({ hide: ["env", "labels"] });
  for (const name of unreadAnswers.keys()) {
    const before = everything.decisions.get(name);
    if (before?.kind === "allow") expect(decisionOf(name, { view: ofEnvironment })).toBe(before);
  }
});

describe("a grant with stamps alone", () => {
  test.each(["ContainerCreate", "VolumeCreate", "ImageBuild", "ServiceUpdate"] as const)(
    "has what %s makes judged",
    (name) => {
      const decision = decisionOf(name, { stamps: STAMPS });
      expect(decision).toMatchObject({ objects: { stamps: STAMPS, answer: undefined } });
      expect(decision).toHaveProperty("restricted");
    },
  );

  test("looks at nothing else", () => {
    for (const { name } of catalogue) {
      const { use } = operationObjects[name];
      if (use === "create" || /^(?:Service|Secret|Config)Update$/u.test(name)) continue;
      expect(decisionOf(name, { stamps: STAMPS })).toEqual(everything.decisions.get(name));
    }
  });
});

test("a client that nothing concerns has the very decisions that it had", () => {
  const { decisions } = restrictTo(everything, NONE);
  for (const [name, decision] of everything.decisions) expect(decisions.get(name)).toBe(decision);
});
