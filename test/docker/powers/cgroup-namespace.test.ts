import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { Lookup } from "../../../src/docker/powers/asking.ts";
import {
  lookupTargets,
  nounsOfLookup,
  powersOfAbsent,
  powersOfUnknown,
  resolveLookup,
} from "../../../src/docker/powers/lookup.ts";
import { powerText } from "../../../src/docker/powers/power.ts";
import { judgeBody } from "../../../src/policy/judge.ts";
import { grantWith, restricted } from "../../policy/judging.ts";
import { createAsks, hostAsks } from "./container-asks.ts";

const lookup: Lookup = {
  kind: "engine",
  about: "cgroupns",
  name: "cgroupns",
  place: "HostConfig.CgroupnsMode = host",
};

/** What the word `host` asks for after an engine has said this of itself. */
function foundBy(...answers: readonly unknown[]): readonly string[] {
  const parsed = answers.flatMap((answer) => {
    const read = parseJson(Buffer.from(JSON.stringify(answer), "utf8"));
    return read.ok ? [read.value] : [];
  });
  const { powers, edits, isMissing } = resolveLookup(lookup, parsed);
  expect([edits, isMissing]).toEqual([[], false]);
  return powers.map((power) => powerText(power));
}

describe("of the host's control groups the engine is asked", () => {
  test("for itself, in the request's version", () => {
    expect(hostAsks({ CgroupnsMode: "host" })).toEqual(["look up cgroupns:cgroupns"]);
    expect(createAsks({ HostConfig: { CgroupnsMode: "host" } })).toEqual(["look up cgroupns:cgroupns"]);
    expect(lookupTargets(lookup, "1.41")).toEqual(["/v1.41/info"]);
    expect(lookupTargets(lookup, undefined)).toEqual(["/info"]);
    expect(nounsOfLookup(lookup)).toEqual(["host"]);
  });

  test.each([
    ["version 1", { CgroupVersion: "1", SecurityOptions: ["name=seccomp,profile=default"] }],
    ["version 1, rootless", { CgroupVersion: "1", SecurityOptions: ["name=rootless"] }],
    ["version 1, and no options", { CgroupVersion: "1", SecurityOptions: [] }],
    ["version 1, and null", { CgroupVersion: "1", SecurityOptions: null }],
  ])("and says that every container has them: %s", (_name, info) => {
    expect(foundBy(info)).toEqual([]);
  });

  test.each([
    ["version 2", { CgroupVersion: "2", SecurityOptions: ["name=seccomp,profile=builtin", "name=cgroupns"] }],
    [
      "version 2, as Podman says it",
      { CgroupVersion: "2", SecurityOptions: ["name=seccomp,profile=default"] },
    ],
    ["version 1 with one of its own for each", { CgroupVersion: "1", SecurityOptions: ["name=cgroupns"] }],
    ["the same in API 1.24", { CgroupVersion: "1", SecurityOptions: ["seccomp", "cgroupns"] }],
    ["nothing, as before API 1.41", { SecurityOptions: [] }],
    ["a number", { CgroupVersion: 1, SecurityOptions: [] }],
    ["options that are none", { CgroupVersion: "1", SecurityOptions: {} }],
    ["an option that is no text", { CgroupVersion: "1", SecurityOptions: [{ name: "cgroupns" }] }],
    ["a list", []],
    ["null", null],
  ])("and they are a power all the same: %s", (_name, info) => {
    expect(foundBy(info)).toEqual(["host:cgroupns"]);
  });

  test("and they are a power where it does not answer", () => {
    expect(foundBy()).toEqual(["host:cgroupns"]);
    expect(powersOfAbsent(lookup).map((power) => powerText(power))).toEqual(["host:cgroupns"]);
    expect(powersOfUnknown(lookup).map((power) => powerText(power))).toEqual(["host:cgroupns"]);
  });

  test.each([
    { powers: "default", looked: true },
    { powers: "default,host:network", looked: true },
    { powers: "all,-host:cgroupns", looked: true },
    { powers: "all,-host:pid", looked: false },
    { powers: "default,host:cgroupns", looked: false },
    { powers: "default,host", looked: false },
  ])("not where they are held, and then they are asked for: with $powers $looked", ({ powers, looked }) => {
    const grant = grantWith(powers);
    const body = '{"HostConfig":{"CgroupnsMode":"host"}}';
    const judged = judgeBody(grant, restricted(grant), Buffer.from(body));
    if (!judged.ok) throw new Error(judged.error.reason);
    expect(judged.value.lookups.map(({ kind }) => kind)).toEqual(looked ? ["engine"] : []);
    expect(judged.value.powers.some((power) => powerText(power) === "host:cgroupns")).toBe(!looked);
  });

  test.each([
    ["its own", "private", []],
    ["none", "", []],
    ["another container's", "container:db", ["look up container:db for join:cgroupns:"]],
    ["in another spelling", "HOST", ["field:CgroupnsMode"]],
    ["by a path, for Podman", "ns:/proc/1/ns/cgroup", ["field:CgroupnsMode"]],
  ])("and not for other words: %s", (_name, mode, asked) => {
    expect(hostAsks({ CgroupnsMode: mode })).toEqual(asked);
  });
});
