import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linuxserver } from "../../../src/config/linuxserver.ts";
import { tecnativa } from "../../../src/config/tecnativa.ts";
import { catalogue, type Operation } from "../../../src/docker/operations.ts";
import { type EnginePath, parsePath } from "../../../src/docker/path.ts";
import type { Noun } from "../../../src/docker/powers/nouns.ts";
import { decideOperation } from "../../../src/policy/decide.ts";
import { type Grant, grantFromSwitches } from "../../../src/policy/grant.ts";
import { decidePowers } from "../../../src/policy/judge.ts";
import { withCeiling } from "../../../src/policy/learn/learning-grant.ts";
import { parseWithin } from "../../../src/policy/learn/within.ts";
import { defaultPowers, parsePowerSet, type PowerSet } from "../../../src/policy/power-set.ts";
import { makeScope } from "../../../src/policy/scope/make-scope.ts";
import { restrictTo } from "../../../src/policy/scope/restrict-to.ts";
import { makeView } from "../../../src/policy/view/make-view.ts";
import { withDenied } from "../../../src/policy/words/grant-from-words.ts";
import type { Word } from "../../../src/policy/words/word.ts";

function wordsOf(texts: readonly string[]): readonly Word[] {
  return texts.map((text) => {
    const word = parseWithin(text);
    return word.ok ? word.value : expect.fail(`${text} is no word`);
  });
}

function powersOf(text: string): PowerSet {
  const set = parsePowerSet(text);
  return set.ok ? set.value : expect.fail(`${text} is no list of powers`);
}

/** A path at which an operation is, as the engine has it. */
function pathOf({ template }: Operation, word = "a"): EnginePath {
  const path = parsePath(`/${template.slice(1).replaceAll(/\{[^}]*\}/gu, word)}`);
  return path.ok ? path.value : expect.fail(`${template} has no path`);
}

/** Powers of every sort: in `default` and not, with a value and without, the host itself. */
const ASKED: readonly { readonly noun: Noun; readonly value: string }[] = [
  { noun: "privileged", value: "" },
  { noun: "bind", value: "/etc" },
  { noun: "bind", value: "/srv/a" },
  { noun: "cap", value: "CHOWN" },
  { noun: "cap", value: "SYS_ADMIN" },
  { noun: "image", value: "docker.io/library/nginx:latest" },
  { noun: "volume", value: "data" },
  { noun: "registry", value: "registry.example" },
  { noun: "swarm", value: "tokens" },
  { noun: "podman", value: "SecretInspectLibpod" },
  { noun: "ps-options", value: "e" },
  { noun: "config", value: "(any)" },
];

/** Which operations a grant opens, and which powers each of them may ask for. */
function openedBy(grant: Grant): ReadonlySet<string> {
  return new Set(
    catalogue.flatMap((operation) => {
      const verdict = decideOperation(grant, operation, pathOf(operation));
      if (verdict.kind === "deny") return [];
      const held = ASKED.filter(
        (power) => decidePowers(grant, verdict, [{ ...power, place: "" }]).kind === "allow",
      );
      return [operation.name, ...held.map(({ noun, value }) => `${operation.name} with ${noun}:${value}`)];
    }),
  );
}

/** What the words of a ceiling open, with what both `default` and these powers hold. */
function ceilingOf(within: readonly Word[], deny: readonly Word[], powers: PowerSet): ReadonlySet<string> {
  const closed = new Set(deny.flatMap(({ operations }) => operations.map(({ name }) => name)));
  const opened = new Set(within.flatMap(({ operations }) => operations.map(({ name }) => name)));
  const held = ASKED.filter((power) => defaultPowers().holds(power) && powers.holds(power));
  return new Set(
    [...opened].flatMap((name) =>
      closed.has(name) ? [] : [name, ...held.map(({ noun, value }) => `${name} with ${noun}:${value}`)],
    ),
  );
}

const dialects = fc.constantFrom(tecnativa, linuxserver);
const lists = fc.constantFrom(
  "all",
  "default",
  "none",
  "image:docker.io/library/nginx",
  "default,-image,bind:/srv/**",
  "default,cap",
  "all,-bind,-cap:CHOWN",
);
const words = fc.uniqueArray(
  fc.constantFrom(
    "default",
    "none",
    "containers:logs",
    "containers:create",
    "exec",
    "swarm",
    "Container*",
    "*Libpod",
    "GET /**",
    "* /**",
  ),
  { maxLength: 3 },
);

const settings = fc.record({
  dialect: dialects,
  on: fc.func(fc.boolean()),
  powers: lists,
  within: words,
  deny: words,
});

function grantsOf({
  dialect,
  on,
  powers,
  within,
  deny,
}: typeof settings extends fc.Arbitrary<infer Value> ? Value : never): {
  readonly enforcing: Grant;
  readonly learning: Grant;
  readonly ceiling: ReadonlySet<string>;
} {
  const [held, opens, closes] = [powersOf(powers), wordsOf(within), wordsOf(deny)];
  const open = grantFromSwitches(dialect, (name) => on(name), undefined, held, "clients.a");
  const enforcing = withDenied(open, closes, "clients.a");
  return {
    enforcing,
    learning: withCeiling(enforcing, opens, closes, "clients.a.within"),
    ceiling: ceilingOf(opens, closes, held),
  };
}

describe("whatever the settings are", () => {
  test("who learns may do what its grant or its ceiling opens: no operation and no power more, and none less", () => {
    fc.assert(
      fc.property(settings, (set) => {
        const { enforcing, learning, ceiling } = grantsOf(set);
        expect(new Set([...openedBy(enforcing), ...ceiling])).toEqual(openedBy(learning));
      }),
      { numRuns: 60 },
    );
  });

  test("a scope and a view keep from the ceiling what they keep from the grant", () => {
    const scope = makeScope("a", [{ own: true }]);
    const view = makeView({ hide: ["env"] });
    fc.assert(
      fc.property(settings, (set) => {
        const { enforcing, learning, ceiling } = grantsOf(set);
        const objects = { scope, view, stamps: new Map() };
        const all = restrictTo(
          grantFromSwitches({ requirementOf: () => [[]] }, () => true, undefined, powersOf(set.powers)),
          objects,
        );
        const kept = [...ceiling].filter((each) => {
          const [name = ""] = each.split(" ");
          return [...all.decisions].some(([known, { kind }]) => known === name && kind === "allow");
        });
        expect(new Set([...openedBy(restrictTo(enforcing, objects)), ...kept])).toEqual(
          openedBy(restrictTo(learning, objects)),
        );
        for (const decision of restrictTo(learning, objects).learns?.opens.values() ?? []) {
          const { objects: terms } = decision;
          expect([undefined, scope]).toContain(terms?.scope);
        }
      }),
      { numRuns: 30 },
    );
  });
});

test("a path that stays closed in what the grant opens passes by the ceiling, with no more than the ceiling gives", () => {
  const on = new Set(["POST", "CONTAINERS"]);
  const enforcing = grantFromSwitches(linuxserver, (name) => on.has(name));
  const learning = withCeiling(enforcing, wordsOf(["ContainerLinkDelete"]), [], "QUAYGATE_WITHIN");
  const operation = catalogue.find(({ name }) => name === "ContainerLinkDelete");
  if (operation === undefined) throw new Error("there are no links");
  const [logs, plain] = [pathOf(operation, "logs"), pathOf(operation, "db")];
  expect(decideOperation(enforcing, operation, logs).kind).toBe("deny");
  expect(decideOperation(learning, operation, logs)).toMatchObject({
    kind: "allow",
    held: learning.learns?.powers,
  });
  expect(decideOperation(learning, operation, plain)).not.toHaveProperty("held");
});

test("what is beyond the ceiling too is refused with its place", () => {
  const learning = withCeiling(
    grantFromSwitches(tecnativa, () => false),
    wordsOf(["default"]),
    [],
    "QUAYGATE_WITHIN",
  );
  const operation = catalogue.find(({ name }) => name === "ContainerCreate");
  if (operation === undefined) throw new Error("there are no containers");
  expect(decideOperation(learning, operation, pathOf(operation))).toMatchObject({
    kind: "deny",
    remedy: "needs POST=1 and CONTAINERS=1; it is beyond the ceiling of learn too (QUAYGATE_WITHIN)",
  });
});

test("a power that the ceiling does not give is refused with both that it would take", () => {
  const learning = withCeiling(
    grantFromSwitches(tecnativa, () => false),
    wordsOf(["containers:create"]),
    [],
    "QUAYGATE_WITHIN",
  );
  const operation = catalogue.find(({ name }) => name === "ContainerCreate");
  if (operation === undefined) throw new Error("there are no containers");
  const verdict = decideOperation(learning, operation, pathOf(operation));
  expect(
    verdict.kind === "allow" &&
      decidePowers(learning, verdict, [{ noun: "privileged", value: "", place: "" }]),
  ).toMatchObject({
    kind: "deny",
    rule: "default",
    place:
      "QUAYGATE_POWERS; and open ContainerCreate, for what only the ceiling of learn opens has no more than default",
  });
});
