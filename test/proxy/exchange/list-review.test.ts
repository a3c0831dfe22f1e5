import fc from "fast-check";
import { expect, test } from "vitest";
import { operationAnswers } from "../../../src/docker/answers/operation-answers.ts";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import { makeScope } from "../../../src/policy/scope/make-scope.ts";
import { makeView } from "../../../src/policy/view/make-view.ts";
import { viewerOf } from "../../../src/policy/view/viewer.ts";
import { ListReview } from "../../../src/proxy/exchange/list-review.ts";
import { seeBy, seeByOutline, type SeeElement } from "../../../src/proxy/exchange/seen-element.ts";
import { type ListMemory, RememberedList } from "../../../src/proxy/remembered-lists.ts";

const BOUNDS = { values: 100_000, takesNul: true };

const table = operationAnswers.get("ContainerList");
const viewer = viewerOf({
  scope: makeScope("ci", [{ label: ["team=ours"] }, { name: ["web*"] }]),
  view: makeView({ hide: ["env", "mounts", "labels:secret*"] }),
});

const text = fc.string({ unit: "grapheme", maxLength: 5 });
/** Containers as an engine lists them, with what nobody knows among it, and what is none. */
const container = fc.record({
  Id: fc.constantFrom("a".repeat(64), "b".repeat(64), "short"),
  Names: fc.array(fc.constantFrom("/web1", "/db", "/web/link"), { maxLength: 2 }),
  Labels: fc.oneof(
    fc.constant(null),
    fc.dictionary(
      fc.constantFrom("team", "secret", "io.quaygate.owner", "é"),
      fc.constantFrom("ours", "theirs", "\u0000"),
    ),
  ),
  Mounts: fc.array(fc.record({ Source: text }), { maxLength: 2 }),
  State: text,
  Unknown: fc.jsonValue({ maxDepth: 2 }),
});
const entry = fc.oneof(
  { weight: 5, arbitrary: container },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);

const see = seeByOutline(table?.part.outline?.(viewer), (value) => table?.part.review(value, viewer), BOUNDS);

/** A list that is being reviewed. */
interface Running {
  /** Reviews the next part; false behind the last one. */
  readonly goOn: () => boolean;
  /** What it has become, behind how many entries are left out. */
  readonly written: () => string;
}

/** Reviews bytes however they are parted; each part is written over once it was read, as a socket does. */
function begin(
  bytes: Buffer,
  cuts: readonly number[],
  memory?: ListMemory,
  seeEntry: SeeElement = see,
): Running {
  let withheld = 0;
  const review = new ListReview(
    seeEntry,
    memory,
    () => true,
    () => (withheld += 1),
  );
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((one, other) => one - other);
  const parts = [0, ...at].map((start, index) =>
    Buffer.from(bytes.subarray(start, at[index] ?? bytes.length)),
  );
  const written: string[] = [];
  const goOn = (): boolean => {
    const part = parts.shift();
    if (part === undefined) return false;
    const reviewed = review.read([part], parts.length === 0);
    const isWritten = reviewed.kind === "written";
    written.push(isWritten ? Buffer.concat(reviewed.content).toString() : JSON.stringify(reviewed));
    part.fill(0x20);
    if (!isWritten) parts.length = 0;
    return parts.length > 0;
  };
  return { goOn, written: () => `${withheld} ${written.join("")}` };
}

/** What the bytes become, however they are parted. */
function reviewBytes(...list: Parameters<typeof begin>): string {
  const running = begin(...list);
  while (running.goOn());
  return running.written();
}

function parse(bytes: Buffer | string): JsonValue {
  const parsed = parseJson(Buffer.from(bytes), BOUNDS);
  return parsed.ok ? parsed.value : "not JSON";
}

test("to review a list as it flows and then to read it is to read it and then to review each entry", () => {
  let seen = 0;
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 6 }),
      fc.constantFrom(undefined, 1),
      fc.array(fc.nat(), { maxLength: 4 }),
      (entries, space, cuts) => {
        const bytes = Buffer.from(JSON.stringify(entries, undefined, space));
        const flowed = parse(reviewBytes(bytes, cuts).replace(/^\d+ /u, ""));
        const whole = parse(bytes);
        const wanted = Array.isArray(whole)
          ? whole.flatMap((one: JsonValue): readonly JsonValue[] => {
              const reviewed = table?.part.review(one, viewer);
              return reviewed === undefined ? [] : [reviewed];
            })
          : [];
        seen += wanted.length;
        expect(serializeJson(flowed)).toBe(serializeJson(wanted));
      },
    ),
    { numRuns: 2_000 },
  );
  expect(seen).toBeGreaterThan(500);
});

test("no more entries go on than are wanted, of those that the client sees, and the others are not withheld", () => {
  let withheld = 0;
  const review = new ListReview(
    seeBy((element) => (element === "others" ? undefined : element), BOUNDS),
    undefined,
    () => true,
    () => (withheld += 1),
    2,
  );
  const list = Buffer.from('["others","a","b","others","c"]');
  const reviewed = review.read([list], true);
  const content = reviewed.kind === "written" ? Buffer.concat(reviewed.content).toString() : "";
  expect(JSON.parse(content)).toEqual(["a", "b"]);
  expect(withheld).toBe(2);
});

/** What a list may be changed by between two times that it is read, or be broken by. */
const piece = fc.constantFrom(
  ...['"', "\\", "{", "}", "[", "]", ",", "1", "null", " ", "\u0000", "é", "{}", "{},", ",{}", '{"Id":1}'],
  ...[`,{"Id":"${"a".repeat(64)}","Labels":{"team":"ours"}}`, '"Labels":{"team":"ours"},', "ours", "theirs"],
);
const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 0, 1, 5), piece), { maxLength: 2 });

function edited(whole: string, changes: readonly (readonly [number, number, string])[]): string {
  return changes.reduce((before, [place, removed, added]) => {
    const at = place % (before.length + 1);
    return before.slice(0, at) + added + before.slice(at + removed);
  }, whole);
}

test("a list is what it is without a memory, whichever lists were read before it and however it was changed", () => {
  let read = 0;
  let known = 0;
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 6 }),
      fc.constantFrom(undefined, undefined, 1),
      fc.array(fc.tuple(edits, fc.array(fc.nat(), { maxLength: 2 })), { minLength: 2, maxLength: 6 }),
      (entries, space, polls) => {
        const list = new RememberedList();
        let last = JSON.stringify(entries, undefined, space);
        for (const [changes, cuts] of polls) {
          // What was broken is whole again the next time.
          const bytes = Buffer.from(edited(last, changes));
          if (parse(bytes) !== "not JSON") last = bytes.toString();
          let seen = 0;
          const counted: SeeElement = (one) => {
            seen += 1;
            return see(one);
          };
          let all = 0;
          const wanted = reviewBytes(bytes, cuts, undefined, (one) => {
            all += 1;
            return see(one);
          });
          expect(reviewBytes(bytes, cuts, list.open(), counted)).toBe(wanted);
          read += seen;
          known += all - seen;
        }
      },
    ),
    { numRuns: 3_000 },
  );
  expect(Math.min(known, read)).toBeGreaterThan(2_000);
});

test("lists that come at the same time are what they are one by one, also where some never end", () => {
  let known = 0;
  const variant = fc.tuple(edits, fc.array(fc.nat(), { maxLength: 3 }));
  fc.assert(
    fc.property(
      fc.array(container, { minLength: 2, maxLength: 6 }),
      fc.array(variant, { minLength: 1, maxLength: 3 }),
      fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 10, maxLength: 30 }),
      (entries, variants, turns) => {
        const list = new RememberedList();
        const whole = JSON.stringify(entries);
        const begun = turns.map(([which]) => {
          const [changes, cuts] = variants[which % variants.length] ?? [[], []];
          const bytes = Buffer.from(edited(whole, changes));
          let seen = 0;
          let all = 0;
          const wanted = reviewBytes(bytes, cuts, undefined, (one) => {
            all += 1;
            return see(one);
          });
          const open = (): Running =>
            begin(bytes, cuts, list.open(), (one) => {
              seen += 1;
              return see(one);
            });
          return { open, wanted, known: () => all - seen };
        });
        const running: (Running & (typeof begun)[number])[] = [];
        for (const [at, [, turn]] of turns.entries()) {
          const next = begun[at];
          if (next !== undefined) running.push({ ...next, ...next.open() });
          for (let step = 0; step < 2; step += 1) {
            const index = (turn + step) % running.length;
            const one = running[index];
            if (one === undefined || one.goOn()) continue;
            running.splice(index, 1);
            expect(one.written()).toBe(one.wanted);
            known += one.known();
            if (running.length === 0) break;
          }
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(known).toBeGreaterThan(2_000);
});

/** Reads lists of these entries one after the other, each in so many parts; tells what they become and which entries were seen. */
function openPolls(): (
  entries: readonly string[],
  ...cuts: readonly number[]
) => readonly [string, readonly string[]] {
  const list = new RememberedList();
  return (entries, ...cuts) => {
    const seen: string[] = [];
    const written = reviewBytes(Buffer.from(`[${entries.join()}]`), cuts, list.open(), (bytes) => {
      seen.push(bytes.toString());
      return bytes.includes("ours") ? bytes : "withheld";
    });
    return [written, seen];
  };
}

test("an entry is seen once while its bytes stay what they are, and again as soon as they are others", () => {
  const poll = openPolls();
  const [first, other, second] = ['{"a":"ours"}', '{"b":"theirs"}', '{"c":"ours"}'];
  // Of the same length as the one before it.
  const taken = '{"c":"them"}';
  const added = '{"n":"ours"}';
  expect(poll([first, other, second])).toEqual([`1 [${first},${second}]\n`, [first, other, second]]);
  expect(poll([first, other, second])).toEqual([`1 [${first},${second}]\n`, []]);
  expect(poll([first, other, taken])).toEqual([`2 [${first}]\n`, [taken]]);
  expect(poll([added, first, other, taken])).toEqual([`2 [${added},${first}]\n`, [added]]);
  expect(poll([first, taken])).toEqual([`1 [${first}]\n`, []]);
});

test("neighbours that change or come together leave the others known", () => {
  const poll = openPolls();
  const named = (name: string): string => `{"${name}":"ours"}`;
  const polled = (...names: readonly string[]): readonly string[] => poll(names.map(named))[1];
  polled("a", "b", "c", "d", "e", "f");
  expect(polled("a", "B", "C", "D", "e", "f")).toEqual(["B", "C", "D"].map(named));
  expect(polled("n", "m", "o", "a", "B", "C", "D", "e", "f")).toEqual(["n", "m", "o"].map(named));
  expect(polled("N", "M", "o", "a", "C", "D", "e", "F")).toEqual(["N", "M", "F"].map(named));
});

test("what is remembered of a list in parts is all of it, whichever part it changed in", () => {
  const poll = openPolls();
  const [a, b, c, d] = ['{"a":"ours"}', '{"b":"ours"}', '{"c":"ours"}', '{"d":"ours"}'];
  const behindTwo = a.length + b.length + 2;
  const wanted = (...entries: readonly string[]): string => `0 [${entries.join()}]\n`;
  expect(poll([a, b, c], behindTwo)).toEqual([wanted(a, b, c), [a, b, c]]);
  expect(poll([a, b, d], behindTwo)).toEqual([wanted(a, b, d), [d]]);
  expect(poll([a, b, d], behindTwo)).toEqual([wanted(a, b, d), []]);
  expect(poll([b, d, c], behindTwo)).toEqual([wanted(b, d, c), [c]]);
  expect(poll([b, d, c])).toEqual([wanted(b, d, c), []]);
  // One that no part has as a whole is seen each time.
  expect(poll([b, d, c], behindTwo + 3)).toEqual([wanted(b, d, c), [c]]);
});

test("what is sent in the place of an entry is sent again, and can't be written over by what comes", () => {
  const list = new RememberedList();
  const shown = Buffer.from('{"shown":1}');
  const poll = (): string =>
    reviewBytes(Buffer.from('[{"hidden":1}]'), [], list.open(), () => Buffer.from(shown));
  expect([poll(), poll(), poll()]).toEqual(Array.from({ length: 3 }, () => `0 [${shown.toString()}]\n`));
});
