import { describe, expect, test } from "vitest";
import { containerPowers } from "../../../src/docker/powers/container.ts";
import { harmless } from "../../../src/docker/powers/meaning.ts";
import { holds } from "../../policy/powers.ts";
import { askedBy } from "./asked.ts";
import { hostAsks, outcome } from "./container-asks.ts";

const updateBody = containerPowers.ContainerUpdate?.body ?? harmless;

describe.each([
  "BlkioWeightDevice",
  "BlkioDeviceReadBps",
  "BlkioDeviceWriteBps",
  "BlkioDeviceReadIOps",
  "BlkioDeviceWriteIOps",
])("a limit of single devices, %s", (field) => {
  test.each<readonly [string, unknown, readonly string[] | string]>([
    ["one path", [{ Path: "/dev/sda", Rate: 1 }], [`resource:${field}`, "device-limit:/dev/sda"]],
    [
      "each path, cleaned",
      [{ Path: "/root/./.ssh//id" }, { Path: "/dev/sdb", Weight: 500 }],
      [`resource:${field}`, "device-limit:/root/.ssh/id", "device-limit:/dev/sdb"],
    ],
    [
      "a path that is no device",
      [{ Path: "/etc/shadow:ro" }],
      [`resource:${field}`, "device-limit:/etc/shadow%3Aro"],
    ],
    ["no path", [{ Path: "", Rate: 1 }, { Weight: 1 }], [`resource:${field}`]],
    ["nothing", [], []],
    ["null", null, []],
    [
      "a path that goes up",
      [{ Path: "/dev/../etc" }],
      `refused: ${field}[0].Path must be an absolute path without ..`,
    ],
    [
      "a path from nowhere",
      [{ Path: "etc" }],
      `refused: ${field}[0].Path must be an absolute path without ..`,
    ],
    ["other letters", [{ path: "/etc" }], [`resource:${field}`, "device-limit:/etc"]],
    ["no text", [{ Path: 1 }], `refused: ${field}[0].Path must be a string`],
    ["an unknown key", [{ New: 1 }], [`resource:${field}`, `field:${field}.New`]],
  ])("asks in a new container and in a change of one for its paths: %s", (_name, value, asks) => {
    expect(hostAsks({ [field]: value })).toEqual(asks);
    expect(outcome(askedBy(updateBody, { [field]: value }))).toEqual(asks);
  });
});

test("default has no limit by path, and limits without one as before", () => {
  expect(holds("default", "device-limit:/dev/sda")).toBe(false);
  expect(holds("default", "resource:BlkioWeightDevice")).toBe(true);
  expect(holds("default, device-limit:/dev/*", "device-limit:/dev/sda")).toBe(true);
  expect(holds("default, device-limit:/dev/*", "device-limit:/etc/shadow")).toBe(false);
  expect(hostAsks({ BlkioWeight: 300, Memory: 1, CpuShares: 2 })).toEqual([]);
});
