import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PATH_LIMIT } from "../../src/http1/limits.ts";
import { readRequestStart } from "../../src/http1/request-start.ts";

describe("the beginning of a head tells", () => {
  test.each([
    ["GET /info HTTP/1.1\r\nHost: x", "GET", "/info"],
    ["GET /info?a=secret HTTP/1.1", "GET", "/info"],
    ["GET /info?a=sec", "GET", "/info"],
    ["GET /info ", "GET", "/info"],
    ["GET /info HTTP/2.0\nHost: x", "GET", "/info"],
    ["POST //a/%2e%2e HTTP/1.1\r\n", "POST", "//a/%2e%2e"],
    ["M-SEARCH /x HTTP/1.1\r\n", "M-SEARCH", "/x"],
    ["GET /a b HTTP/1.1\r\n", "GET", "/a"],
  ])("method and path: %j", (text, method, path) => {
    expect(readRequestStart(text)).toEqual({ method, path });
  });

  test.each([
    ["no end of the path", "GET /inf"],
    ["a path cut by the end of the line", "GET /info\r\nx y"],
    ["a URL", "GET http://x/info HTTP/1.1\r\n"],
    ["no target", "PRI * HTTP/2.0\r\n"],
    ["a mark in the path", "GET /a#b HTTP/1.1\r\n"],
    ["a byte beyond ASCII", "GET /\u00e4 HTTP/1.1\r\n"],
    ["a control character", "GET /\u001b[2J HTTP/1.1\r\n"],
    ["a path that is too long", `GET /${"a".repeat(PATH_LIMIT + 100)} HTTP/1.1\r\n`],
  ])("a method alone where the path is in doubt: %s", (_why, text) => {
    expect(readRequestStart(text)).toMatchObject({ path: undefined });
  });

  test.each([
    ["nothing", ""],
    ["a space first", " GET / HTTP/1.1"],
    ["no space", "GET\r\n / x"],
    ["small letters", "get / HTTP/1.1"],
    ["what is none", "SSH-2.0-OpenSSH x"],
    ["a very long word", `${"A".repeat(21)} / HTTP/1.1`],
  ])("nothing: %s", (_why, text) => {
    expect(readRequestStart(text)).toBeUndefined();
  });

  test("nothing but printable ASCII, whatever is sent", () => {
    const anything = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(fc.constantFrom("", "GET ", "GET /", "POST /a "), anything, (start, rest) => {
        const { method = "", path = "" } = readRequestStart(start + rest) ?? {};
        expect(`${method}${path}`).toMatch(/^[!-~]*$/u);
      }),
    );
  });
});
