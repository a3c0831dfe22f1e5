import { describe, expect, test } from "vitest";
import { parseLogPlaces } from "../../src/config/log-places.ts";
import { formatLogPlace, type LogPlace } from "../../src/kernel/log-place.ts";

const tcp = (
  host: string,
  port: number,
): { readonly kind: "tcp"; readonly host: string; readonly port: number } => ({
  kind: "tcp",
  host,
  port,
});

describe("a place for the log", () => {
  test.each<readonly [text: string, place: LogPlace]>([
    ["stdout", { kind: "stdout" }],
    ["file:///var/log/a.log", { kind: "file", path: "/var/log/a.log", size: undefined, keep: 5 }],
    ["file:///a.log?size=100MB&keep=3", { kind: "file", path: "/a.log", size: 100_000_000, keep: 3 }],
    ["file:///a.log?size=64KiB", { kind: "file", path: "/a.log", size: 65_536, keep: 5 }],
    ["syslog+udp://logs:514", { kind: "syslog-udp", address: tcp("logs", 514), facility: 3 }],
    [
      "syslog+udp://[::1]:514?facility=local7",
      { kind: "syslog-udp", address: tcp("::1", 514), facility: 23 },
    ],
    [
      "syslog+tcp://logs:601",
      { kind: "syslog-stream", address: tcp("logs", 601), facility: 3, framing: "octets" },
    ],
    [
      "syslog+tcp://logs:601?framing=lines&facility=authpriv",
      { kind: "syslog-stream", address: tcp("logs", 601), facility: 10, framing: "lines" },
    ],
    [
      "syslog+unix:///run/log.sock",
      {
        kind: "syslog-stream",
        address: { kind: "unix", path: "/run/log.sock" },
        facility: 3,
        framing: "lines",
      },
    ],
  ])("is %s", (text, place) => {
    expect(parseLogPlaces(text)).toEqual({ ok: true, value: [place] });
    expect(text.startsWith(formatLogPlace(place))).toBe(true);
  });

  test("may stand beside others", () => {
    const places = parseLogPlaces(" stdout , file:///a.log ");
    expect(places.ok ? places.value.map((place) => place.kind) : places.error).toEqual(["stdout", "file"]);
  });

  test.each([
    ["", "is none of"],
    ["stderr", "is none of"],
    ["stdout,", '"" is none of'],
    ["stdout, stdout", "is there twice"],
    ["file:///a.log, file:///a.log?size=1MB", "is there twice"],
    ["/var/log/a.log", "a file is file:///var/log/a.log"],
    ["file://a.log", "by its whole path"],
    ["file:///", "by its whole path"],
    ["file:///a.log?sice=1MB", '"sice=1MB" can\'t be used'],
    ["file:///a.log?size=1", '"size=1" can\'t be used'],
    ["file:///a.log?size=1MB&size=2MB", '"size=2MB" can\'t be used'],
    ["file:///a.log?keep=0", '"keep=0" can\'t be used'],
    ["file:///a.log?constructor=1", '"constructor=1" can\'t be used'],
    ["file:///a.log?keep=3", "no size after which"],
    ["file:///a.log?size=10kB", "a size below 64KiB"],
    ["syslog://logs:514", "is none of"],
    ["syslog+udp://logs", "is not an address like syslog+udp://192.0.2.1:514"],
    ["syslog+tcp://logs:0", "is not an address like syslog+tcp://192.0.2.1:514"],
    ["syslog+udp://logs:514?framing=lines", '"framing=lines" can\'t be used'],
    ["syslog+tcp://logs:514?facility=kern", '"facility=kern" can\'t be used'],
    ["syslog+unix://run/log", "whole path"],
    [`syslog+unix:///${"x".repeat(120)}`, "longer than the 107 bytes"],
  ])("is not %j", (text, why) => {
    const places = parseLogPlaces(text);
    expect(places.ok ? "" : places.error.join("\n")).toContain(why);
  });
});
