import { describe, expect, test } from "vitest";
import { dialects } from "../../src/config/dialects.ts";
import { readOrigins } from "../../src/config/origins.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import type { Origins } from "../../src/policy/origins.ts";
import { noOrigins } from "../support/no-origins.ts";

function read(text: string): Origins | readonly string[] {
  const origins = readOrigins(text, []);
  return origins.ok ? origins.value : origins.error;
}

describe("an origin is read as browsers write it", () => {
  test.each([
    ["https://portainer.example:9443", "https://portainer.example:9443"],
    ["HTTPS://Portainer.Example:9443", "https://portainer.example:9443"],
    ["https://portainer.example/", "https://portainer.example"],
    ["https://portainer.example:443", "https://portainer.example"],
    ["http://portainer.example:80", "http://portainer.example"],
    ["http://localhost:3000", "http://localhost:3000"],
    ["http://[::1]:3000", "http://[::1]:3000"],
    ["http://2130706433:3000", "http://127.0.0.1:3000"],
    ["https://b\u00fccher.example", "https://xn--bcher-kva.example"],
    ["chrome-extension://AbCdEf", "chrome-extension://abcdef"],
    ["tauri://localhost", "tauri://localhost"],
  ])("%s", (text, origin) => {
    expect(read(text)).toEqual({ ...noOrigins, pages: new Set([origin]) });
  });
});

describe("what is neither an origin nor a name that must be listed starts no gate", () => {
  test.each([
    ["an origin with a path", "https://a.example/x"],
    ["an origin with two slashes", "https://a.example//"],
    ["an origin with a backslash", "https://a.example\\"],
    ["an extension's page", "chrome-extension://abcdef/page.html"],
    ["an origin with a query", "https://a.example?x"],
    ["an origin with somebody", "https://somebody:hunter2@a.example"],
    ["an origin with a wildcard", "https://*.example"],
    ["an origin with a port that is none", "https://a.example:99999"],
    ["two origins without a comma", "https://a.example https://b.example"],
    ["no host", "https://"],
    ["a file", "file:///srv/page.html"],
    ["null, which any page can be", "null"],
    ["everything", "*"],
    ["a wildcard", "*.example"],
    ["a name with a port", "gate.example:2375"],
    ["a name without a dot, which is let in anyway", "gate"],
    ["localhost", "localhost"],
    ["an address, which is let in anyway", "192.168.1.5"],
    ["another word", "any"],
    ["nothing between commas", "gate.example,,everywhere"],
    ["a comma", ","],
  ])("%s", (_, text) => {
    const settings = readSettings({ QUAYGATE_ORIGINS: text }, { terminal: false });
    const [problem] = settings.ok ? [] : settings.error;
    expect(problem).toMatchObject({ setting: "QUAYGATE_ORIGINS" });
    expect(problem?.message).toContain("is no origin like https://portainer.example:9443");
  });

  test("with every fault at once, and what was meant", () => {
    expect(read("everywere, gate.example, null")).toEqual([
      '"everywere" is no origin like https://portainer.example:9443, no name with a dot like gate.example, and not everywhere; did you mean everywhere?',
      '"null" is no origin like https://portainer.example:9443, no name with a dot like gate.example, and not everywhere',
    ]);
  });
});

describe.each(dialects.map(({ name }) => name))("in the dialect %s", (dialect) => {
  const originsOf = (environment: Readonly<Record<string, string>>): unknown => {
    const settings = readSettings({ QUAYGATE_COMPAT: dialect, ...environment }, { terminal: false });
    return settings.ok ? settings.value.origins : settings.error;
  };

  test.each([{}, { QUAYGATE_ORIGINS: "" }, { QUAYGATE_ORIGINS: " \t" }])(
    "nothing of browsers is let in without the setting: %j",
    (environment) => {
      expect(originsOf(environment)).toEqual(noOrigins);
    },
  );

  test("a list is read", () => {
    expect(originsOf({ QUAYGATE_ORIGINS: " https://a.example , Gate.Example.,everywhere\r" })).toEqual({
      everywhere: true,
      pages: new Set(["https://a.example"]),
      hosts: new Set(["gate.example"]),
    });
  });

  test("the names that the gate was told to listen by are its own", () => {
    expect(
      originsOf({
        QUAYGATE_LISTEN: "tcp://Gate.lan:2375,tcp://127.0.0.1:2375,tcp://localhost:1,unix:///run/a.sock",
        QUAYGATE_ADMIN: "tcp://health.lan:9375",
      }),
    ).toEqual({ ...noOrigins, hosts: new Set(["gate.lan", "health.lan"]) });
  });
});
