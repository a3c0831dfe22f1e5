import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnswerPart, AnswerTable, Members } from "../../../src/docker/answers/answer-table.ts";
import { contents } from "../../../src/docker/answers/content.ts";
import { operationAnswers } from "../../../src/docker/answers/operation-answers.ts";
import type { Viewer } from "../../../src/docker/answers/viewer.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import { seeBy, seeByOutline } from "../../../src/proxy/exchange/seen-element.ts";
import { arbitraryAnswer } from "../../docker/answers/arbitrary-answers.ts";
import { json, scoped, viewerOf } from "../../docker/answers/viewers.ts";

const BOUNDS = { values: 10_000, takesNul: true };

/** The parts that are read by an outline, each by the operation that answers it. */
const parts: readonly (readonly [string, AnswerPart])[] = [...operationAnswers].flatMap(([name, table]) =>
  entriesOf(table).map((part, index) => [`${name} ${index}`, part] as const),
);

function entriesOf(table: AnswerTable): readonly AnswerPart[] {
  if (table.layout === "members") return listsIn(table.members);
  return table.layout === "list" ? [table.part] : [];
}

function listsIn(members: Members): readonly AnswerPart[] {
  return [...members.values()].flatMap((member) =>
    member.kind === "list" ? [member.entry] : member.kind === "members" ? listsIn(member.members) : [],
  );
}

const words = fc.subarray([...Object.keys(contents), "labels:<0*", "labels:team"]);
const viewers: fc.Arbitrary<Viewer> = fc
  .tuple(words, fc.constantFrom("hide", "only"), fc.constantFrom("none", "ours", "all"))
  .map(([chosen, way, scope]) => {
    const view = way === "hide" ? { hide: chosen } : { only: chosen };
    if (scope === "none") return viewerOf(view);
    const sees: Viewer["sees"] = ({ labels, names }) =>
      scope === "all" || labels.get("team") === "ours" || names.some((name) => name.includes("ours"));
    return scoped({ sees, knows: (_, id) => id.startsWith("a") }, view);
  });

const label = fc.constantFrom("ours", "theirs", "", '"', "é");
const identity = fc.record(
  {
    Id: fc.constantFrom("a".repeat(64), `sha256:${"b".repeat(64)}`, "short"),
    ID: fc.constantFrom("a".repeat(25), "b".repeat(64)),
    Name: fc.constantFrom("ours", "theirs"),
    Names: fc.constantFrom(["/ours"], ["/theirs", "/ours/db"], []),
    Labels: fc.dictionary(fc.constantFrom("team", "io.quaygate.owner", "a"), label),
    RepoTags: fc.constantFrom(["ours:1", "theirs:1"], ["<none>:<none>"], null),
    Spec: fc.record({ Name: fc.constantFrom("ours", "theirs"), Labels: fc.dictionary(label, label) }),
    ServiceID: fc.constantFrom("a".repeat(25), "b".repeat(25)),
  },
  { requiredKeys: [] },
);

/** Something as the part has it, which often says who it is. */
function objectOf(part: AnswerPart): fc.Arbitrary<string> {
  return fc
    .tuple(arbitraryAnswer(part), identity, fc.constantFrom(undefined, undefined, undefined, 1))
    .map(([value, own, space]) => {
      const members = value instanceof Map ? new Map<string, JsonValue>(value) : new Map<string, JsonValue>();
      for (const [key, text] of Object.entries(own)) members.set(key, json(text));
      return JSON.stringify(JSON.parse(serializeJson(members)), undefined, space);
    });
}

/** What a text may be broken by, or made another one of the same meaning. */
const piece = fc.constantFrom(
  ...['"', "\\", "{", "}", "[", "]", ":", ",", "1", "-", ".", "e", "0", "null", "true", " ", "\n", "a"],
  ...["\\u0041", "\\ud83d", "\u0000", "é", '"Id":1,', '"a":1,"a":2,', '"Names":null,', '"Labels":{},'],
  ...['"\\u0049d":1,', '{"a":[1,2]}', "\\n", "\ufeff", "//", "0x", '"":"",'],
);
const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 0, 1, 3), piece), { maxLength: 3 });

function edited(text: string, changes: readonly (readonly [number, number, string])[]): string {
  return changes.reduce((before, [place, removed, added]) => {
    const at = place % (before.length + 1);
    return before.slice(0, at) + added + before.slice(at + removed);
  }, text);
}

describe.each(parts)("an entry of %s", (_, part) => {
  test("is the same bytes by an outline as it is as a whole, whatever stands in it", () => {
    fc.assert(
      fc.property(objectOf(part), edits, viewers, (text, changes, viewer) => {
        const bytes = Buffer.from(edited(text, changes), "utf8");
        const review = (value: JsonValue): JsonValue | undefined => part.review(value, viewer);
        const whole = seeBy(review, BOUNDS)(bytes);
        const outlined = seeByOutline(part.outline?.(viewer), review, BOUNDS)(bytes);
        expect(outlined.toString()).toBe(whole.toString());
        expect(outlined === bytes).toBe(whole === bytes);
      }),
      { numRuns: 400 },
    );
  });
});

test("entries that an engine has many of are not read as a whole", () => {
  const viewer = scoped({ sees: () => true });
  const outlined = new Set(
    parts.flatMap(([name, part]) => (part.outline?.(viewer).kind === "object" ? [name.split(" ")[0]] : [])),
  );
  expect([...outlined]).toEqual(
    expect.arrayContaining([
      ...["ContainerList", "ImageList", "NetworkList", "VolumeList", "ServiceList", "TaskList"],
      ...["SystemDataUsage", "ContainerListLibpod", "VolumeListLibpod"],
    ]),
  );
});
