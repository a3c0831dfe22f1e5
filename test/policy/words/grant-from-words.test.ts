import { describe, expect, test } from "vitest";
import { catalogue } from "../../../src/docker/operations.ts";
import { isLimited } from "../../../src/policy/grant.ts";
import { everyPower, noPower } from "../../../src/policy/power-set.ts";
import { grantFromWords, withDenied } from "../../../src/policy/words/grant-from-words.ts";
import { grantOf } from "../grants.ts";
import { grantOfWords, openIn, wordOf } from "./words.ts";

const place = "clients.dashboard";

describe("a grant from words", () => {
  const grant = grantOfWords(["containers:read", "SystemInfo"], ["ContainerStats"]);

  test("has a decision for every operation of the catalogue", () => {
    expect([...grant.decisions.keys()]).toEqual(catalogue.map(({ name }) => name));
  });

  test("opens what a word of allow selects, by that word", () => {
    expect(grant.decisions.get("ContainerList")).toMatchObject({ kind: "allow", rule: "containers:read" });
    expect(grant.decisions.get("SystemInfo")).toMatchObject({ kind: "allow", rule: "SystemInfo" });
  });

  test("says of what is closed which words open it, and where", () => {
    expect(grantOfWords([]).decisions.get("ContainerList")).toEqual({
      kind: "deny",
      rule: "ContainerList",
      missing: ["ContainerList"],
      remedy: "needs ContainerList (or containers:read) in clients.dashboard.allow",
    });
    expect(grantOfWords([]).decisions.get("RouteOptions")).toMatchObject({
      remedy: "needs RouteOptions in clients.dashboard.allow",
    });
  });

  test("closes what a word of deny selects, and says that nothing that is added would open it", () => {
    expect(grant.decisions.get("ContainerStats")).toEqual({
      kind: "deny",
      rule: "deny ContainerStats",
      missing: [],
      remedy: 'denied by "ContainerStats" in clients.dashboard.deny',
    });
  });

  test("names a preset whose word opened an operation", () => {
    const words = [wordOf("ContainerList")];
    const { decisions } = grantFromWords({
      allow: [
        { name: "traefik", words },
        { name: undefined, words: [wordOf("SystemInfo")] },
      ],
      deny: [],
      powers: everyPower,
      place,
    });
    expect(decisions.get("ContainerList")).toMatchObject({ rule: "ContainerList of traefik" });
    expect(decisions.get("SystemInfo")).toMatchObject({ rule: "SystemInfo" });
  });

  test("names the narrowest of several words, in any order", () => {
    for (const allow of [
      ["*", "containers:read", "ContainerList", "GET /containers/json"],
      ["GET /containers/json", "ContainerList", "containers:read", "*"],
    ]) {
      expect(grantOfWords(allow).decisions.get("ContainerList")).toMatchObject({ rule: "ContainerList" });
      expect(grantOfWords(["*"], allow).decisions.get("ContainerList")).toMatchObject({
        rule: "deny ContainerList",
      });
    }
  });

  test("holds what it opens to the powers that it has, and to none where all are held", () => {
    const words = [wordOf("ContainerCreate")];
    const of = (powers: typeof everyPower): boolean[] =>
      [...grantFromWords({ allow: [{ name: undefined, words }], deny: [], powers, place }).decisions.values()]
        .filter((decision) => decision.kind === "allow")
        .map((decision) => isLimited(decision));
    expect(of(everyPower)).toEqual([false]);
    expect(of(noPower)).toEqual([true]);
  });
});

test("words of deny close what switches opened, and nothing else", () => {
  const switched = grantOf("CONTAINERS=1");
  const denied = withDenied(switched, [wordOf("ContainerExport"), wordOf("ImageList")], place);
  expect(openIn(switched)).toContain("ContainerExport");
  expect(openIn(denied)).toEqual(openIn(switched).filter((name) => name !== "ContainerExport"));
  expect(denied.decisions.get("ContainerInspect")).toBe(switched.decisions.get("ContainerInspect"));
});
