import { describe, expect, test } from "vitest";
import { readSwitches } from "../../src/config/switch.ts";
import { asksHaproxy, openHaproxy } from "./haproxy.ts";
import { offValues, onValues } from "./switch-values.ts";

describe("the reading of a switch", () => {
  test.runIf(asksHaproxy)("is that of the real HAProxy, value by value", async () => {
    const environment = Object.fromEntries(
      [...onValues, ...offValues].map(([value], index) => [`SWITCH_${index}`, value]),
    );
    const names = Object.keys(environment);
    const haproxy = await openHaproxy(
      names.map((name) => `http-request return status 200 if { path /${name} } { env(${name}) -m bool }`),
      environment,
    );
    try {
      const switches = readSwitches(environment, new Map(names.map((name) => [name, false])));
      const measured = await Promise.all(
        names.map(async (name) => [environment[name], (await haproxy.ask("GET", `/${name}`)) === 200]),
      );
      expect(measured).toEqual(names.map((name) => [environment[name], switches.isOn(name)]));
    } finally {
      await haproxy.close();
    }
  });
});
