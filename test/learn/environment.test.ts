import { describe, expect, test } from "vitest";
import { linuxserver } from "../../src/config/linuxserver.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { tecnativa } from "../../src/config/tecnativa.ts";
import { renderEnvironment } from "../../src/learn/render-environment.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { denied, deniedPower, observe, unjudged, used } from "./journal.ts";

/** The settings among the lines, with the powers as the command joins them. */
function settingsOf({
  lines,
  powers,
}: ReturnType<typeof renderEnvironment>): Readonly<Record<string, string>> {
  const settings = lines.filter((line) => !line.startsWith("#")).map((line) => line.split("="));
  return {
    ...Object.fromEntries(settings.map(([name = "", value = ""]) => [name, value])),
    QUAYGATE_POWERS: powers.join(","),
  };
}

function grantOf(settings: Readonly<Record<string, string>>): Grant {
  const read = readSettings(settings, { terminal: false });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value.clients[0].grant;
}

const RESTARTS = [used("ContainerList"), used("ContainerRestart"), used("ContainerStop")];

describe.each([tecnativa, linuxserver])("the switches of $name", (dialect) => {
  test("open what was used, and of what needs none nothing stays on", () => {
    const settings = settingsOf(renderEnvironment(observe(RESTARTS).clients, dialect));
    const { decisions } = grantOf(settings);
    for (const { operation } of RESTARTS) {
      expect([...decisions].find(([name]) => name === operation)?.[1].kind).toBe("allow");
    }
    expect([settings["EVENTS"], settings["PING"], settings["VERSION"]]).toEqual(["0", "0", "0"]);
    expect(settings["QUAYGATE_POWERS"]).toBe("none");
  });
});

test("they say what else they open, of each by which", () => {
  const { lines } = renderEnvironment(observe(RESTARTS).clients, tecnativa);
  expect(lines).toContain(
    "# CONTAINERS=1 opens besides: ContainerInspect, ContainerLogs, ContainerStats, ContainerTop, ContainerArchiveInfo, ContainerArchive, ContainerChanges, CheckpointList and 2 more.",
  );
  expect(
    lines.filter((line) => line.startsWith("# POST=1 and CONTAINERS=1 opens besides: ContainerCreate, ")),
  ).toHaveLength(1);
  const narrow = renderEnvironment(observe(RESTARTS).clients, linuxserver).lines;
  expect(narrow.some((line) => line.includes("ContainerCreate"))).toBe(false);
  expect(narrow).toContain("QUAYGATE_COMPAT=linuxserver");
});

test("they say what no switch opens, what is not known, what was denied, and what is the host", () => {
  const { clients } = observe([
    used("ContainerListLibpod"),
    used("ContainerCreate", "privileged"),
    unjudged("ContainerCreate"),
    denied("ExecStart"),
  ]);
  const { lines, powers } = renderEnvironment(clients, tecnativa);
  expect(lines).toContain("# No switch of it opens ContainerListLibpod: a policy file does.");
  expect(lines).toContain(
    "# web: What 1 exchange asked for was not recorded, or not to its end: ContainerCreate.",
  );
  expect(lines).toContain("# HOST: privileged is root on the host, past this gate.");
  expect(lines.find((line) => line.startsWith("# web, denied until now: "))).toMatch(
    /: ExecStart, once, \S+: EXEC=1 would allow it$/u,
  );
  expect(powers).toEqual(["default", "privileged"]);
});

test("they say what would allow what was denied in switches, and never in words of a policy", () => {
  const asked = { ...denied("ContainerCreate"), powers: ["env"] };
  const records = [denied("ContainerStop"), denied("ContainerListLibpod"), asked];
  const deniedOf = (...others: Parameters<typeof observe>[0]): readonly string[] =>
    renderEnvironment(observe([...others, ...records]).clients, tecnativa)
      .lines.filter((line) => line.includes("denied until now"))
      .map((line) => line.replace(/^.*: (\w+), once, \S+: /u, "$1: "));
  expect(deniedOf(used("ContainerList"))).toEqual([
    "ContainerCreate: POST=1 would allow it, with env in QUAYGATE_POWERS",
    "ContainerListLibpod: no switch opens it: a policy file does",
    "ContainerStop: POST=1 would allow it",
  ]);
  expect(deniedOf(used("ContainerRename"))).toContain(
    "ContainerCreate: these switches open it, with env in QUAYGATE_POWERS",
  );
  expect(deniedOf(used("ContainerRename"), used("ContainerCreate", "env:A"), deniedPower("env:A"))).toEqual([
    "ContainerCreate: these switches open it, with env in QUAYGATE_POWERS",
    "ContainerListLibpod: no switch opens it: a policy file does",
    "ContainerStop: these switches open it",
    expect.stringMatching(/ env:A by ContainerCreate, .*: QUAYGATE_POWERS gives it$/u),
  ]);
});

test("they are for all clients of a log together", () => {
  const { clients } = observe([used("SystemInfo"), { ...used("ImageList"), client: "other" }]);
  const settings = settingsOf(renderEnvironment(clients, tecnativa));
  expect([settings["INFO"], settings["IMAGES"], settings["POST"]]).toEqual(["1", "1", undefined]);
});
