import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeHealth, explainHealth, type Health, isHealthy } from "../../src/admin/health.ts";

const NOON = "2026-01-01T12:00:00.000Z";

const rows: readonly (readonly [health: Health, healthy: boolean, sentence: string])[] = [
  [{ gate: "alive", engine: "reachable" }, true, "gate alive, engine reachable"],
  [{ gate: "draining", engine: "reachable" }, false, "gate draining, engine reachable"],
  [
    { gate: "alive", engine: "unreachable", reason: "no such socket" },
    false,
    "gate alive, engine unreachable: no such socket",
  ],
  [
    { gate: "draining", engine: "unreachable", reason: "no such socket" },
    false,
    "gate draining, engine unreachable: no such socket",
  ],
  [
    { gate: "alive", engine: "reachable", policy: { hash: "3f2a", generation: 2 } },
    true,
    "gate alive, policy 3f2a, generation 2, engine reachable",
  ],
  [
    { gate: "alive", engine: "reachable", learning: ["web", "ci"] },
    true,
    "gate alive, learning: web and ci, engine reachable",
  ],
  // A restart would end a gate whose policy can't be used: that makes it no less well.
  [
    {
      gate: "alive",
      engine: "reachable",
      policy: { hash: "3f2a", generation: 2, rejected: { since: NOON, problems: 1 } },
    },
    true,
    `gate alive, policy 3f2a, generation 2; its file can't be used since ${NOON} (1 problem, which the log tells), engine reachable`,
  ],
];

describe("health of a gate and its engine", () => {
  test.each(rows)("%j is well: %j, in words: %s", (health, healthy, sentence) => {
    expect(isHealthy(health)).toBe(healthy);
    expect(explainHealth(health)).toBe(sentence);
  });

  test.each(rows)("%j is read back as it was", (health) => {
    expect(decodeHealth(JSON.stringify(health))).toEqual(health);
  });
});

describe("what is no health is not taken for it", () => {
  test.each([
    ["nothing", ""],
    ["a page", "<html>alive</html>"],
    ["half an answer", '{"gate":"alive","engine":"reach'],
    ["null", "null"],
    ["a list", '["alive","reachable"]'],
    ["a text", '"alive"'],
    ["one fact alone", '{"gate":"alive"}'],
    ["the other fact alone", '{"engine":"reachable"}'],
    ["a state that there is not", '{"gate":"fine","engine":"reachable"}'],
    ["a state in capitals", '{"gate":"Alive","engine":"reachable"}'],
    ["a state in a list", '{"gate":["alive"],"engine":"reachable"}'],
    ["true for a state", '{"gate":true,"engine":true}'],
    ["an error of the gate", '{"message":"quaygate: health can\'t be read"}'],
  ])("%s", (_, text) => {
    expect(decodeHealth(text)).toBeUndefined();
  });

  test("a reason that is no text is left out, the facts stay", () => {
    expect(decodeHealth('{"gate":"alive","engine":"unreachable","reason":{"a":1}}')).toEqual({
      gate: "alive",
      engine: "unreachable",
    });
  });

  test.each([
    '"3f2a"',
    '{"hash":"3f2a"}',
    '{"hash":1,"generation":1}',
    '{"hash":"3f2a","generation":"1"}',
    "null",
  ])("a policy that is none, %s, is left out, the facts stay", (policy) => {
    expect(decodeHealth(`{"gate":"alive","engine":"reachable","policy":${policy}}`)).toEqual({
      gate: "alive",
      engine: "reachable",
    });
  });

  test("whatever the text is, and without an exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"gate":${json},"engine":${json}}`),
        ),
        (text) => {
          expect(decodeHealth(text)).toBeUndefined();
        },
      ),
    );
  });
});
