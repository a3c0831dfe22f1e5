import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Chain } from "../../../src/audit/chain.ts";
import { formatRecordAsJson } from "../../../src/audit/json.ts";
import { LINE_FORMATS } from "../../../src/audit/line-format.ts";
import { countOctets, syslogMessages } from "../../../src/audit/sinks/syslog-message.ts";
import { LOG_LEVELS, type LogFormat } from "../../../src/kernel/log-words.ts";
import { ALLOWED, DENIED } from "../records.ts";

const SENDER = { facility: 3, host: "gate.example", process: 7 };
const TIME = ALLOWED.time;
const line = formatRecordAsJson("info", ALLOWED);

test("a message has the level, the line's time, who sent it, and the line as it stands", () => {
  const message = syslogMessages(SENDER, LINE_FORMATS.json);
  expect(message("info", TIME, line)).toBe(`<30>1 ${TIME} gate.example quaygate 7 - - ${line.trimEnd()}`);
});

test.each(LOG_LEVELS.map((level, severity) => ({ level, severity })))(
  "the level $level is the severity $severity of the facility",
  ({ level, severity }) => {
    const message = syslogMessages({ ...SENDER, facility: 16 }, LINE_FORMATS.json);
    expect(message(level, TIME, "{}\n")).toMatch(new RegExp(`^<${128 + severity}>1 `, "u"));
  },
);

test.each([
  { host: "", told: "-" },
  { host: "a b\n\u00e4", told: "a?b??" },
  { host: "x".repeat(300), told: "x".repeat(255) },
])("a host called $host can't forge a message", ({ host, told }) => {
  const message = syslogMessages({ ...SENDER, host }, LINE_FORMATS.json);
  expect(message("info", TIME, "{}\n")).toBe(`<30>1 ${TIME} ${told} quaygate 7 - - {}`);
});

test("the length before a message counts its bytes", () => {
  expect(countOctets("\u00e4\u20ac")).toBe("5 \u00e4\u20ac");
});

describe.each(["json", "text"] as const)("a line that is too long, in %s,", (format: LogFormat) => {
  const lines = LINE_FORMATS[format];
  const longest = 600;
  const message = syslogMessages(SENDER, lines, longest);

  test("is cut within the bound and says so, whatever it holds", () => {
    const text = fc.string({
      unit: fc.constantFrom('"', "\\", "a", "\u20ac", "\ud83d\ude00"),
      minLength: 600,
      maxLength: 5_000,
    });
    fc.assert(
      fc.property(text, (reason) => {
        const whole = lines.record("warning", { ...ALLOWED, reason });
        const cut = message("warning", TIME, whole);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(longest);
        expect(cut).toContain(
          `a line of ${Buffer.byteLength(whole) - 1} bytes is too long here and was cut: `,
        );
        if (format === "json") {
          const { level, msg } = JSON.parse(cut.slice(cut.indexOf("{")));
          expect([level, typeof msg]).toEqual(["warning", "string"]);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("is whole where it just fits", () => {
    const head = message("info", TIME, "\n").length;
    const fitting = `${"x".repeat(longest - head)}\n`;
    expect(message("info", TIME, fitting).endsWith(fitting.trimEnd())).toBe(true);
    expect(message("info", TIME, `x${fitting}`)).toContain("was cut: ");
  });
});

/** What of a line the cut is about. */
interface CutRecord {
  readonly missing?: readonly string[];
  readonly powers?: readonly string[];
  readonly cut?: number;
}

describe("a record that is too long", () => {
  const message = syslogMessages(SENDER, LINE_FORMATS.json);
  const powers = Array.from({ length: 50 }, (_, number) => `bind:/srv/${number}${"\u20ac".repeat(180)}`);
  const denied = { ...DENIED, missing: powers, powers, reason: "\u20ac".repeat(512), trace: "1".repeat(32) };

  test("is a record still, so that nobody hides by asking for much", () => {
    const whole = formatRecordAsJson("warning", denied);
    const told = message("warning", TIME, new Chain().link(whole));
    expect(Buffer.byteLength(told)).toBeLessThanOrEqual(8_192);
    const { missing = [], cut, ...rest }: CutRecord = JSON.parse(told.slice(told.indexOf("{")));
    const { missing: all = [], powers: _, ...others }: CutRecord = JSON.parse(whole);
    expect(rest).toEqual(others);
    expect(all.slice(0, missing.length)).toEqual(missing);
    expect(missing.length).toBeGreaterThan(0);
    expect(cut).toBeGreaterThan(8_192);
  });

  test("keeps what it acted on, without labels", () => {
    const labels = { note: "x".repeat(9_000) };
    const object = { kind: "container", id: "1", name: "web", labels } as const;
    const told = message("info", TIME, formatRecordAsJson("info", { ...ALLOWED, object }));
    expect(JSON.parse(told.slice(told.indexOf("{")))).toMatchObject({
      object: { kind: "container", id: "1", name: "web" },
    });
    expect(told).not.toContain("labels");
  });
});
