import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/set-up.mjs";
import { presetNames, readPreset } from "../../src/config/presets.ts";
import { linesOf, quaygate } from "./quaygate-command.ts";

describe("quaygate presets", () => {
  test("lists each preset with its sentence, on lines that a terminal has room for", async () => {
    const { code, stdout, stderr } = await quaygate(["presets"]);
    expect([code, stderr]).toEqual([0, ""]);
    const lines = linesOf(stdout);
    expect(lines.map((line) => line.replace(/ .*$/u, ""))).toEqual(presetNames());
    for (const [index, name] of presetNames().entries()) {
      expect(lines[index]?.endsWith(`  ${readPreset(name)?.describes ?? "none"}`)).toBe(true);
    }
    expect(lines.filter((line) => line.length > 125)).toEqual([]);
  });

  test("with a name prints the preset as it is shipped", async () => {
    const shipped = readFileSync(join(root, "presets", "traefik.yaml"), "utf8");
    expect(await quaygate(["presets", "traefik"])).toEqual({ code: 0, stdout: shipped, stderr: "" });
  });

  test.each([
    { words: ["treafik"], says: 'there is no preset "treafik"; did you mean traefik? See: quaygate presets' },
    { words: ["../package"], says: 'there is no preset "../package". See: quaygate presets' },
    {
      words: ["traefik", "diun"],
      says: "presets wants one name at most, such as: quaygate presets traefik",
    },
  ])("says what it does not understand: $words", async ({ words, says }) => {
    expect(await quaygate(["presets", ...words])).toEqual({
      code: 2,
      stdout: "",
      stderr: `quaygate: ${says}\n`,
    });
  });
});
