import { describe, expect, test } from "vitest";
import { readGoldenFiles } from "../golden/golden-file.ts";
import { linesOf, quaygate } from "./quaygate-command.ts";

const CHOSEN: ReadonlySet<string> = new Set(["defaults", "dashboard", "looks-on", "nothing"]);
const files = readGoldenFiles("report").filter(({ name }) => CHOSEN.has(name));

describe("explain prints the report of what is open", () => {
  test.each(files.map((file) => [file.name, file] as const))("with the settings: %s", async (_, file) => {
    const { code, stdout, stderr } = await quaygate(["explain"], file.environment);
    expect([code, stderr]).toEqual([0, ""]);
    expect(file.render(linesOf(stdout))).toBe(file.text);
  });

  test("with as many settings as were chosen", () => {
    expect(files.length).toBe(CHOSEN.size);
  });
});

test("explain warns of a switch that looks on and is off", async () => {
  const { stdout } = await quaygate(["explain"], { CONTAINERS: "true" });
  expect(linesOf(stdout)).toContain(
    "warning: CONTAINERS=true is off: a switch is on when it is CONTAINERS=1",
  );
  expect(stdout).not.toContain("CONTAINERS=1:");
});

test("explain warns of a switch that is misspelt", async () => {
  const { stdout } = await quaygate(["explain"], { CONTAINER: "1" });
  expect(linesOf(stdout)).toContain("warning: CONTAINER is no setting; did you mean CONTAINERS?");
});
