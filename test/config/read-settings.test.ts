import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/read-settings.ts";
import { tecnativaSwitches } from "../../src/config/tecnativa.ts";

const settingNames = [
  "QUAYGATE_LISTEN",
  "QUAYGATE_ENGINE",
  "QUAYGATE_ADMIN",
  "QUAYGATE_LOG",
  "QUAYGATE_GRACE",
  "QUAYGATE_COMPAT",
  "QUAYGATE_POWERS",
  "QUAYGATE_ORIGINS",
  "BIND_CONFIG",
  "DISABLE_IPV6",
  "SOCKET_PATH",
  "DOCKER_HOST",
  "LOG_LEVEL",
] as const;

describe("the log's form", () => {
  test.each([
    [true, undefined, "text"],
    [false, undefined, "json"],
    [true, "json", "json"],
    [false, "text", "text"],
  ])("with a terminal %j and QUAYGATE_LOG %j is %s", (terminal, wanted, format) => {
    const settings = readSettings({ QUAYGATE_LOG: wanted }, { terminal });
    expect(settings.ok ? settings.value.log.format : settings.error).toBe(format);
  });
});

describe("settings", () => {
  test("may end in white space, as env files leave it", () => {
    const settings = readSettings(
      { LOG_LEVEL: "debug \r", SOCKET_PATH: "/run/a.sock\t" },
      { terminal: false },
    );
    expect(settings).toMatchObject({
      ok: true,
      value: { log: { level: "debug" }, engine: { path: "/run/a.sock" } },
    });
  });

  test.each(["'", '"'])("in %s as env files leave them are told once each, with what is wrong", (mark) => {
    const settings = readSettings(
      { QUAYGATE_POWERS: `${mark}default,name:x${mark}`, QUAYGATE_LISTEN: `${mark}tcp://[::]:2375${mark}\r` },
      { terminal: false },
    );
    const message =
      "has quotation marks around its value, which are part of it: leave them away (docker run --env-file does not)";
    expect(settings).toEqual({
      ok: false,
      error: [
        { setting: "QUAYGATE_LISTEN", message },
        { setting: "QUAYGATE_POWERS", message },
      ],
    });
  });

  test("are read or told as problems, whatever they hold", () => {
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(..."tcp:/unix[].0127,-? mode=6") }),
      fc.constantFrom(
        "tcp://[::]:2375",
        "unix:///a?mode=0660",
        "off",
        "text",
        "json",
        "info",
        "5",
        "/a",
        "everywhere",
        "https://a.example",
      ),
    );
    const environment = fc.dictionary(fc.constantFrom(...settingNames, "CONTAINERS", "POST"), value);
    fc.assert(
      fc.property(environment, fc.boolean(), (given, terminal) => {
        const settings = readSettings(given, { terminal });
        if (settings.ok) {
          expect(settings.value.listen.length).toBeGreaterThan(0);
          expect(settings.value.grace).toBeGreaterThanOrEqual(0);
        } else {
          expect(settings.error.length).toBeGreaterThan(0);
          expect(settings.error.every(({ setting }) => setting in given)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("that were not understood are never taken for their defaults", () => {
    const garbage = fc.string({ minLength: 1, unit: fc.constantFrom(..."!$%&()xyz") });
    const name = fc.constantFrom(...settingNames.filter((setting) => setting !== "DISABLE_IPV6"));
    fc.assert(
      fc.property(name, garbage, (setting, value) => {
        const settings = readSettings({ [setting]: value }, { terminal: false });
        expect(settings).toMatchObject({ ok: false, error: [{ setting }] });
      }),
    );
  });
});

describe("what other variables hold", () => {
  const secret = "hunter2";

  test("is in no problem and in no warning", () => {
    const others = fc.oneof(
      fc.constantFrom(
        "AWS_SECRET_ACCESS_KEY",
        "GITHUB_TOKEN",
        "DOCKER_AUTH_CONFIG",
        "QUAYGATE_TOKEN",
        "HTTP_PROXY",
        "NC_HAPROXY_PASSWORD",
        "SP_ALLOWFROM",
        "CETUSGUARD_RULES",
        "BIND_CONFI",
        "DELETE",
        "ALLOW_EXEC",
        "containers",
      ),
      fc.constantFrom("QUAYGATE_LISTE", "QUAYGATE_ADMINS"),
      fc.constantFrom(...tecnativaSwitches.keys()).map((name) => `${name}X`),
      fc.constantFrom(...tecnativaSwitches.keys()),
    );
    const environment = fc.dictionary(
      others,
      fc.constantFrom(secret, `1${secret}`, `${secret}1`, ` ${secret}`),
    );
    fc.assert(
      fc.property(environment, fc.boolean(), (given, broken) => {
        const settings = readSettings(
          { ...given, ...(broken ? { QUAYGATE_GRACE: "x" } : {}) },
          { terminal: false },
        );
        expect(JSON.stringify(settings.ok ? settings.value.warnings : settings.error)).not.toContain(secret);
      }),
      { numRuns: 300 },
    );
  });

  test("is told only if it is the setting at fault", () => {
    const settings = readSettings(
      { DOCKER_HOST: "tcp://other:hunter3@engine:2375", SOCKET_PATH: "hunter2" },
      { terminal: false },
    );
    const said = JSON.stringify(settings.ok ? "" : settings.error);
    expect(said).toContain("SOCKET_PATH");
    expect(said).not.toContain("hunter3");
  });
});
