import fc from "fast-check";
import { expect, test } from "vitest";
import { operationAnswers } from "../../../src/docker/answers/operation-answers.ts";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import { makeScope } from "../../../src/policy/scope/make-scope.ts";
import { makeView } from "../../../src/policy/view/make-view.ts";
import { viewerOf } from "../../../src/policy/view/viewer.ts";
import { ElementReview } from "../../../src/proxy/exchange/element-review.ts";
import { seeBy, seeByOutline } from "../../../src/proxy/exchange/seen-element.ts";

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

/** What the bytes become, however they are parted. */
function reviewBytes(bytes: Buffer, cuts: readonly number[]): string {
  const review = new ElementReview(
    "list",
    seeByOutline(table?.part.outline?.(viewer), (value) => table?.part.review(value, viewer), BOUNDS),
    () => true,
    () => undefined,
  );
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((one, other) => one - other);
  const parts = [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
  return parts
    .map((part, index) => {
      const reviewed = review.read([part], index === parts.length - 1);
      return reviewed.kind === "written" ? Buffer.concat(reviewed.content).toString() : reviewed.kind;
    })
    .join("");
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
        const flowed = parse(reviewBytes(bytes, cuts));
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
  const review = new ElementReview(
    "list",
    seeBy((element) => (element === "others" ? undefined : element), BOUNDS),
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
