import { describe, expect, test } from "vitest";
import { harmless, type Meaning } from "../../src/docker/powers/meaning.ts";
import { operationPowers } from "../../src/docker/powers/operations.ts";
import { nouns } from "../../src/docker/powers/nouns.ts";
import { explainVerdict } from "../../src/policy/explain.ts";
import { decidePowers, judgeBody, judgeHead, type Restricted, writeBody } from "../../src/policy/judge.ts";
import { POWER_NAMES } from "../../src/policy/power-set.ts";
import { recordedPowers } from "../../src/policy/recorded-powers.ts";
import { allowed, grantWith, restricted } from "./judging.ts";
import { everyTable, fieldsOf, PIECES, type Table, valuesInTurn } from "./worst-values.ts";

/** How many times as much as a plain body of the same size any body may cost. */
const MOST_TIMES = 20;
const SMALL = 16 * 1024;
const LARGE = 128 * 1024;

const STAR_OF: Readonly<Record<string, string>> = {
  path: "/zz/*/x",
  image: "docker.io/zz/*z*:z*z",
  port: "1-2/udp",
  capability: "SYS_*D*N",
};
const RESTRICTED = POWER_NAMES.flatMap((noun) => {
  const kind = Object.entries(nouns).find(([name]) => name === noun)?.[1].kind ?? "word";
  const pattern =
    STAR_OF[kind] ?? (noun === "user" || noun === "group" ? "99*9" : noun === "subnet" ? "10.9.*" : "zz*z*z");
  return kind === "word" ? [`-${noun}`] : [`-${noun}:${pattern}`];
});
const tables = everyTable();
const grant = grantWith(
  ["all", ...RESTRICTED.filter((entry) => !/^-(?:host|decompress)/u.test(entry))].join(","),
);
const create = allowed(grant);

function verdictOf(table: Table): Restricted {
  return { ...create, restricted: { body: table.meaning } };
}

/** Decides as the gate does, to the sentence and the record. */
function decide(
  verdict: Restricted,
  judged: ReturnType<typeof judgeBody> | ReturnType<typeof judgeHead>,
): void {
  if (!judged.ok) {
    explainVerdict(judged.error, "POST", "x");
    return;
  }
  const decided = decidePowers(grant, verdict, judged.value.powers);
  recordedPowers(judged.value.powers);
  if (decided.kind === "deny") explainVerdict(decided, "POST", "x");
}

function judge(verdict: Restricted, body: Buffer): void {
  const judged = judgeBody(grant, verdict, body);
  decide(verdict, judged);
  if (judged.ok) writeBody(judged.value.canonical);
}

/** Milliseconds of CPU. */
function costOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function medianOf(costs: readonly number[]): number {
  return costs.toSorted((one, other) => one - other)[Math.floor(costs.length / 2)] ?? 0;
}

const plainBodies = new Map<number, Buffer>();

/** A plain body: short texts, as real ones have, in a field that is nobody's business. */
function plainBody(bytes: number): Buffer {
  const texts = Array.from({ length: bytes / 20 }, () => `"${"x".repeat(17)}"`);
  const body = plainBodies.get(bytes) ?? Buffer.from(`{"Image":"a","OnBuild":[${texts.join(",")}]}`);
  plainBodies.set(bytes, body);
  return body;
}

const ROUNDS = 9;
/** What is beyond the bound is looked at so often before it counts. */
const LOOKS = 3;
/** What is run for the first time is not compiled yet: so often it is run before it is measured. */
const WARMING = 20;

/**
 * How many times as much as a plain body of so many bytes something costs. What is far from the bound is looked at once, cold;
 * else both are measured by turns, so that a busy machine is busy for both. The least of each counts, and of what is beyond the bound the
 * least of several looks: to collect garbage or to compile meanwhile is a cost of the process, and what costs too much does so each time.
 */
function timesOf(dear: () => void, bytes: number): number {
  const size = bytes <= LARGE / 2 ? SMALL : LARGE;
  const plain = (): void => judge(restricted(grant), plainBody(size));
  const once = ((costOf(dear) / (plainCosts.get(size) ?? 0)) * size) / bytes;
  if (once <= MOST_TIMES / 2) return once;
  for (let round = 0; round < WARMING; round += 1) dear();
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < LOOKS && least > MOST_TIMES; look += 1) {
    const costs = Array.from({ length: ROUNDS }, () => [costOf(dear), costOf(plain)] as const);
    const times = Math.min(...costs.map(([one]) => one)) / Math.min(...costs.map(([, other]) => other));
    least = Math.min(least, (times * size) / bytes);
  }
  return least;
}

const plainCosts = new Map(
  [SMALL, LARGE].map((bytes) => {
    const work = (): void => judge(restricted(grant), plainBody(bytes));
    for (let round = 0; round < 30; round += 1) work();
    return [bytes, medianOf(Array.from({ length: 31 }, () => costOf(work)))];
  }),
);

let turn = 0;

/** What costs too much of some values, each in a field of the table. */
function dearValues(table: Table, valuesOf: ReturnType<typeof valuesInTurn>): readonly string[] {
  const verdict = verdictOf(table);
  const dear: string[] = [];
  for (const field of fieldsOf(table)) {
    turn += 1;
    for (const [name, json] of valuesOf(turn)) {
      const body = Buffer.from(table.write(`"${field}":${json}`));
      const times = timesOf(() => judge(verdict, body), body.length);
      if (times > MOST_TIMES) dear.push(`${field}: ${name}: ${times.toFixed(0)} times`);
    }
  }
  return dear;
}

describe("no body costs much more to judge than a plain one of the same size", () => {
  const [small, large] = [valuesInTurn(SMALL, 3), valuesInTurn(LARGE, 1)];

  test("in any table there is", () => {
    expect(tables.length).toBeGreaterThan(50);
    expect(tables.map(({ name }) => name)).toContain("ServiceCreate.TaskTemplate.ContainerSpec");
  });

  test.each(tables.map((table) => [table.name, table] as const))("in a field of %s", (_name, table) => {
    expect(dearValues(table, small)).toEqual([]);
    expect(dearValues(table, large)).toEqual([]);
  });
});

describe("no query costs much more to judge than a plain body of the same size", () => {
  test.each([...operationPowers].filter(([, { query }]) => query !== undefined))("%s", (_name, asked) => {
    const { body: _body, ...head } = asked;
    const verdict = { ...create, restricted: head };
    const keys = [...(asked.query?.keys ?? new Map<string, Meaning>())].filter(
      ([, meant]) => meant !== harmless,
    );
    const dear: string[] = [];
    const look = (query: string, what: string): void => {
      const times = timesOf(() => decide(verdict, judgeHead(grant, verdict, query)), query.length);
      if (times > MOST_TIMES) dear.push(`${what}: ${times.toFixed(0)} times`);
    };
    for (const [index, piece] of PIECES.entries()) {
      const text = encodeURIComponent(piece.repeat(SMALL / 3));
      const [key = "unknown"] = keys[index % Math.max(keys.length, 1)] ?? [];
      look(`${key}=${text}`, `${key} of ${piece}`);
      look(`${text}=1`, `a key of ${piece}`);
    }
    look(Array.from({ length: 1500 }, (_, at) => `a-longer-key-${at}=${at}`).join("&"), "many keys");
    for (const [key] of keys) {
      look(
        Array.from({ length: 1500 }, (_, at) => `${key}=a-longer-name-of-${at}`).join("&"),
        `many of ${key}`,
      );
      look(
        `${key}=${encodeURIComponent(JSON.stringify(Array.from({ length: 1500 }, (_, at) => `a-longer-name-of-${at}`)))}`,
        `a list in ${key}`,
      );
    }
    expect(dear).toEqual([]);
  });
});
