import { describe, expect, test } from "vitest";
import { readSwitches } from "../../src/config/switch.ts";
import { offValues, onValues } from "./switch-values.ts";

const byDefault = new Map([
  ["CONTAINERS", false],
  ["EVENTS", true],
]);

describe("a switch", () => {
  test.each(onValues)("is on at %j: %s", (value) => {
    expect(readSwitches({ CONTAINERS: value }, byDefault).isOn("CONTAINERS")).toBe(true);
  });

  test.each(offValues)("is off at %j: %s", (value) => {
    expect(readSwitches({ EVENTS: value }, byDefault).isOn("EVENTS")).toBe(false);
  });

  test("has its default when nothing is said", () => {
    const switches = readSwitches({}, byDefault);
    expect([switches.isOn("CONTAINERS"), switches.isOn("EVENTS")]).toEqual([false, true]);
  });

  test("has its default when the variable is there without a value", () => {
    const switches = readSwitches({ CONTAINERS: undefined, EVENTS: undefined }, byDefault);
    expect([switches.isOn("CONTAINERS"), switches.isOn("EVENTS")]).toEqual([false, true]);
  });

  test("is off when nobody knows it, whatever the environment says", () => {
    expect(readSwitches({ ALLOW_EVERYTHING: "1" }, byDefault).isOn("ALLOW_EVERYTHING")).toBe(false);
  });

  test("is known by its exact name only", () => {
    expect(readSwitches({ containers: "1", Containers: "1" }, byDefault).isOn("CONTAINERS")).toBe(false);
  });
});

describe("a switch that looks on and is off", () => {
  test.each(["true", "TRUE", "True", " true ", "yes", "on", "ON", "y", "t", "enable", "enabled", "allow"])(
    "is warned about at %j",
    (value) => {
      expect(readSwitches({ CONTAINERS: value }, byDefault).warnings).toEqual([
        {
          setting: "CONTAINERS",
          message: `CONTAINERS=${value.trim()} is off: a switch is on when it is CONTAINERS=1`,
        },
      ]);
    },
  );

  test.each(["0", "", "false", "no", "off", "disabled", "none", "00", "-0"])(
    "is not warned about at %j, which means off",
    (value) => {
      expect(readSwitches({ CONTAINERS: value, EVENTS: value }, byDefault).warnings).toEqual([]);
    },
  );

  test.each(["garbage", '"1"', " 1", "0x1", "l", "hunter2"])(
    "is warned about at %j, which says nothing, without telling it",
    (value) => {
      expect(readSwitches({ CONTAINERS: value }, byDefault).warnings).toEqual([
        {
          setting: "CONTAINERS",
          message: "CONTAINERS is off, for its value is no number: a switch is on when it is CONTAINERS=1",
        },
      ]);
    },
  );

  test("is not warned about when it is on", () => {
    expect(readSwitches({ CONTAINERS: "1", EVENTS: "1yes" }, byDefault).warnings).toEqual([]);
  });
});
