import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/read-settings.ts";
import { reportOf } from "../../src/config/report.ts";

function warningsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  const settings = readSettings(environment, { terminal: false });
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  return reportOf(settings.value).warnings;
}

const LOST = expect.stringMatching(/deletes one first and loses it where that is refused/u);
const changing = { POST: "1", CONTAINERS: "1" };

describe("the start report warns of containers that are deleted and can't be made again", () => {
  test.each([
    { name: "with the default powers", environment: { ...changing, QUAYGATE_POWERS: "default" } },
    { name: "with all but one", environment: { ...changing, QUAYGATE_POWERS: "all,-privileged" } },
    {
      name: "in the other dialect",
      environment: { ...changing, QUAYGATE_COMPAT: "linuxserver", QUAYGATE_POWERS: "default" },
    },
  ])("$name", ({ environment }) => {
    expect(warningsOf(environment)).toContainEqual(LOST);
  });

  test("and tells what opens the deletion", () => {
    expect(warningsOf({ ...changing, QUAYGATE_POWERS: "default" })).toEqual([
      expect.stringMatching(/^ContainerDelete \(POST=1 and CONTAINERS=1\) and ContainerCreate are open, /u),
    ]);
  });

  test.each([
    { name: "where every container may be made", environment: changing },
    {
      name: "where nothing can be deleted",
      environment: { POST: "1", ALLOW_START: "1", QUAYGATE_POWERS: "default" },
    },
    {
      name: "where containers are only looked at",
      environment: { CONTAINERS: "1", QUAYGATE_POWERS: "default" },
    },
  ])("but not $name", ({ environment }) => {
    expect(warningsOf(environment)).not.toContainEqual(LOST);
  });
});
