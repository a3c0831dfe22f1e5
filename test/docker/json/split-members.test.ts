import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import { type Cut, MemberSplitter, type PieceBounds } from "../../../src/docker/json/split-members.ts";

const CUTS: ReadonlyMap<string, Cut> = new Map<string, Cut>([
  ["list", { kind: "list" }],
  ["inner", { kind: "members", members: new Map<string, Cut>([["list", { kind: "list" }]]) }],
]);

/** The pieces as texts: `key=value`, `key[`, `key{`, `value` and `end`. */
function split(
  parts: readonly Buffer[],
  bounds: PieceBounds = { entry: 1_000, value: 1_000, hold: () => true },
): readonly string[] | string {
  const splitter = new MemberSplitter(CUTS, bounds);
  const pieces: string[] = [];
  for (const part of [...parts, undefined]) {
    const cut = part === undefined ? splitter.end() : splitter.read(part);
    if (!cut.ok) return cut.error.kind === "full" ? "full" : cut.error.reason;
    for (const piece of cut.value) {
      if (piece.kind === "closes") pieces.push("end");
      else if (piece.kind === "opens") pieces.push(`${piece.key}${piece.as === "list" ? "[" : "{"}`);
      else {
        const text = piece.element?.toString() ?? "too long";
        pieces.push(piece.key === undefined ? text : `${piece.key}=${text}`);
      }
    }
  }
  return pieces;
}

const cutting = fc.array(fc.nat(), { maxLength: 6 });

function partsOf(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((one, other) => one - other);
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
}

describe("an object is cut", () => {
  test.each([
    ["{}", []],
    ['{"a":1}', ["a=1"]],
    [' { "a" : 1 , "b":[1, 2] }\n', ["a=1", "b=[1, 2]"]],
    ['{"list":[]}', ["list[", "end"]],
    ['{"list":[{"a":1}, 2,"x"],"a":null}', ["list[", '{"a":1}', "2", '"x"', "end", "a=null"]],
    ['{"list":null,"inner":null}', ["list=null", "inner=null"]],
    ['{"list":{},"inner":[]}', ["list={}", "inner=[]"]],
    ['{"inner":{"list":[1],"b":{"list":[1]}}}', ["inner{", "list[", "1", "end", 'b={"list":[1]}', "end"]],
    ['{"\\u006cist":[1]}', ["list[", "1", "end"]],
    [`{"list":["${"x".repeat(2_000)}",1]}`, ["list[", "too long", "1", "end"]],
  ])("into its members, and lists into entries: %s", (text, pieces) => {
    expect(split([Buffer.from(text)])).toEqual(pieces);
  });

  test.each([
    ["[]", "it is no object"],
    ["null", "it is no object"],
    ['{"a":1', "it breaks off"],
    ['{"list":[1', "it breaks off"],
    ["", "it breaks off"],
    ["{}{}", "something follows its end"],
    ['{"a":1,"a":2}', "a key stands twice in one object"],
    ['{"a":1,"\\u0061":2}', "a key stands twice in one object"],
    ['{"inner":{"a":1,"a":2}}', "a key stands twice in one object"],
    ['{"a"1}', "a key has no colon behind it"],
    ['{"a":}', "a value is missing"],
    ['{"a":1 "b":2}', "two values have no comma between them"],
    ['{"list":[1 2]}', "two values have no comma between them"],
    ['{"list":[1,]}', "an entry is missing"],
    ['{"list":[1}}', "two values have no comma between them"],
    ["{1:2}", "a key is missing"],
    ['{"a":1,}', "a key is missing"],
    ['{"\\x":1}', "a key can't be read"],
    [`{"${"k".repeat(2_000)}":1}`, "a key can't be read"],
    [
      `{${Array.from({ length: 1_001 }, (_, at) => `"${at}":1`).join()}}`,
      "an object has more than 1000 members",
    ],
  ])("not, where it is none: %s", (text, reason) => {
    expect(split([Buffer.from(text)])).toBe(reason);
  });

  test("no further than there is memory for a part of it", () => {
    const bounds = { entry: 1_000, value: 1_000, hold: (bytes: number) => bytes < 10 };
    expect(split([Buffer.from('{"list":["0123456789'), Buffer.from('0123456789"]}')], bounds)).toBe("full");
  });

  test("the same wherever it is parted, and into values that are those of the whole", () => {
    const member = fc.oneof(
      fc.tuple(fc.constant("list"), fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 3 })),
      fc.tuple(fc.constantFrom("a", "b", "é", "inner"), fc.jsonValue({ maxDepth: 2 })),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(member, { selector: ([key]) => key }),
        fc.constantFrom(undefined, 1),
        cutting,
        (members, space, cuts) => {
          const bytes = Buffer.from(JSON.stringify(Object.fromEntries(members), undefined, space));
          const whole = split([bytes]);
          expect(split(partsOf(bytes, cuts))).toEqual(whole);
          expect(typeof whole).toBe("object");
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("only where the strict reader reads it, as far as its pieces are read as well", () => {
    const soup = fc
      .array(
        fc.constantFrom(
          ...[
            '"',
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "1",
            "null",
            " ",
            '"a"',
            '"list":',
            '"inner":',
            '"b":2',
            "x",
          ],
        ),
        { maxLength: 10 },
      )
      .map((parts) => `{${parts.join("")}}`);
    let read = 0;
    fc.assert(
      fc.property(soup, (text) => {
        const pieces = split([Buffer.from(text)]);
        const areRead =
          typeof pieces !== "string" &&
          pieces.every(
            (piece) =>
              piece === "end" ||
              /[[{]$/u.test(piece) ||
              parseJson(Buffer.from(piece.replace(/^[^=]*=/u, ""))).ok,
          );
        const isRead = parseJson(Buffer.from(text)).ok;
        read += isRead ? 1 : 0;
        expect(areRead).toBe(isRead);
      }),
      { numRuns: 10_000 },
    );
    expect(read).toBeGreaterThan(50);
  });
});
