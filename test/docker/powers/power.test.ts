import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestCommand, longestName } from "../../../src/docker/limits.ts";
import { encodePath, encodeValue } from "../../../src/docker/powers/power.ts";
import { decodeValue } from "../../../src/policy/power-glob.ts";
import { createAsks } from "./container-asks.ts";

describe("an encoded value", () => {
  test("is what it was once it is decoded, and holds nothing that means something in a list", () => {
    const marks = fc.constantFrom("%", ",", "*", ":", " ", "é", "\u{1f600}", "\n", "a", "/", "~", "\u007f");
    fc.assert(
      fc.property(
        fc.array(marks).map((parts) => parts.join("")),
        (text) => {
          for (const encoded of [encodeValue(text), encodePath(text)]) {
            expect(decodeValue(encoded)).toBe(text);
            expect(encoded).toMatch(/^(?! )[\u0020-\u007e]*$/u);
            expect(encoded).not.toMatch(/[*,]| $/u);
          }
          expect(encodePath(text)).not.toContain(":");
        },
      ),
    );
  });

  test("is as long as its name, up to the longest path of Linux, in bytes", () => {
    expect(encodeValue("x".repeat(longestName))).toBe("x".repeat(longestName));
    expect(decodeValue(encodeValue("é".repeat(longestName / 2)))).toBe("é".repeat(longestName / 2));
  });

  test.each([
    ["characters", "x".repeat(longestName + 1), `${"x".repeat(120)}%...`],
    ["bytes", `${"é".repeat(longestName / 2)}x`, `${"%C3%A9".repeat(120)}%...`],
    [
      "half of a character where it is cut",
      `${"x".repeat(119)}${"\u{1f600}".repeat(2000)}`,
      `${"x".repeat(119)}%EF%BF%BD%...`,
    ],
  ])("is cut where it has too many %s, and decodes to nothing then", (_what, text, cut) => {
    expect(encodeValue(text)).toBe(cut);
    expect(encodePath(text)).toBe(cut);
    expect(decodeValue(cut)).toBeUndefined();
    expect(decodeValue(`${cut}:ro`)).toBeUndefined();
  });
});

describe("a command", () => {
  const commandOf = (...Cmd: readonly string[]): string | undefined => {
    const asked = createAsks({ Cmd });
    return typeof asked === "string" ? asked : asked.find((power) => power.startsWith("command:"));
  };

  test.each([
    ["a program", ["CMD", "x".repeat(longestCommand)]],
    ["a line for a shell", ["CMD-SHELL", "x".repeat(longestCommand)]],
    ["many words in one", [`CMD x${" a".repeat(300_000)}`]],
    ["spaces before what counts", [`CMD x${" ".repeat(300_000)}rm`]],
  ])("of a health check that is longer is cut: %s", (_what, Test) => {
    const asked = createAsks({ Healthcheck: { Test } });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/^command:.{120,}%\.\.\.$/u);
  });

  test("is whole up to the longest word that Linux starts a program with", () => {
    const script = "x".repeat(longestCommand - 6);
    expect(commandOf("sh", "-c", script)).toBe(`command:sh -c ${script}`);
  });

  test.each([
    ["one word", ["x".repeat(longestCommand + 1)]],
    ["many words", Array.from({ length: longestCommand / 8 }, () => "x".repeat(8))],
    ["words that are quoted", [`${"\\".repeat(longestCommand)} `]],
  ])("of more is cut: %s", (_what, words) => {
    expect(commandOf(...words)).toMatch(/^command:.{120,}%\.\.\.$/u);
  });
});
