import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalImage } from "../../src/docker/powers/image-reference.ts";
import { type Noun, nouns, type PatternKind } from "../../src/docker/powers/nouns.ts";
import { encodePath, encodeValue, powerText } from "../../src/docker/powers/power.ts";
import { parsePowerSet, POWER_NAMES } from "../../src/policy/power-set.ts";
import { everyNoun, powerSet } from "./powers.ts";

const RUNS = 400;

const textual = fc.constantFrom(...everyNoun.filter((name) => nouns[name].kind === "text"));
const soup = fc.string({ unit: fc.constantFrom(..."ab0/.:*%-_@ 2AF,é"), maxLength: 12 });
const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), soup);
const path = fc
  .array(fc.oneof(fc.constantFrom("a", "b", "etc", "run", "var", "proc"), soup), { maxLength: 4 })
  .map((segments) => segments.filter((segment) => !/^\.{0,2}$|\//u.test(segment)))
  .map((segments) => `/${segments.join("/")}`);
const reference = fc.oneof(
  fc.constantFrom("nginx", "cafe", "docker.io/a/b:1", "ghcr.io/a", "sha256:cafe", "a.b:5000/c"),
  fc.string({ unit: fc.constantFrom(..."ab1.:/-"), minLength: 1, maxLength: 12 }),
);
const port = fc
  .tuple(
    fc.constantFrom("0.0.0.0", "127.0.0.1", "[::1]"),
    fc.nat(4),
    fc.nat(3),
    fc.constantFrom("tcp", "udp"),
  )
  .map(
    ([address, low, more, protocol]) => `${address}:${more === 0 ? low : `${low}-${low + more}`}/${protocol}`,
  );

const odd = fc.oneof(text, fc.constantFrom("ALL", "0", "(image)", "(any)", "(unknown)", "*", ""));

/** Of each kind what may be asked for, and patterns of which many are right. */
const kinds: Readonly<Record<PatternKind, { values: fc.Arbitrary<string>; patterns: fc.Arbitrary<string> }>> =
  {
    word: { values: fc.constant(""), patterns: soup },
    text: {
      values: fc.oneof(soup, fc.constantFrom("0", "1000", "root")).map((value) => encodeValue(value)),
      patterns: fc.oneof(soup, fc.constantFrom("*a*", "a*", "0", "1*", "%2A")),
    },
    path: {
      values: fc
        .tuple(path, fc.constantFrom("", ":ro", ":ro-nonrecursive"))
        .map(([value, mode]) => `${encodePath(value)}${mode}`),
      patterns: fc
        .tuple(
          path,
          fc.constantFrom("", "/**", "/*", "/a*", "/**/b"),
          fc.constantFrom("", ":ro", ":ro-nonrecursive"),
        )
        .map(([value, end, mode]) => `${value}${end}${mode}`.replace("//", "/")),
    },
    image: {
      values: reference.map((value) => canonicalImage(value) ?? value),
      patterns: fc
        .tuple(reference, fc.constantFrom("", "", "/*", "/**", ":*", "*", "@*"))
        .map((parts) => parts.join("")),
    },
    port: {
      values: port,
      patterns: fc.oneof(port, fc.constantFrom("0", "1-3", "127.0.0.1:*", "2", "*/udp", "0-9", "32768")),
    },
    capability: {
      values: fc.constantFrom("SYS_ADMIN", "NET_RAW", "CHOWN", "ALL", "cap_chown"),
      patterns: fc.constantFrom("SYS_*", "chown", "*A*", "ALL", "CAP_NET_*", "NET_RAW"),
    },
  };

/** A noun with what concerns it: lists, single entries, and values. */
const scene = fc
  .constantFrom(...everyNoun, ...everyNoun.filter((name) => nouns[name].kind !== "text"))
  .chain((noun) => {
    const { values, patterns } = kinds[nouns[noun].kind];
    const entry = fc
      .tuple(fc.boolean(), fc.option(patterns, { nil: undefined, freq: 8 }))
      .map(([isRemoval, given]) => `${isRemoval ? "-" : ""}${noun}${given === undefined ? "" : `:${given}`}`)
      .map((word) => (parsePowerSet(`none,${word}`).ok ? word : noun));
    const set = fc.constantFrom("all", "default", "none");
    return fc.record({
      noun: fc.constant(noun),
      list: fc
        .tuple(set, fc.array(entry, { maxLength: 5 }))
        .map(([first, rest]) => [first, ...rest].join(",")),
      entry,
      values: fc.array(fc.oneof({ arbitrary: values, weight: 4 }, odd), { minLength: 1, maxLength: 6 }),
    });
  });

describe("whatever a list and a request say", () => {
  test("one more removal never gives anything, and one more grant never takes anything", () => {
    let changed = 0;
    fc.assert(
      fc.property(scene, ({ noun, list, entry, values }) => {
        const before = powerSet(list);
        const after = powerSet(`${list},${entry}`);
        for (const value of values) {
          const held = [before.holds({ noun, value }), after.holds({ noun, value })];
          expect(held).not.toEqual(entry.startsWith("-") ? [false, true] : [true, false]);
          if (held[0] !== held[1]) changed += 1;
        }
      }),
      { numRuns: RUNS },
    );
    expect(changed).toBeGreaterThan(RUNS / 10);
  });

  test("what is given and then taken away is not held", () => {
    let given = 0;
    fc.assert(
      fc.property(scene, ({ noun, entry, values }) => {
        const grant = entry.replace(/^-/u, "");
        if (!parsePowerSet(`none,${grant},-${grant}`).ok) return;
        for (const value of values) {
          if (powerSet(grant).holds({ noun, value })) given += 1;
          expect(
            powerSet(`all,-${grant}`).holds({ noun, value }) && powerSet(grant).holds({ noun, value }),
          ).toBe(false);
          expect(powerSet(`none,${grant},-${grant}`).holds({ noun, value })).toBe(false);
        }
      }),
      { numRuns: RUNS },
    );
    expect(given).toBeGreaterThan(RUNS / 10);
  });

  test("a noun that is wholly held has no value that is not", () => {
    fc.assert(
      fc.property(scene, ({ noun, list, values }) => {
        const set = powerSet(list);
        expect(set.holdsAll(noun) && !values.every((value) => set.holds({ noun, value }))).toBe(false);
        expect(set.isEverything && !set.holdsAll(noun)).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });

  test("what was asked before changes no answer, however much that was", () => {
    const sets = new Map<string, ReturnType<typeof powerSet>>();
    const seen: string[] = [];
    fc.assert(
      fc.property(scene, fc.nat(), ({ noun, list, values }, more) => {
        const old = sets.get(list) ?? powerSet(list);
        sets.set(list, old);
        seen.push(...values);
        // Now and then more than is remembered.
        if (more % 50 === 0) for (let at = 0; at < 300; at += 1) old.holds({ noun, value: `${more}-${at}` });
        for (const value of [...values, ...values, ...seen.slice(-20)]) {
          expect(old.holds({ noun, value })).toBe(powerSet(list).holds({ noun, value }));
        }
      }),
      { numRuns: RUNS / 5 },
    );
  });

  test("the entries of a list are a list for the same", () => {
    fc.assert(
      fc.property(scene, ({ noun, list, values }) => {
        const set = powerSet(list);
        const again = powerSet(set.entries.join(", "));
        expect(again.entries).toEqual(set.entries);
        for (const value of values) {
          expect(again.holds({ noun, value })).toBe(set.holds({ noun, value }));
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("a list is a set or has faults, and nothing is thrown", () => {
    const word = fc.oneof(text, soup, fc.constantFrom(...POWER_NAMES, "all", "-", ":", "default"));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), scene, (words, { noun, entry, values }) => {
        const parsed = parsePowerSet([entry, ...words].join(","));
        if (parsed.ok) values.map((value) => parsed.value.holds({ noun, value }));
        else expect(parsed.error.length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
  });
});

/** Checks that values which stand for different things are exact grants of themselves and of nothing else. */
function expectExact(name: Noun, value: string, other: string): void {
  const set = powerSet(powerText({ noun: name, value }));
  expect(set.holds({ noun: name, value })).toBe(true);
  expect(set.holds({ noun: name, value: other })).toBe(value === other);
}

describe("a value that is given exactly as it is asked for", () => {
  const twice = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<[Value, Value]> =>
    fc.tuple(arbitrary, arbitrary);

  test("is held, and no other text is", () => {
    // Users and groups are asked for in one spelling, which has no zeros in front.
    const names = textual.filter((name) => name !== "user" && name !== "group");
    const values = text.filter((value) => value !== "").map((value) => encodeValue(value));
    fc.assert(
      fc.property(names, twice(values), (name, [value, other]) => expectExact(name, value, other)),
      { numRuns: RUNS },
    );
  });

  test("is held, and no other path is, but to read it", () => {
    const paths = path.map((value) => encodePath(value));
    fc.assert(
      fc.property(twice(paths), fc.boolean(), ([value, other], isReadOnly) => {
        expectExact("bind", isReadOnly ? `${value}:ro` : value, isReadOnly ? `${other}:ro` : other);
        expect(powerSet(`bind:${value}:ro`).holds({ noun: "bind", value })).toBe(false);
        expect(powerSet(`bind:${value}`).holds({ noun: "bind", value: `${value}:ro` })).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test("is held, and no other image is", () => {
    const images = reference.map((value) => canonicalImage(value)).filter((value) => value !== undefined);
    fc.assert(
      fc.property(twice(images), ([value, other]) => expectExact("image", value, other)),
      { numRuns: RUNS },
    );
  });

  test("is held, and no port beyond it", () => {
    fc.assert(
      fc.property(port, (value) => {
        const set = powerSet(`port:${value}`);
        expect(set.holds({ noun: "port", value })).toBe(true);
        expect(powerSet(`all,-port:${value}`).holds({ noun: "port", value })).toBe(false);
      }),
    );
  });
});

describe("a pattern that is hard to match", () => {
  test.each([
    [
      "stars in a text",
      `volume:${"a*".repeat(50)}b`,
      { noun: "volume" as const, value: "a".repeat(200_000) },
    ],
    [
      "stars in a path",
      `bind:/${"a*".repeat(50)}b`,
      { noun: "bind" as const, value: `/${"a".repeat(200_000)}` },
    ],
    [
      "depths in a path",
      `bind:/${"**/a/".repeat(20)}b`,
      { noun: "bind" as const, value: "/a".repeat(20_000) },
    ],
    [
      "stars in an image",
      `image:${"a*".repeat(50)}b`,
      { noun: "image" as const, value: "a".repeat(200_000) },
    ],
  ])("is not matched, and soon: %s", (_name, given, power) => {
    expect(powerSet(given).holds(power)).toBe(false);
  });
});
