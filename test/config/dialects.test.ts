import { describe, expect, test } from "vitest";
import type { Environment } from "../../src/config/environment.ts";
import { linuxserver, linuxserverSwitches } from "../../src/config/linuxserver.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { tecnativa, tecnativaSwitches } from "../../src/config/tecnativa.ts";
import { linuxserverOriginal } from "./linuxserver-original.ts";

function warningsOf(environment: Environment): readonly string[] {
  const settings = readSettings(environment, { terminal: false });
  return settings.ok ? settings.value.warnings.map(({ message }) => message) : ["not settings at all"];
}

const linuxserverIsMeant = (name: string): string =>
  `${name} belongs to the linuxserver dialect: set QUAYGATE_COMPAT=linuxserver`;

describe("the dialect", () => {
  test.each([
    [undefined, tecnativa],
    ["", tecnativa],
    ["tecnativa", tecnativa],
    ["linuxserver", linuxserver],
    [" linuxserver ", linuxserver],
  ])("for QUAYGATE_COMPAT %j is the right one", (compat, dialect) => {
    const settings = readSettings({ QUAYGATE_COMPAT: compat }, { terminal: false });
    expect(settings).toMatchObject({ ok: true, value: { dialect: { name: dialect.name } } });
  });

  test.each(["LinuxServer", "linuxserver.io", "none"])("is not guessed from QUAYGATE_COMPAT %j", (compat) => {
    expect(readSettings({ QUAYGATE_COMPAT: compat }, { terminal: false })).toEqual({
      ok: false,
      error: [{ setting: "QUAYGATE_COMPAT", message: `"${compat}" is none of tecnativa, linuxserver` }],
    });
  });

  test("of LinuxServer has the original's switches and defaults", () => {
    expect([...linuxserverSwitches.keys()].toSorted()).toEqual(linuxserverOriginal.switches.toSorted());
    const on = [...linuxserverSwitches].filter(([, byDefault]) => byDefault).map(([name]) => name);
    expect(on.toSorted()).toEqual(linuxserverOriginal.defaults.toSorted());
  });

  test("of LinuxServer has every switch of Tecnativa's", () => {
    expect([...tecnativaSwitches.keys()].filter((name) => !linuxserverSwitches.has(name))).toEqual([]);
  });
});

describe("a variable of the other dialect", () => {
  test.each([
    ["that is on", { ALLOW_LOGS: "1" }, ["ALLOW_LOGS"]],
    [
      "that is on, one of many",
      { LIBPOD_INFO: "2", LIBPOD_PODS: "0", LIBPOD_PING: "01" },
      ["LIBPOD_INFO", "LIBPOD_PING"],
    ],
    ["that is on and one letter off a switch that there is", { ALLOW_TOP: "1" }, ["ALLOW_TOP"]],
    ["that is off and would keep closed what is closed here too", { ALLOW_EXPORT: "0" }, ["ALLOW_EXPORT"]],
  ])("%s is warned about", (_, environment, settings) => {
    expect(warningsOf(environment).toSorted()).toEqual(settings.map((name) => linuxserverIsMeant(name)));
  });

  test.each<[string, Environment]>([
    [
      "is off and would open nothing",
      { LIBPOD_CONTAINERS: "0", LIBPOD_ALLOW_STOP: "", LIBPOD_PLAY: "false" },
    ],
    ["is in both dialects", { POST: "1", ALLOW_PAUSE: "1", ALLOW_RESTARTS: "1" }],
    ["is there without a value", { ALLOW_LOGS: undefined }],
    [
      "is read, for its dialect is named",
      { QUAYGATE_COMPAT: "linuxserver", CONTAINERS: "1", ALLOW_LOGS: "1", LIBPOD_INFO: "1" },
    ],
    ["is where to listen, for its dialect is the default", { BIND_CONFIG: "127.0.0.1:1" }],
  ])("is not warned about when it %s", (_, environment) => {
    expect(warningsOf(environment)).toEqual([]);
  });

  test("is told with what is open, where it was to keep that closed", () => {
    expect(warningsOf({ CONTAINERS: "1", ALLOW_EXPORT: "0" })).toEqual([
      `${linuxserverIsMeant("ALLOW_EXPORT")}; ContainerExport is open by CONTAINERS=1`,
    ]);
  });

  test("is a place to listen at: it is not read, and is warned about", () => {
    const environment = { QUAYGATE_COMPAT: "linuxserver", BIND_CONFIG: "0.0.0.0:1" };
    expect(warningsOf(environment)).toEqual([
      "BIND_CONFIG belongs to the tecnativa dialect: set QUAYGATE_LISTEN instead",
    ]);
    expect(readSettings(environment, { terminal: false })).toMatchObject({
      value: { listen: [{ kind: "tcp", host: "127.0.0.1", port: 2375 }] },
    });
  });
});

describe("a switch of LinuxServer's that is misspelt", () => {
  test("is told with what was meant, where LinuxServer's switches are read", () => {
    const environment = { LIBPOD_IMAGE: "1", ALLOW_LOG: "0" };
    expect(warningsOf({ ...environment, QUAYGATE_COMPAT: "linuxserver" })).toEqual([
      "LIBPOD_IMAGE is no setting; did you mean LIBPOD_IMAGES?",
      "ALLOW_LOG is no setting; did you mean ALLOW_LOGS?",
    ]);
    expect(warningsOf(environment)).toEqual([
      "LIBPOD_IMAGE is no setting; did you mean LIBPOD_IMAGES of the linuxserver dialect?",
      "ALLOW_LOG is no setting; did you mean ALLOW_LOGS of the linuxserver dialect?",
    ]);
  });
});

describe("DISABLE_IPV6", () => {
  test.each([
    ["tecnativa", "1", true],
    ["tecnativa", "true", true],
    ["tecnativa", "YES", true],
    ["tecnativa", "0", false],
    ["tecnativa", "01", false],
    ["linuxserver", "1", true],
    ["linuxserver", "true", false],
    ["linuxserver", "YES", false],
    ["linuxserver", "0", false],
    ["linuxserver", "01", false],
  ])("in the %s dialect with %j asks for IPv4 only: %j", (compat, value, ipv4Only) => {
    const settings = readSettings(
      { QUAYGATE_COMPAT: compat, QUAYGATE_LISTEN: "tcp://[::]:2375", DISABLE_IPV6: value },
      { terminal: false },
    );
    expect(settings).toMatchObject({ value: { listen: [{ host: ipv4Only ? "0.0.0.0" : "::" }] } });
  });

  test.each([
    ["linuxserver", "true", ["DISABLE_IPV6=true is off in the linuxserver dialect: set DISABLE_IPV6=1"]],
    ["tecnativa", "on", ["DISABLE_IPV6=on is off in the tecnativa dialect: set DISABLE_IPV6=1"]],
    ["tecnativa", "true", []],
    ["linuxserver", "1", []],
    ["linuxserver", "false", []],
  ])("in the %s dialect at %j is warned about when it looks on and is off", (compat, value, warnings) => {
    expect(warningsOf({ QUAYGATE_COMPAT: compat, DISABLE_IPV6: value })).toEqual(warnings);
  });
});
