import { describe, expect, test } from "vitest";
import { entriesBeyondDefault, settingOf } from "../../src/cli/least-powers.ts";
import { POWER_NAMES } from "../../src/policy/power-set.ts";
import { everyNoun, powerSet } from "../policy/powers.ts";

const power = (text: string) => {
  const [name = "", ...value] = text.split(":");
  const noun = everyNoun.find((known) => known === name);
  if (noun === undefined) throw new Error(`${name} is no power`);
  return { noun, value: value.join(":"), place: "" };
};

describe("the entries that default lacks", () => {
  test.each([
    {
      name: "are none for what it has",
      asked: ["image:docker.io/library/a:1", "port:0.0.0.0:80/tcp"],
      entries: [],
    },
    { name: "are each power once", asked: ["privileged", "privileged"], entries: ["privileged"] },
    {
      name: "have no path to read that is given to write",
      asked: ["bind:/a:ro", "bind:/a"],
      entries: ["bind:/a"],
    },
    { name: "have an order of their own", asked: ["bind:/b", "bind:/a"], entries: ["bind:/a", "bind:/b"] },
    { name: "keep a path to read", asked: ["bind:/a:ro"], entries: ["bind:/a:ro"] },
    {
      name: "begin with what reaches furthest",
      asked: ["host:pid", "privileged"],
      entries: ["privileged", "host:pid"],
    },
    {
      name: "name a value that nobody knows as it is",
      asked: ["device-request:(any)"],
      entries: ["device-request:(any)"],
    },
    { name: "are in the spelling of lists", asked: ["bind:/a%2C%2A%3Ab"], entries: ["bind:/a%2C%2A%3Ab"] },
    {
      name: "give a label that default takes away",
      asked: ["label:ofelia.enabled"],
      entries: ["label:ofelia.enabled"],
    },
  ])("$name", ({ asked, entries }) => {
    const powers = asked.map((text) => power(text));
    expect(entriesBeyondDefault(powers)).toEqual(entries);
    const set = powerSet(["default", ...entries].join(","));
    expect(powers.filter((one) => !set.holds(one))).toEqual([]);
  });

  test.each(POWER_NAMES)("are enough for %s, whatever its value", (noun) => {
    const values = [
      "",
      "x",
      "/x",
      "(any)",
      "(unknown)",
      "docker.io/library/x:1",
      "0.0.0.0:1/tcp",
      "a b(c)'\"",
      "%2A",
    ];
    const powers = values.map((value) => power(`${noun}:${value}`));
    const set = powerSet(["default", ...entriesBeyondDefault(powers)].join(","));
    expect(powers.filter((one) => !set.holds(one))).toEqual([]);
  });
});

describe("the setting for a shell", () => {
  test.each([
    { entries: ["default", "bind:/srv:ro"], line: "QUAYGATE_POWERS=default,bind:/srv:ro" },
    { entries: ["default", "bind:/a b"], line: "QUAYGATE_POWERS='default,bind:/a b'" },
    { entries: ["default", "bind:/it's"], line: `QUAYGATE_POWERS='default,bind:/it'\\''s'` },
    { entries: ["default", "image:a/*"], line: "QUAYGATE_POWERS='default,image:a/*'" },
  ])("of $entries is $line", ({ entries, line }) => {
    expect(settingOf(entries)).toBe(line);
  });
});
