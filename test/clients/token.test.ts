import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTokenFile, presentedToken, type Token } from "../../src/clients/token.ts";

const text = "S3cret-enough.for_a/test+0123==";

function token(file: string): Token {
  const parsed = parseTokenFile(file);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

test.each([
  ["as it is", text],
  ["with the end of its line", `${text}\n`],
  ["with the end of a line of Windows", `${text}\r\n`],
])("a token's file is read %s", (_, file) => {
  expect(presentedToken(`Bearer ${text}`)?.equals(token(file))).toBe(true);
});

test.each([
  ["of two lines", `${text}\n${text}\n`, "one line"],
  ["with an empty line behind it", `${text}\n\n`, "one line"],
  ["that is empty", "", "has letters, digits"],
  ["of a line's end alone", "\n", "has letters, digits"],
  ["with a space", `${text} `, "has letters, digits"],
  ["with a quotation mark", `"${text}"`, "has letters, digits"],
  ["with a byte order mark", `\uFEFF${text}`, "has letters, digits"],
  ["of 15 characters", "a".repeat(15), "at least 16 characters"],
])("a token's file %s is refused, and not repeated", (_, file, reason) => {
  const parsed = parseTokenFile(file);
  const error = parsed.ok ? "" : parsed.error;
  expect(error).toContain(reason);
  expect(error).not.toContain("S3cret");
});

test.each([
  ["in any case of the scheme", `bEARER ${text}`],
  ["after more than one space", `Bearer   ${text}`],
])("a token is sent %s", (_, field) => {
  expect(presentedToken(field)?.equals(token(text))).toBe(true);
});

test.each([
  ["no field", undefined],
  ["an empty field", ""],
  ["another scheme", `Basic ${text}`],
  ["the scheme alone", "Bearer "],
  ["no scheme", text],
  ["two tokens", `Bearer ${text}, ${text}`],
  ["a tab", `Bearer\t${text}`],
])("%s is no token", (_, field) => {
  expect(presentedToken(field)).toBeUndefined();
});

test("tokens are equal exactly where their texts are", () => {
  const texts = fc.stringMatching(/^[A-Za-z0-9._~+/-]{16,40}={0,2}$/u);
  fc.assert(
    fc.property(texts, texts, fc.boolean(), (one, other, isSame) => {
      const sent = isSame ? one : other;
      expect(presentedToken(`Bearer ${sent}`)?.equals(token(one))).toBe(sent === one);
    }),
  );
});

test("a token that is printed or logged shows nothing of its text", () => {
  expect(
    `${inspect(token(text), { depth: 9, showHidden: true })} ${JSON.stringify(token(text))}`,
  ).not.toContain("S3cret");
});
