import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Log, openLog } from "../../src/audit/log.ts";
import { openOutput } from "../../src/audit/output.ts";
import { type AuditRecord, levelOf } from "../../src/audit/record.ts";
import type { Sink } from "../../src/audit/sink.ts";
import { LOG_LEVELS, type LogFormat, type LogLevel } from "../../src/kernel/log-words.ts";
import { eventually } from "../support/raw-peer.ts";
import { ALLOWED, anyRecord, DENIED, FAILED, NOT_UNDERSTOOD } from "./records.ts";

/** Gives what a log wrote, after its end, which does not come before `last` is there. */
async function written(
  format: LogFormat,
  level: LogLevel,
  use: (log: Log) => void,
  last = "",
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-log-"));
  const descriptor = openSync(join(folder, "log"), "w");
  try {
    const log = openLog(format, level, [openOutput(descriptor)]);
    use(log);
    // A log that ends waits a second at most for much that is not written yet; a busy machine may need more.
    await eventually(() => readFileSync(join(folder, "log"), "utf8").includes(last), last);
    await log.close();
    return readFileSync(join(folder, "log"), "utf8");
  } finally {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  }
}

function recording(record: AuditRecord): (log: Log) => void {
  return (log) => log.record(record);
}

const cases: readonly (readonly [name: string, record: AuditRecord, level: LogLevel, text: string])[] = [
  [
    "what was allowed",
    ALLOWED,
    "info",
    "info    200 allow ContainerInspect GET /v1.41/containers/web/json from 172.18.0.5 1.2ms",
  ],
  [
    "what was denied, with what is missing",
    DENIED,
    "warning",
    "warning 403 deny ContainerStop POST /containers/web/stop from 172.18.0.5 operation_denied " +
      "needs POST=1 and ALLOW_STOP=1|ALLOW_RESTARTS=1|CONTAINERS=1 0.1ms",
  ],
  [
    "what was not understood",
    NOT_UNDERSTOOD,
    "warning",
    "warning 400 refuse (not understood) from 172.18.0.5 bad_request_line: the message does not start with a word 0.0ms",
  ],
  [
    "what the engine failed to answer",
    FAILED,
    "err",
    "err     502 allow ContainerInspect GET /v1.41/containers/web/json from 172.18.0.5 engine_unreachable: " +
      "the Docker engine at unix:///x can't be reached: it is away ended by engine 12.0ms",
  ],
  [
    "a tunnel, with its bytes",
    {
      ...ALLOWED,
      status: 101,
      stream: "tunnel",
      bytesIn: 12,
      bytesOut: 345,
      end: "client",
      duration: 60_000,
    },
    "info",
    "info    101 allow ContainerInspect GET /v1.41/containers/web/json from 172.18.0.5 tunnel in=12 out=345 " +
      "ended by client 60000.0ms",
  ],
  [
    "an object that is out of scope",
    {
      ...ALLOWED,
      code: "no_such_object",
      reason: "No such container: web",
      object: { kind: "container", id: "ab".repeat(32), name: "web" },
      scope: "out",
      status: 404,
    },
    "warning",
    "warning 404 allow ContainerInspect GET /v1.41/containers/web/json on container web (out of scope) from 172.18.0.5 " +
      "no_such_object: No such container: web 1.2ms",
  ],
  [
    "what a client that learns asks for",
    {
      ...ALLOWED,
      powers: ["image:docker.io/library/busybox:latest"],
      object: {
        kind: "container",
        id: "ab".repeat(32),
        name: "web",
        labels: { "com.docker.compose.project": "shop" },
      },
      learning: true,
    },
    "info",
    "info    200 allow ContainerInspect GET /v1.41/containers/web/json on container web from 172.18.0.5 1.2ms",
  ],
  [
    "an object that is yet to be made",
    {
      ...ALLOWED,
      object: { kind: "container", id: undefined, name: undefined, labels: {} },
      learning: true,
    },
    "info",
    "info    200 allow ContainerInspect GET /v1.41/containers/web/json on a container from 172.18.0.5 1.2ms",
  ],
  [
    "an object without a name",
    { ...ALLOWED, object: { kind: "image", id: `sha256:${"ab".repeat(32)}`, name: undefined } },
    "info",
    "info    200 allow ContainerInspect GET /v1.41/containers/web/json on image abababababab from 172.18.0.5 1.2ms",
  ],
  [
    "a list of which the client did not get all",
    { ...ALLOWED, withheld: 3 },
    "info",
    "info    200 allow ContainerInspect GET /v1.41/containers/web/json from 172.18.0.5 withheld=3 1.2ms",
  ],
  [
    "a client that got no answer",
    { ...ALLOWED, status: 0, end: "client" },
    "info",
    "info    --- allow ContainerInspect GET /v1.41/containers/web/json from 172.18.0.5 ended by client 1.2ms",
  ],
  [
    "polls that one line stands for",
    { ...ALLOWED, repeated: 30, duration: 61.5 },
    "info",
    "info    200 allow ContainerInspect GET /v1.41/containers/web/json from 172.18.0.5 30 times 61.5ms",
  ],
  [
    "a client of a policy",
    { ...ALLOWED, client: "traefik" },
    "info",
    "info    200 allow ContainerInspect GET /v1.41/containers/web/json by traefik from 172.18.0.5 1.2ms",
  ],
];

describe("a line tells all of", () => {
  test.each(cases)("%s", async (_, record, level, text) => {
    expect(await written("text", "debug", recording(record))).toBe(`${record.time} ${text}\n`);
    const line = await written("json", "debug", recording(record));
    expect(line.endsWith("}\n")).toBe(true);
    expect(JSON.parse(line)).toStrictEqual({ v: 1, level, ...withoutGaps(record) });
  });
});

describe("a note", () => {
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

  test("is a line of its own in both forms", async () => {
    const use = (log: Log): void => log.note("notice", "stopped");
    expect(await written("text", "info", use)).toMatch(new RegExp(`^${time} notice  stopped\n$`, "u"));
    const entry: unknown = JSON.parse(await written("json", "info", use));
    expect(entry).toStrictEqual({
      v: 1,
      level: "notice",
      time: expect.stringMatching(new RegExp(`^${time}$`, "u")),
      msg: "stopped",
    });
  });

  test("of several lines is one line", async () => {
    const use = (log: Log): void => log.note("crit", "Error: no\r\n    at one\n\n    at two\n");
    expect(await written("text", "info", use)).toMatch(/^\S+ crit {4}Error: no \| at one \| at two\n$/u);
    expect(await written("json", "info", use)).toMatch(
      /^[^\n]*"msg":"Error: no\\r\\n {4}at one\\n\\n {4}at two\\n"\}\n$/u,
    );
  });

  test("with marks that turn the direction of writing reads as it is", async () => {
    const use = (log: Log): void => log.note("err", "a\u202eb\u2066c\u200fd\u061ce");
    expect(await written("text", "info", use)).toMatch(/^\S+ err {5}a\?b\?c\?d\?e\n$/u);
  });

  test("with characters that nobody sees shows that there are some", async () => {
    const use = (log: Log): void => log.note("err", "a\u200bb\u2060c\ufeffd\u00ade\u3164f\u{e0041}g");
    expect(await written("text", "info", use)).toMatch(/^\S+ err {5}a\?b\?c\?d\?e\?f\?g\n$/u);
  });

  test("with control characters draws nothing on a terminal", async () => {
    const use = (log: Log): void => log.note("err", "a\u001b[2Jb\u0000c\u009bd\te");
    expect(await written("text", "info", use)).toMatch(/^\S+ err {5}a\?\[2Jb\?c\?d\?e\n$/u);
    expect(await written("json", "info", use)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u);
  });
});

describe("a level", () => {
  test.each(LOG_LEVELS)("%s hides what is less grave, and nothing else", async (level) => {
    const output = await written("json", level, (log) => {
      for (const each of LOG_LEVELS) {
        log.note(each, "said");
      }
      log.record(ALLOWED);
      log.record(DENIED);
      log.record(FAILED);
    });
    const shown = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1);
    const records = (["info", "warning", "err"] as const).filter((each) => shown.includes(each));
    expect([...output.matchAll(/"level":"([a-z]+)"/gu)].map(([, each]) => each)).toEqual([
      ...shown,
      ...records,
    ]);
  });
});

describe("whatever the strings of a record hold", () => {
  const batches = fc.array(anyRecord, { minLength: 1, maxLength: 20 });

  test("JSON gives one line for each, that says the same", async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (batch) => {
        const output = await written("json", "debug", (log) => batch.forEach((record) => log.record(record)));
        const lines = output.split("\n");
        expect(lines.pop()).toBe("");
        expect(lines.map((line): unknown => JSON.parse(line))).toStrictEqual(
          batch.map((record) => ({ v: 1, level: levelOf(record), ...withoutGaps(record) })),
        );
      }),
      { numRuns: 100 },
    );
  });

  test("text gives one line for each, without a control character", async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (batch) => {
        const output = await written("text", "debug", (log) => batch.forEach((record) => log.record(record)));
        const lines = output.split(/[\n\r\v\f\u0085\u2028\u2029]/u);
        expect(lines.pop()).toBe("");
        expect(lines.length).toBe(batch.length);
        expect(lines.filter((line) => /[\u0000-\u001f\u007f-\u009f]/u.test(line))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

/** A record as JSON has it: what is undefined is not there. */
function withoutGaps(value: object): object {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  const isObject = (member: unknown): member is object =>
    typeof member === "object" && member !== null && !Array.isArray(member);
  return Object.fromEntries(
    entries.flatMap(([key, member]) =>
      member === undefined ? [] : [[key, isObject(member) ? withoutGaps(member) : member]],
    ),
  );
}

test("every line is there and in order, however many come at once", async () => {
  const use = (log: Log): void => {
    for (let index = 0; index < 20_000; index += 1) {
      log.record({ ...ALLOWED, bytesIn: index });
    }
    log.note("notice", "stopped");
  };
  const output = await written("json", "info", use, '"msg":"stopped"}\n');
  const counts = [...output.matchAll(/"bytesIn":(\d+)/gu)].map(([, count]) => Number(count));
  expect(counts.length).toBe(20_000);
  expect(counts.every((count, index) => count === index)).toBe(true);
  expect(output).toMatch(/"msg":"stopped"\}\n$/u);
});

test("every line is there and in order for a reader who was late, and whose pipe was full for long", async () => {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-log-"));
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const descriptor = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    const log = openLog("json", "info", [openOutput(descriptor)]);
    const lines = 2_000;
    for (let index = 0; index < lines; index += 1) log.record({ ...ALLOWED, bytesIn: index });
    let output = "";
    const piece = Buffer.alloc(10_000);
    await eventually(() => {
      // Slower than the writer, which meets a full pipe again and again.
      output += piece.toString("latin1", 0, readIfThere(descriptor, piece));
      return output.includes(`"bytesIn":${lines - 1},`);
    }, "the last line");
    const counts = [...output.matchAll(/"bytesIn":(\d+)/gu)].map(([, count]) => Number(count));
    expect(counts).toEqual(Array.from({ length: lines }, (_, index) => index));
    await log.close();
  } finally {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  }
});

function readIfThere(descriptor: number, into: Buffer): number {
  try {
    return readSync(descriptor, into);
  } catch (error) {
    expect(error).toMatchObject({ code: "EAGAIN" });
    return 0;
  }
}

test("a record that is made while the log ends, as of what is cut then, is written too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-log-"));
  const descriptor = openSync(join(folder, "log"), "w");
  try {
    const log = openLog("json", "info", [openOutput(descriptor)]);
    log.note("crit", "closing after an unexpected error");
    const ended = log.close();
    process.nextTick(() => log.record(ALLOWED));
    await ended;
    expect(readFileSync(join(folder, "log"), "utf8").split("\n")).toHaveLength(3);
  } finally {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  }
});

describe("standard output tells, for who reads another place,", () => {
  let folder = "";
  let pipe = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "quaygate-log-"));
    pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const openReader = (): number => openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);

  /** What an output says of itself. */
  function open(path: string): { readonly output: Sink; readonly told: readonly string[] } {
    const output = openOutput(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    const told: string[] = [];
    output.hear((level, message) => {
      told.push(`${level} ${message}`);
      // As a log does: what is said comes here as well.
      output.take(level, "", "told\n");
    });
    return { output, told };
  }

  const waits = "at most 32 MiB wait for it, and what is beyond is dropped";

  test("that its reader is gone; the next one has all that none has read", async () => {
    const reader = openReader();
    const { output, told } = open(pipe);
    closeSync(reader);
    output.take("info", "", "one\n");
    await eventually(() => told.length > 0, "a note");
    expect(told).toEqual([`err the log can't be written to stdout: its reader is gone; ${waits}`]);
    output.take("info", "", "two\n");
    const next = openReader();
    await eventually(() => told.length > 1, "another note");
    const piece = Buffer.alloc(1_000);
    expect(piece.toString("latin1", 0, readIfThere(next, piece))).toBe("one\ntold\ntwo\n");
    expect([output.droppedLines, told[1]]).toEqual([0, "notice the log is written to stdout again"]);
    await output.close(10);
    closeSync(next);
  });

  test("that its disk is full", async () => {
    const { output, told } = open("/dev/full");
    output.take("info", "", "a line\n");
    await eventually(() => told.length > 0, "a note");
    expect(told).toEqual([`err the log can't be written to stdout: no space is left on the disk; ${waits}`]);
  });

  test("that lines are dropped, because its reader is too slow; what nobody has read is counted", async () => {
    const reader = openReader();
    const { output, told } = open(pipe);
    const line = `${"x".repeat(999)}\n`;
    for (let count = 0; count < 40_000; count += 1) output.take("info", "", line);
    await eventually(() => told.length > 0, "a note");
    expect(told).toEqual([
      "warning the log at stdout: lines are taken too slowly, and further ones are dropped",
    ]);
    expect(output.droppedLines).toBeGreaterThan(5_000);
    await output.close(10);
    const piece = Buffer.alloc(1024 * 1024);
    const read = piece.toString("latin1", 0, readIfThere(reader, piece)).split("\n").length - 1;
    expect(read + output.droppedLines).toBe(40_000 + told.length);
    closeSync(reader);
  });
});
