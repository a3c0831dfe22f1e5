import { expect, test } from "vitest";
import { openBodyReader } from "../../src/http1/open-body-reader.ts";

const BODY = "3\r\nabc\r\n4;x=y\r\ndefg\r\n1\r\nh\r\n0\r\n\r\n";
const CONTENT = "abcdefgh";

/** What is given of a chunked body that comes in these parts, and the code of the fault that ends it. */
function readParts(
  parts: readonly string[],
  most: number,
): readonly [given: string, code: string | undefined] {
  const reader = openBodyReader({ kind: "chunked" }, false, { most, reason: "too long" });
  let given = "";
  for (const part of parts) {
    const progress = reader.read(Buffer.from(part, "latin1"));
    if (!progress.ok) return [given, progress.error.code];
    given += Buffer.concat(progress.value.data).toString("latin1");
  }
  return [given, undefined];
}

const splits = Array.from(BODY, (_, at) => [BODY.slice(0, at), BODY.slice(at)]);

test("a body as long as its bound is given whole, however it is split", () => {
  for (const parts of [...splits, [...BODY]]) {
    expect(readParts(parts, CONTENT.length)).toEqual([CONTENT, undefined]);
  }
});

test("of a longer body never more than the bound is given, however it is split", () => {
  for (const parts of [...splits, [...BODY]]) {
    for (let most = 1; most < CONTENT.length; most += 1) {
      const [given, code] = readParts(parts, most);
      expect(code).toBe("body_too_large");
      expect(given.length).toBeLessThanOrEqual(most);
      expect(CONTENT.startsWith(given)).toBe(true);
    }
  }
});
