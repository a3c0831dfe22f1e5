import { describe, expect, test } from "vitest";
import { decide } from "../../src/policy/decide.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { grantOf, originals, switchesOn } from "./originals.ts";
import { randomNumbers } from "./random-numbers.ts";
import { requestOf } from "./requests.ts";
import { sampleRequestsOf } from "./sample-requests.ts";

/** OPTIONS requests on paths of sections that are open: an engine answers them with nothing, on any path. */
const optionsPaths = new Map([
  ["tecnativa", ["/containers/json", "/v1.41/images/json", "/_ping", "/containers/web/stop"]],
  ["linuxserver", ["/containers/json", "/_ping", "/v4.3.1/libpod/images/json", "/libpod/pods/web/stop"]],
]);

const combinations = 300;
const seed = Number(process.env["TEST_SEED"] ?? Math.floor(Math.random() * 2 ** 32));

describe.each(originals)("the $compat dialect", ({ compat, original, operations, differences }) => {
  const { switches, defaults, decision } = original;
  const requests = sampleRequestsOf(operations).map((request) => ({
    ...request,
    allowedByOriginal: decision(request.method, request.path),
  }));

  function unequal(grant: Grant, isOn: (name: string) => boolean): readonly string[] {
    const set = new Set(switches.filter((name) => isOn(name)));
    return requests.flatMap(({ method, path, operation, allowedByOriginal }) => {
      const verdict = decide(grant, requestOf(method, path));
      const wanted = allowedByOriginal((name) => set.has(name)) ? "allow" : "deny";
      return verdict.kind === wanted && verdict.operation.name === operation.name
        ? []
        : [`${method} ${path}: ${verdict.kind} instead of ${wanted} with ${[...set].join(" ")}`];
    });
  }

  function unequalAt(on: readonly string[]): readonly string[] {
    return unequal(grantOf(compat, switchesOn(original, on)), (name) => on.includes(name));
  }

  describe("decides as the original's list does, for every operation", () => {
    test("when nothing is said", () => {
      expect(unequal(grantOf(compat, {}), (name) => defaults.includes(name))).toEqual([]);
    });

    test("with every switch off", () => {
      expect(unequalAt([])).toEqual([]);
    });

    test("with every switch on", () => {
      expect(unequalAt(switches)).toEqual([]);
    });

    test.each(switches)("with %s alone", (name) => {
      expect(unequalAt([name])).toEqual([]);
    });

    test.each(switches)("with %s and POST", (name) => {
      expect(unequalAt([name, "POST"])).toEqual([]);
    });

    test.each(switches)("with every switch but %s", (name) => {
      expect(unequalAt(switches.filter((other) => other !== name))).toEqual([]);
    });

    test(`in ${combinations} random combinations (again with TEST_SEED=${seed})`, () => {
      const random = randomNumbers(seed);
      for (let count = 0; count < combinations; count += 1) {
        const density = random();
        expect(unequalAt(switches.filter(() => random() < density))).toEqual([]);
      }
    });

    test("over enough requests to mean something", () => {
      expect(requests.length).toBeGreaterThan(operations.length * 8);
      const opened = requests.filter(({ allowedByOriginal }) => allowedByOriginal(() => true));
      expect(opened.length).toBeGreaterThan(requests.length * 0.9);
    });
  });

  describe("differs from the original on purpose", () => {
    const grant = grantOf(compat, switchesOn(original, switches));

    test.each(differences)("%s: %s %s is refused as %s", (_, method, path, code) => {
      expect(decide(grant, requestOf(method, path))).toMatchObject({ kind: "refuse", code });
    });

    test("in these classes alone: the original forwards all of the rows", () => {
      const deniedByBoth = differences.filter(([, method, path]) => !decision(method, path)(() => true));
      expect(deniedByBoth).toEqual([]);
    });

    test.each(optionsPaths.get(compat) ?? [])(
      "OPTIONS %s, to which an engine answers nothing, is closed",
      (path) => {
        expect(decision("OPTIONS", path)(() => true)).toBe(true);
        expect(decide(grant, requestOf("OPTIONS", path))).toMatchObject({
          kind: "deny",
          rule: "closed",
          missing: [],
          remedy: "no setting opens it",
        });
      },
    );
  });
});
