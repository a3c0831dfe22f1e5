import { describe, expect, test } from "vitest";
import { hostAsks } from "./container-asks.ts";

const masked = [
  ...["/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list"],
  ...["/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"],
];
const readOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

describe.each([
  { field: "MaskedPaths", least: masked },
  { field: "ReadonlyPaths", least: readOnly },
])("$field that a tool read of a container and sends back", ({ field, least }) => {
  test.each([
    { name: "what every engine hides", paths: least },
    { name: "the same in another order", paths: least.toReversed() },
    {
      name: "more, as newer engines do",
      paths: [...least, "/sys/devices/virtual/powercap", "/proc/interrupts"],
    },
    { name: "nothing said", paths: null },
  ])("asks for nothing: $name", ({ paths }) => {
    expect(hostAsks({ [field]: paths })).toEqual([]);
  });

  test.each(least)("asks to unmask without %s", (path) => {
    expect(hostAsks({ [field]: least.filter((other) => other !== path) })).toEqual(["unmask"]);
  });

  test.each([
    { name: "an empty list", paths: [] },
    { name: "all in one text", paths: least.join(",") },
    { name: "all in a list within", paths: [least] },
    { name: "an object", paths: Object.fromEntries(least.map((path) => [path, {}])) },
    { name: "another spelling", paths: least.map((path) => `${path}/`) },
  ])("asks to unmask by $name", ({ paths }) => {
    expect(hostAsks({ [field]: paths })).toEqual(["unmask"]);
  });
});
