import fc from "fast-check";
import { expect, test } from "vitest";
import { catalogue, type Operation } from "../../src/docker/operations.ts";
import { canonicalImage } from "../../src/docker/powers/image-reference.ts";
import { type Noun, type NounDefinition, nouns, type PatternKind } from "../../src/docker/powers/nouns.ts";
import { encodePath, encodeValue, type Power } from "../../src/docker/powers/power.ts";
import { decide } from "../../src/policy/decide.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { decidePowers } from "../../src/policy/judge.ts";
import { recordedPowers } from "../../src/policy/recorded-powers.ts";
import { everyNoun } from "../policy/powers.ts";
import { grantsOf, policyOf, USED } from "./journal.ts";

/** What a client did. */
interface Exchange {
  readonly client: string;
  readonly operation: Operation;
  readonly powers: readonly Power[];
  readonly isJudged: boolean;
}

const word = fc.oneof(
  fc.constantFrom(
    "web",
    "db",
    "web-1",
    "web-2",
    "web-3",
    "job-3f9c1a2b",
    "job-8d7e6f5a",
    "(any)",
    "(image)",
    "0",
  ),
  fc.constantFrom(
    "com.docker.compose.project",
    "com.docker.compose.service",
    "com.docker.compose.oneoff",
    "NVIDIA_X",
  ),
  fc.string({ unit: fc.constantFrom(..."ab0/.:*%-_@ 2AF,é"), minLength: 1, maxLength: 10 }),
);
const path = fc
  .array(fc.constantFrom("a", "b", "srv", "etc", "var", "lib", "proc", "dev", "docker.sock", "x y", "ü"), {
    maxLength: 4,
  })
  .map((segments) => `/${segments.join("/")}`);
const values: Readonly<Record<PatternKind, fc.Arbitrary<string>>> = {
  word: fc.constant(""),
  text: word.map((text) => encodeValue(text)),
  path: fc
    .tuple(path, fc.constantFrom("", ":ro", ":ro-nonrecursive"))
    .map(([text, mode]) => `${encodePath(text)}${mode}`),
  image: fc
    .tuple(
      fc.constantFrom("nginx", "ghcr.io/a/b", "ghcr.io/a/c", "cafe", "a.b:5000/c"),
      fc.constantFrom("", ":1", ":2", ":(all)"),
    )
    .map(([name, tag]) =>
      tag === ":(all)"
        ? `${canonicalImage(name)?.replace(/:latest$/u, "") ?? ""}${tag}`
        : (canonicalImage(`${name}${tag}`) ?? "(any)"),
    )
    .map((value) => (value.includes("/") || !value.endsWith(":(all)") ? value : "(any)")),
  port: fc
    .tuple(
      fc.constantFrom("0.0.0.0", "127.0.0.1", "[::1]"),
      fc.nat(4),
      fc.nat(2),
      fc.constantFrom("tcp", "udp"),
    )
    .map(
      ([address, low, more, protocol]) =>
        `${address}:${more === 0 ? low : `${low}-${low + more}`}/${protocol}`,
    ),
  capability: fc.constantFrom("SYS_ADMIN", "NET_RAW", "CHOWN", "ALL"),
};

const power = fc.constantFrom(...everyNoun).chain((noun: Noun) => {
  const { kind }: NounDefinition = nouns[noun];
  return values[kind].map((value): Power => ({ noun, value, place: "" }));
});

const exchange: fc.Arbitrary<Exchange> = fc.record({
  client: fc.constantFrom("ci", "web"),
  operation: fc.constantFrom(...catalogue.filter(({ methods }) => !methods.includes("OPTIONS"))),
  powers: fc.array(power, { maxLength: 5 }),
  isJudged: fc.integer({ max: 9, min: 0 }).map((at) => at > 0),
});

/** The verdict of the product on what was done once. */
function verdictOn(grant: Grant, { operation, powers, isJudged }: Exchange): string {
  const sample = operation.template.replaceAll(/\{\w+(?:\.\.\.)?\}/gu, "web");
  const [method = "GET"] = operation.methods;
  const verdict = decide(grant, { method, path: sample, hasBody: false, contentTypes: [] });
  expect(verdict.operation?.name).toBe(operation.name);
  if (verdict.kind !== "allow" || !isJudged) return verdict.kind;
  return decidePowers(grant, verdict, powers).kind;
}

function learn(exchanges: readonly Exchange[]): string {
  return policyOf(
    exchanges.map(({ client, operation, powers, isJudged }) => ({
      ...USED,
      client,
      operation: operation.name,
      learning: isJudged ? true : undefined,
      powers: isJudged ? recordedPowers(powers) : undefined,
    })),
  );
}

/** Whether a policy, which may be none any more, allows all that was done. */
function allows(text: string, exchanges: readonly Exchange[]): boolean {
  let grants: ReadonlyMap<string, Grant>;
  try {
    grants = grantsOf(text);
  } catch {
    return false;
  }
  return exchanges.every((each) => {
    const grant = grants.get(each.client);
    return grant !== undefined && verdictOn(grant, each) === "allow";
  });
}

test("a policy that was learnt allows each exchange, but for powers that it says to be left out", () => {
  let left = 0;
  fc.assert(
    fc.property(fc.array(exchange, { minLength: 1, maxLength: 12 }), (exchanges) => {
      const text = learn(exchanges);
      if (text.includes("Left out: ")) left += 1;
      else if (!allows(text, exchanges)) expect(text).toBe("a policy that allows all of it");
    }),
    { numRuns: 150 },
  );
  expect(left).toBeLessThan(40);
});

test("without any one of its lines it denies one", () => {
  let removed = 0;
  fc.assert(
    fc.property(fc.array(exchange, { minLength: 1, maxLength: 6 }), (exchanges) => {
      const text = learn(exchanges);
      if (text.includes("Left out: ")) return;
      const lines = text.split("\n");
      for (const [index, line] of lines.entries()) {
        // What takes away, and what stands for exchanges that nobody looked into, has no exchange to be proven by.
        if (!line.startsWith("      - ") || /^ {6}- (?:"-|default )/u.test(line)) continue;
        removed += 1;
        const less = lines.toSpliced(index, 1).join("\n");
        if (allows(less, exchanges)) expect(less).toBe(`a policy that lacks ${line}`);
      }
    }),
    { numRuns: 50 },
  );
  expect(removed).toBeGreaterThan(150);
});

test("nothing is learnt but operations that were used, in whatever order the lines come", () => {
  fc.assert(
    fc.property(fc.array(exchange, { minLength: 1, maxLength: 8 }), (exchanges) => {
      const text = learn(exchanges);
      expect(learn(exchanges.toReversed())).toBe(text);
      for (const [name, grant] of grantsOf(text)) {
        const open = [...grant.decisions]
          .filter(([, { kind }]) => kind === "allow")
          .map(([operation]) => operation);
        const used = exchanges.filter(({ client }) => client === name).map(({ operation }) => operation.name);
        expect(open.toSorted()).toEqual([...new Set<string>(used)].toSorted());
        expect(grant.powers.isEverything).toBe(false);
      }
    }),
    { numRuns: 50 },
  );
});
