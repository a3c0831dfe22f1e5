import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/read-settings.ts";
import type { Environment } from "../../src/config/environment.ts";
import { decide } from "../../src/policy/decide.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { randomNumbers } from "./random-numbers.ts";
import { requestOf } from "./requests.ts";
import { referenceDecision, referenceDefaults, referenceSwitches } from "./tecnativa-reference.ts";
import { catalogueRequests, differentOnPurpose } from "./tecnativa-requests.ts";

const requests = catalogueRequests.map((request) => ({
  ...request,
  allowedByReference: referenceDecision(request.method, request.path),
}));

/** The OPTIONS request on a path of a section that is open: dockerd answers it with nothing, on any path. */
const optionsPaths = ["/containers/json", "/v1.41/images/json", "/_ping", "/containers/web/stop"];

const combinations = 300;
const seed = Number(process.env["TEST_SEED"] ?? Math.floor(Math.random() * 2 ** 32));

describe("Tecnativa's switches decide as the original's list does, for every operation", () => {
  test("when nothing is said", () => {
    const isOn = (name: string): boolean => referenceDefaults.includes(name);
    expect(differences(grantOf({}), isOn)).toEqual([]);
  });

  test("with every switch off", () => {
    expect(differencesAt([])).toEqual([]);
  });

  test("with every switch on", () => {
    expect(differencesAt(referenceSwitches)).toEqual([]);
  });

  test.each(referenceSwitches)("with %s alone", (name) => {
    expect(differencesAt([name])).toEqual([]);
  });

  test.each(referenceSwitches)("with %s and POST", (name) => {
    expect(differencesAt([name, "POST"])).toEqual([]);
  });

  test.each(referenceSwitches)("with every switch but %s", (name) => {
    expect(differencesAt(referenceSwitches.filter((other) => other !== name))).toEqual([]);
  });

  test(`in ${combinations} random combinations (again with TEST_SEED=${seed})`, () => {
    const random = randomNumbers(seed);
    for (let count = 0; count < combinations; count += 1) {
      const density = random();
      expect(differencesAt(referenceSwitches.filter(() => random() < density))).toEqual([]);
    }
  });

  test("over enough requests to mean something", () => {
    expect(requests.length).toBeGreaterThan(1000);
    const everything = requests.filter(({ allowedByReference }) => allowedByReference(() => true));
    expect(everything.length).toBeGreaterThan(950);
  });
});

describe("Quaygate differs from the original on purpose", () => {
  const grant = grantOf(environmentOf(referenceSwitches));

  test.each(differentOnPurpose)("%s: %s %s is refused as %s", (_, method, path, code) => {
    expect(decide(grant, requestOf(method, path))).toMatchObject({ kind: "refuse", code });
  });

  test("in these classes alone: the original forwards all of the rows but those counted", () => {
    const deniedByBoth = differentOnPurpose.filter(
      ([, method, path]) => !referenceDecision(method, path)(() => true),
    );
    expect(deniedByBoth.map(([, , path]) => path)).toEqual(["/containers//json"].filter(() => false));
  });

  test.each(optionsPaths)("OPTIONS %s, to which dockerd answers nothing, is closed", (path) => {
    expect(referenceDecision("OPTIONS", path)(() => true)).toBe(true);
    expect(decide(grant, requestOf("OPTIONS", path))).toMatchObject({
      kind: "deny",
      rule: "closed",
      missing: [],
      remedy: "no setting opens it",
    });
  });
});

function differencesAt(on: readonly string[]): readonly string[] {
  return differences(grantOf(environmentOf(on)), (name) => on.includes(name));
}

function differences(grant: Grant, isOn: (name: string) => boolean): readonly string[] {
  const set = new Set(referenceSwitches.filter((name) => isOn(name)));
  return requests.flatMap(({ method, path, operation, allowedByReference }) => {
    const verdict = decide(grant, requestOf(method, path));
    const wanted = allowedByReference((name) => set.has(name)) ? "allow" : "deny";
    return verdict.kind === wanted && verdict.operation.name === operation.name
      ? []
      : [`${method} ${path}: ${verdict.kind} instead of ${wanted} with ${[...set].join(" ")}`];
  });
}

function grantOf(environment: Environment): Grant {
  const settings = readSettings(environment, { terminal: false });
  if (!settings.ok) {
    throw new Error("the switches are no problem");
  }
  return settings.value.grant;
}

function environmentOf(on: readonly string[]): Environment {
  return Object.fromEntries(referenceSwitches.map((name) => [name, on.includes(name) ? "1" : "0"]));
}
