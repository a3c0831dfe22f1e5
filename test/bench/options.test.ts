import { describe, expect, test } from "vitest";
import { parseOptions } from "../../bench/options.ts";

describe("the command line of the benchmark", () => {
  test("measures everything in full against HAProxy where nothing is said", () => {
    const { form, only, opponent, write } = parseOptions([]);
    expect([form.name, only, opponent, write]).toEqual([
      "full",
      "",
      { kind: "haproxy", threads: undefined },
      false,
    ]);
  });

  test("compares with another build", () => {
    expect(parseOptions(["--against", "/other/dist/cli/main.js", "--quick"]).opponent).toEqual({
      kind: "gate",
      main: "/other/dist/cli/main.js",
    });
  });

  test.each([
    { words: ["--quick", "--guard"], why: "two forms" },
    { words: ["--threads", "0"], why: "from 1 to 99" },
    { words: ["--write", "--only", "denied"], why: "--only" },
    { words: ["--write", "--guard"], why: "--guard" },
    { words: ["--write", "--against", "main.js"], why: "--against" },
    { words: ["--slow"], why: "--slow" },
  ])("refuses $words", ({ words, why }) => {
    expect(() => parseOptions(words)).toThrow(why);
  });
});
