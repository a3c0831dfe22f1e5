import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePath } from "../../src/docker/path.ts";

/** Pieces that paths, and attacks on paths, are made of. */
const pieces = fc.constantFrom(
  ..."/ / / / // . .. /../ /./ v1.41 /v1.41/ v1.23 v01.41 v v4.3.1 /v4.3.1/libpod/ /v4.03.1/libpod/ libpod containers json images reg:5000 b@sha256:0".split(
    " ",
  ),
  ..."_ping a ~ + ; = ! $ & ' ( ) * , % %z %4 \\ < \" { } %2f %2F %2e %2E%2e %5c %00 %0a %20 %25 %252f".split(
    " ",
  ),
  ..."%23 %3f %3B %76 %31 %c3%a9 %C3 %ff %c0%af %F0%9F%90%B3 %ed%a0%80 %C2%85".split(" "),
);
const paths = fc.array(pieces, { maxLength: 10 }).map((parts) => `/${parts.join("")}`);
const decodedSegments = fc.array(
  fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 8 })
    .filter((text) => !/[\p{Cc}\\/]|^\.{1,2}$|^v[0-9.]*$/u.test(text)),
  { minLength: 1, maxLength: 6 },
);

/** Decodes as Go's net/url does: each escape is one byte, once; all else stands for itself. */
function decodeAsGo(path: string): string {
  const bytes: number[] = [];
  for (let index = 0; index < path.length; index += 1) {
    if (path[index] === "%") {
      bytes.push(Number.parseInt(path.slice(index + 1, index + 3), 16));
      index += 2;
    } else {
      bytes.push(path.charCodeAt(index));
    }
  }
  return Buffer.from(bytes).toString("utf8");
}

function escapeByte(character: string, upper: boolean): string {
  const digits = character.charCodeAt(0).toString(16).padStart(2, "0");
  return `%${upper ? digits.toUpperCase() : digits}`;
}

describe("parsePath", () => {
  test("never throws, whatever the text", () => {
    const anything = fc.oneof(
      paths,
      fc.string({ unit: "binary" }),
      fc.string({ unit: "binary" }).map((text) => `/${text}`),
    );
    fc.assert(
      fc.property(anything, (raw) => {
        const parsed = parsePath(raw);
        if (!parsed.ok) expect(["bad_path", "bad_version", "version_too_old"]).toContain(parsed.error.code);
      }),
      { numRuns: 3000 },
    );
  });

  test("reads its own canonical spelling as the same path, spelled the same", () => {
    fc.assert(
      fc.property(paths, (raw) => {
        const parsed = parsePath(raw);
        if (parsed.ok) expect(parsePath(parsed.value.canonical)).toEqual(parsed);
      }),
      { numRuns: 3000 },
    );
  });

  test("hands on a canonical spelling that Go decodes to the segments that were judged", () => {
    fc.assert(
      fc.property(paths, (raw) => {
        const parsed = parsePath(raw);
        if (!parsed.ok) return;
        const { version, segments, canonical, unversioned } = parsed.value;
        const prefix = version === undefined ? [] : [`v${version}`];
        expect(decodeAsGo(canonical)).toBe(`/${[...prefix, ...segments].join("/")}`);
        expect(decodeAsGo(unversioned)).toBe(`/${segments.join("/")}`);
        // Go's mux sends a client from slashes that stand together to one.
        expect(decodeAsGo(canonical)).toBe(decodeAsGo(raw).replaceAll(/\/{2,}/gu, "/"));
      }),
      { numRuns: 3000 },
    );
  });

  test("hands on nothing but unreserved characters, sub-delimiters and whole escapes", () => {
    fc.assert(
      fc.property(paths, (raw) => {
        const parsed = parsePath(raw);
        if (parsed.ok)
          expect(parsed.value.canonical).toMatch(/^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*$/);
      }),
      { numRuns: 3000 },
    );
  });

  test("comes to the same result when any of the characters are escaped", () => {
    fc.assert(
      fc.property(paths, fc.infiniteStream(fc.boolean()), fc.boolean(), (raw, coins, upper) => {
        const escaped = raw
          .slice(1)
          .replaceAll(/%[0-9a-fA-F]{2}|[^%]/g, (part) =>
            part.length === 1 && coins.next().value ? escapeByte(part, upper) : part,
          );
        const [parsed, again] = [parsePath(raw), parsePath(`/${escaped}`)];
        if (parsed.ok) expect(again).toEqual(parsed);
        else expect(again).toMatchObject({ ok: false, error: { code: parsed.error.code } });
      }),
      { numRuns: 5000 },
    );
  });

  test("brings every name through that has no separator, dot segment or control character", () => {
    fc.assert(
      fc.property(decodedSegments, (segments) => {
        const parsed = parsePath(`/${segments.map((segment) => encodeURIComponent(segment)).join("/")}`);
        expect(parsed).toMatchObject({ ok: true, value: { segments, version: undefined } });
      }),
      { numRuns: 3000 },
    );
  });
});
