import { describe, expect, test } from "vitest";
import { dialects } from "../../src/config/dialects.ts";
import { readPowers } from "../../src/config/powers.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { explainReport, reportOf } from "../../src/config/report.ts";
import type { EnvironmentSettings } from "../../src/config/settings.ts";

function settingsWith(environment: Readonly<Record<string, string>>): EnvironmentSettings {
  const settings = readSettings(environment, { terminal: false });
  if (!settings.ok) {
    throw new Error(JSON.stringify(settings.error));
  }
  return settings.value;
}

describe.each(dialects.map(({ name }) => name))("in the dialect %s", (dialect) => {
  test.each([
    ["that is not set", {}],
    ["that is empty", { QUAYGATE_POWERS: "" }],
    ["of white space", { QUAYGATE_POWERS: " \t" }],
    ["all", { QUAYGATE_POWERS: "all" }],
  ])("a list of powers %s restricts nothing", (_name, environment) => {
    const { powers } = settingsWith({ QUAYGATE_COMPAT: dialect, ...environment }).clients[0].grant;
    expect(powers.isEverything).toBe(true);
  });

  test("a list of powers is read, and held by the grant", () => {
    const { powers } = settingsWith({
      QUAYGATE_COMPAT: dialect,
      QUAYGATE_POWERS: " default, -image ,image:texlive/*\r",
    }).clients[0].grant;
    expect(powers.entries).toEqual(["default", "-image", "image:docker.io/texlive/*"]);
    expect(powers.holds({ noun: "image", value: "docker.io/texlive/texlive:latest" })).toBe(true);
    expect(powers.holds({ noun: "image", value: "docker.io/library/nginx:latest" })).toBe(false);
  });

  test("a list of powers with a fault starts no gate", () => {
    const environment = { QUAYGATE_COMPAT: dialect, QUAYGATE_POWERS: "default, priviledged, bind:etc" };
    expect(readSettings(environment, { terminal: false })).toEqual({
      ok: false,
      error: [
        { setting: "QUAYGATE_POWERS", message: '"priviledged" is no power; did you mean privileged?' },
        {
          setting: "QUAYGATE_POWERS",
          message: '"bind:etc" is no clean absolute path: that would be bind:/etc',
        },
      ],
    });
  });
});

describe("a fault of a list of powers", () => {
  test.each([
    ["defualt", '"defualt" is no power; did you mean default?'],
    ["default, -imgae:x", '"imgae" is no power; did you mean image?'],
    [
      "cap, -cap:SYS_ADMNI",
      '"-cap:SYS_ADMNI" takes nothing away: there is no SYS_ADMNI; did you mean SYS_ADMIN?',
    ],
    [
      "cap, -cap:cap_sys_admni",
      '"-cap:cap_sys_admni" takes nothing away: there is no SYS_ADMNI; did you mean SYS_ADMIN?',
    ],
    ["cap, -cap:SIS_*", '"-cap:SIS_*" takes nothing away: there is no SIS_*'],
    ["host, -host:pids", '"-host:pids" takes nothing away: there is no pids; did you mean pid?'],
    ["*", '"*" is no power; did you mean all?'],
    ["default bind:/x", '"default bind" is no power; a comma stands between two'],
    ["default;privileged", '"default;privileged" is no power; a comma stands between two'],
    ["kubernetes", '"kubernetes" is no power'],
    ["default,", '"" is an empty entry: write none for no power'],
    ["-image", '"-image" is a removal, and a list can\'t begin with one: begin with default or all'],
    [
      "all, -bind:/etc:ro",
      '"-bind:/etc:ro" is less than can be taken away: take away bind:/etc, which includes reading it',
    ],
  ])("of %j is a sentence: %s", (list, sentence) => {
    expect(readPowers(list)).toEqual({ ok: false, error: [sentence] });
  });

  test("is told beside the faults of other settings", () => {
    const environment = { QUAYGATE_POWERS: "x", QUAYGATE_GRACE: "x", QUAYGATE_POWER: "all" };
    const settings = readSettings(environment, { terminal: false });
    expect(settings.ok ? [] : settings.error.map(({ setting }) => setting).toSorted()).toEqual([
      "QUAYGATE_GRACE",
      "QUAYGATE_POWER",
      "QUAYGATE_POWERS",
    ]);
  });
});

describe("the start report", () => {
  const open = { CONTAINERS: "1", POST: "1" };
  const linesAbout = (environment: Readonly<Record<string, string>>): readonly string[] =>
    explainReport(reportOf(settingsWith({ ...open, ...environment }))).filter((line) =>
      line.startsWith("powers"),
    );

  test("tells in one line what requests are held to", () => {
    expect(linesAbout({ QUAYGATE_POWERS: "default,-image,image:texlive/*" })).toEqual([
      "powers: default, -image, image:docker.io/texlive/*: requests that ask for more are refused",
    ]);
  });

  test.each([
    ["nothing is said", {}],
    ["all is said", { QUAYGATE_POWERS: "all" }],
    ["all is given again", { QUAYGATE_POWERS: "all, -image, image" }],
  ])("tells nothing when %s", (_name, environment) => {
    expect(linesAbout(environment)).toEqual([]);
  });
});
