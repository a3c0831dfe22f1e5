import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Log, openLog } from "../../../src/audit/log.ts";
import type { Sink } from "../../../src/audit/sink.ts";
import { openSinks } from "../../../src/audit/sinks/open-sinks.ts";
import { formatLogPlace, type LogPlace } from "../../../src/kernel/log-place.ts";
import { eventually } from "../../support/raw-peer.ts";
import { ALLOWED, DENIED } from "../records.ts";
import { openDatagramReceiver, StreamReceiver } from "./receivers.ts";

/** What stands before a line in a message of facility 3 (RFC 5424). */
const HEAD = String.raw`<(?<priority>\d+)>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [!-~]+ quaygate \d+ - - `;
const MESSAGE = new RegExp(`^${HEAD}(?<line>\\{.*\\})\\n?$`, "u");

const onTcp = (port: number): LogPlace => ({
  kind: "syslog-stream",
  address: { kind: "tcp", host: "127.0.0.1", port },
  facility: 3,
  framing: "octets",
});

/** A sink that keeps what is told. */
class Heard implements Sink {
  readonly name = "heard";
  readonly droppedLines = 0;
  readonly messages: string[] = [];
  take(_level: string, _time: string, line: string): void {
    const { msg } = JSON.parse(line);
    if (typeof msg === "string") this.messages.push(msg);
  }
  hear(): void {}
  reopen(): boolean {
    return false;
  }
  drain(): Promise<void> {
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function openTo(place: LogPlace): { readonly log: Log; readonly heard: Heard; dropped(): number } {
  const heard = new Heard();
  const { sinks } = openSinks({ format: "json", to: [place], chain: false, journal: undefined });
  const log = openLog("json", "info", [...sinks, heard]);
  onTestFinished(() => log.close());
  return { log, heard, dropped: () => log.droppedLines.get(formatLogPlace(place)) ?? -1 };
}

/** The records' `bytesIn` in messages, in order; of notes nothing. */
function countsIn(messages: readonly string[]): readonly number[] {
  return messages.flatMap((message) => {
    const { bytesIn } = JSON.parse(MESSAGE.exec(message)?.groups?.["line"] ?? "null") ?? {};
    return typeof bytesIn === "number" ? [bytesIn] : [];
  });
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

function unixPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "log.sock");
}

describe("a syslog receiver gets each line as a message", () => {
  test("in a datagram of its own, with the severity of its level", async () => {
    const { port, received } = await openDatagramReceiver();
    const place = {
      kind: "syslog-udp",
      address: { kind: "tcp", host: "localhost", port },
      facility: 3,
    } as const;
    const { log } = openTo({ ...place, address: { ...place.address, host: "127.0.0.1" } });
    log.record(ALLOWED);
    log.record(DENIED);
    log.note("notice", "said");
    await log.close();
    await eventually(() => received.length === 3, "three messages");
    const read = received.map((message) => MESSAGE.exec(message)?.groups ?? {});
    expect(read.map(({ priority }) => priority)).toEqual(["30", "28", "29"]);
    expect(JSON.parse(read[1]?.["line"] ?? "")).toMatchObject({ v: 1, level: "warning", verdict: "deny" });
    expect(received.every((message) => message.endsWith("}\n"))).toBe(true);
  });

  test("on a connection, after its length", async () => {
    const receiver = await StreamReceiver.open();
    const { log, dropped } = openTo(onTcp(receiver.port));
    for (const count of range(0, 3_000)) log.record({ ...ALLOWED, bytesIn: count, reason: "\u00e4\u20ac" });
    await log.close();
    await eventually(() => receiver.counted.length === 3_000, "all messages");
    expect(countsIn(receiver.counted)).toEqual(range(0, 3_000));
    expect(dropped()).toBe(0);
  });

  test("on a unix socket, a line each", async () => {
    const path = unixPath();
    const receiver = await StreamReceiver.open(path);
    const { log } = openTo({
      kind: "syslog-stream",
      address: { kind: "unix", path },
      facility: 3,
      framing: "lines",
    });
    for (const count of range(0, 10)) log.record({ ...ALLOWED, bytesIn: count });
    await log.close();
    await eventually(() => receiver.received.split("\n").length === 11, "all messages");
    expect(countsIn(receiver.received.split("\n"))).toEqual(range(0, 10));
  });
});

describe("a receiver that is not there", () => {
  test("to take datagrams is told of where the kernel hears it, and has what came later when it comes", async () => {
    const away = await openDatagramReceiver();
    await away.close();
    const place = {
      kind: "syslog-udp",
      address: { kind: "tcp", host: "127.0.0.1", port: away.port },
      facility: 3,
    } as const;
    const { log, heard } = openTo(place);
    for (const count of range(0, 100)) log.record({ ...ALLOWED, bytesIn: count });
    await eventually(() => heard.messages.length > 0, "a note");
    expect(heard.messages[0]).toMatch(
      /^the log can't be written to syslog\+udp:\S+: nobody listens there; /u,
    );
    const { received } = await openDatagramReceiver(away.port);
    await eventually(() => countsIn(received).includes(99), "the last one");
    // One is lost each time that it is tried.
    expect(countsIn(received).length).toBeGreaterThan(80);
  });

  test("is told of once, and has all that waited when it comes", async () => {
    const away = await StreamReceiver.open();
    const { port } = away;
    away.close();
    const { log, heard, dropped } = openTo(onTcp(port));
    await eventually(() => heard.messages.length > 0, "a note");
    for (const count of range(0, 100)) log.record({ ...ALLOWED, bytesIn: count });
    const receiver = await StreamReceiver.open(port);
    await eventually(() => countsIn(receiver.counted).length === 100, "what waited");
    await eventually(() => heard.messages.length > 1, "a second note");
    expect(heard.messages).toEqual([
      `the log can't be written to syslog+tcp://127.0.0.1:${port}: nobody listens there; at most 8 MiB wait for it, and what is beyond is dropped`,
      `the log is written to syslog+tcp://127.0.0.1:${port} again`,
    ]);
    expect(dropped()).toBe(0);
  });

  test("takes nothing of the memory beyond the bound, and hears how many lines it missed", async () => {
    const away = await StreamReceiver.open();
    const { port } = away;
    away.close();
    const { log, heard, dropped } = openTo(onTcp(port));
    await eventually(() => heard.messages.length > 0, "a note");
    const lines = 40_000;
    for (const count of range(0, lines)) log.record({ ...ALLOWED, bytesIn: count });
    const receiver = await StreamReceiver.open(port);
    // Not by looking through megabytes again and again, which takes the time in which they come.
    await eventually(
      () => heard.messages.length > 2,
      () => `notes: ${heard.messages.join("; ")}`,
    );
    // Not sooner: the last lines are gathered for a moment, and may find room or not.
    const missed = dropped();
    expect(missed).toBeGreaterThan(lines / 4);
    const note = `the log at syslog+tcp://127.0.0.1:${port}: ${missed} lines were dropped`;
    expect(heard.messages.slice(2)).toEqual([note]);
    await eventually(() => receiver.received.endsWith(`${note}"}`), "the number of lines");
    const counts = countsIn(receiver.counted);
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    expect(counts.slice(0, 10_000)).toEqual(range(0, 10_000));
    expect(counts.length + missed).toBe(lines);
  });

  test("does not hold up the end of the gate", async () => {
    const { log, heard, dropped } = openTo({
      kind: "syslog-stream",
      address: { kind: "unix", path: unixPath() },
      facility: 3,
      framing: "lines",
    });
    await eventually(() => heard.messages.length > 0, "a note");
    log.note("notice", "stopped");
    await log.close();
    expect(heard.messages.at(-1)).toMatch(/: 2 lines were dropped$/u);
    // And this one.
    expect(dropped()).toBe(3);
  });
});

describe("a receiver that has a connection", () => {
  test("and breaks it gets what comes then on another one", async () => {
    const receiver = await StreamReceiver.open();
    const { log } = openTo(onTcp(receiver.port));
    for (const round of range(0, 4)) {
      log.record({ ...ALLOWED, bytesIn: round });
      await eventually(() => receiver.received.includes(`"bytesIn":${round},`), `message ${round}`);
      receiver.breakConnections();
      await eventually(() => receiver.connections > round, "the connection");
    }
    log.record({ ...ALLOWED, bytesIn: 4 });
    await eventually(() => receiver.received.includes('"bytesIn":4,'), "the last message");
  });

  test("and reads nothing holds up nobody: lines beyond the bound are dropped, which is told", async () => {
    const receiver = await StreamReceiver.open();
    receiver.isReading = false;
    const { log, heard, dropped } = openTo(onTcp(receiver.port));
    await eventually(() => receiver.connections === 1, "a connection");
    const lines = 60_000;
    for (const batch of range(0, 10)) {
      for (const count of range(0, lines / 10)) log.record({ ...ALLOWED, bytesIn: batch + count });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(dropped()).toBeGreaterThan(lines / 4);
    await eventually(
      () => heard.messages.join().endsWith(": lines are taken too slowly, and further ones are dropped"),
      "a note",
    );
    await log.close();
    expect(dropped()).toBeLessThan(lines);
  });

  test("and drops each one at once, as a forwarder without a target does, is told of once", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.resetAndDestroy();
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => {
      server.close();
    });
    const bound = server.address();
    const { log, heard } = openTo(onTcp(typeof bound === "object" && bound !== null ? bound.port : 0));
    await eventually(() => {
      log.record(ALLOWED);
      return connections > 2;
    }, "connections");
    expect(heard.messages.length).toBeLessThanOrEqual(1);
  });
});

test("a socket of datagrams, which Node can't open, is named as such", async () => {
  const path = unixPath();
  const { spawn } = await import("node:child_process");
  const owner = spawn("python3", [
    "-c",
    "import socket,sys,time;s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);s.bind(sys.argv[1]);print('there',flush=True);time.sleep(60)",
    path,
  ]);
  onTestFinished(() => {
    owner.kill("SIGKILL");
  });
  await new Promise((resolve) => owner.stdout.once("data", resolve));
  const { heard } = openTo({
    kind: "syslog-stream",
    address: { kind: "unix", path },
    facility: 3,
    framing: "lines",
  });
  await eventually(() => heard.messages.length > 0, "a note");
  expect(heard.messages[0]).toContain(
    "that is a socket of datagrams, which Node can't open; name one of a stream, or syslog+udp://",
  );
});
