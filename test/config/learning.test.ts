import { describe, expect, test } from "vitest";
import { loadSettings } from "../../src/config/load-settings.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { explainReport, reportOf } from "../../src/config/report.ts";
import type { Settings } from "../../src/config/settings.ts";

async function load(environment: Readonly<Record<string, string>>): Promise<Settings | readonly string[]> {
  const settings = await loadSettings(environment, { terminal: false });
  return settings.ok
    ? settings.value
    : settings.error.map(({ setting, message }) => `${setting}: ${message}`);
}

async function loaded(environment: Readonly<Record<string, string>>): Promise<Settings> {
  const settings = await load(environment);
  return "clients" in settings ? settings : expect.fail(settings.join("\n"));
}

describe("the mode in which whoever calls learns", () => {
  test("lets through what the default ceiling opens, where nobody says more", async () => {
    const settings = await loaded({ QUAYGATE_MODE: "learn" });
    const { learns } = settings.clients[0].grant;
    expect(learns?.opens.get("ContainerList")?.rule).toBe("the ceiling of learn (default)");
    expect(learns?.opens.has("ContainerLogs")).toBe(false);
    expect([learns?.place, learns?.powers.entries]).toEqual(["QUAYGATE_WITHIN", ["default"]]);
  });

  test("lets through what its words open, with commas between them", async () => {
    const settings = await loaded({
      QUAYGATE_MODE: "learn",
      QUAYGATE_WITHIN: "default, containers:logs,GET /secrets",
    });
    const { learns } = settings.clients[0].grant;
    expect(learns?.opens.get("ContainerLogs")?.rule).toBe("the ceiling of learn (containers:logs)");
    expect(learns?.opens.get("SecretList")?.rule).toBe("the ceiling of learn (GET /secrets)");
    expect(learns?.opens.has("ContainerList")).toBe(true);
  });

  test("opens nothing with none", async () => {
    const settings = await loaded({ QUAYGATE_MODE: "learn", QUAYGATE_WITHIN: "none" });
    expect(settings.clients[0].grant.learns?.opens.size).toBe(0);
  });

  test("gives the ceiling no power that the list does not have, and none beyond default", async () => {
    const settings = await loaded({ QUAYGATE_MODE: "learn", QUAYGATE_POWERS: "default,-image,bind" });
    const { powers } = settings.clients[0].grant.learns ?? expect.fail("nobody learns");
    expect(powers.holds({ noun: "image", value: "docker.io/library/nginx" })).toBe(false);
    expect(powers.holds({ noun: "bind", value: "/etc" })).toBe(false);
    expect(powers.holds({ noun: "cap", value: "CHOWN" })).toBe(true);
  });

  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      "a word that there is not",
      { QUAYGATE_WITHIN: "defualt,containers:log", QUAYGATE_GRACE: "x" },
      [
        'QUAYGATE_GRACE: "x" is not a number of seconds from 0 to 3600',
        'QUAYGATE_WITHIN: "defualt" is no operation and no group; did you mean default?',
        'QUAYGATE_WITHIN: "containers:log" is no operation and no group; did you mean containers:logs?',
      ],
    ],
    [
      "none beside others",
      { QUAYGATE_WITHIN: "none,events" },
      ["QUAYGATE_WITHIN: none stands alone: it opens nothing"],
    ],
    [
      "an empty word",
      { QUAYGATE_WITHIN: "events,," },
      [
        'QUAYGATE_WITHIN: "" is an empty word: leave it out',
        'QUAYGATE_WITHIN: "" is an empty word: leave it out',
      ],
    ],
  ])("is refused with %s, among all that is wrong", async (_, environment, problems) => {
    expect(await load({ QUAYGATE_MODE: "learn", ...environment })).toEqual(problems);
  });

  test("does not begin beside a policy file, which says it of each client", async () => {
    const problems = await load({
      QUAYGATE_POLICY: "/nonexistent/policy.yaml",
      QUAYGATE_MODE: "learn",
      QUAYGATE_WITHIN: "none",
    });
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^QUAYGATE_MODE: says what clients may do, and so does /u),
        expect.stringMatching(/^QUAYGATE_WITHIN: says what clients may do, and so does /u),
      ]),
    );
  });

  test("is refused where nothing can be loaded on demand", () => {
    const settings = readSettings({ QUAYGATE_MODE: "learn" }, { terminal: false });
    expect(settings.ok ? [] : settings.error).toEqual([
      {
        setting: "QUAYGATE_MODE",
        message: "a mode to learn in can't be read here, but by loadSettings alone",
      },
    ]);
  });

  test("is said with what its powers are, where requests can ask for more", async () => {
    const lines = explainReport(
      reportOf(await loaded({ QUAYGATE_MODE: "learn", QUAYGATE_WITHIN: "ContainerCreate" })),
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        "4 of 124 operations are open, 1 more is LET THROUGH while it learns, all others are refused",
        "LET THROUGH by the ceiling of learn (ContainerCreate) (held to the powers of default): creates containers with any host path and any privilege, which is root on the host",
      ]),
    );
  });

  test("is said loudly at the start, with what it lets through", async () => {
    const lines = explainReport(
      reportOf(await loaded({ QUAYGATE_MODE: "learn", QUAYGATE_WITHIN: "containers:logs" })),
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        "4 of 124 operations are open, 2 more are LET THROUGH while it learns, all others are refused",
        "LET THROUGH by the ceiling of learn (containers:logs): the logs of every container",
        "warning: everybody is learning (QUAYGATE_MODE): the gate LETS THROUGH more than its grant, by its ceiling (QUAYGATE_WITHIN): ContainerLogs, 1 of Podman's own",
      ]),
    );
  });
});
