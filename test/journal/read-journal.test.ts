import { once } from "node:events";
import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { formatRecordAsJson } from "../../src/audit/json.ts";
import { explainSkipped, type JournalFindings, readJournal } from "../../src/journal/read-journal.ts";
import { findMissing, type JournalSource, sourcesOf } from "../../src/journal/source.ts";
import { ALLOWED } from "../audit/records.ts";

const NOTHING: AsyncIterable<unknown> = piecesOf([]);

function piecesOf(pieces: readonly Buffer[]): AsyncIterable<Buffer> {
  return (async function* pieceByPiece() {
    yield* await Promise.resolve(pieces);
  })();
}

/** Lines that are told apart by their bytes. */
function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) =>
    formatRecordAsJson("info", { ...ALLOWED, bytesIn: from + index }),
  ).join("");
}

function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "quaygate-journal-"));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

/** Writes a file for each content, and gives them as sources. */
function files(...contents: readonly (string | Buffer)[]): readonly JournalSource[] {
  const place = folder();
  const paths = contents.map((content, index) => {
    const path = join(place, `${index}.log`);
    writeFileSync(path, content);
    return path;
  });
  return sourcesOf(paths, NOTHING);
}

async function read(
  sources: readonly JournalSource[],
): Promise<{ readonly found: JournalFindings; readonly seen: readonly number[] }> {
  const seen: number[] = [];
  const found = await readJournal(sources, (line) => {
    if (line.kind === "record") seen.push(line.record.bytesIn);
  });
  return { found, seen };
}

const ALL = { records: 40, notes: 0, skipped: new Map(), broken: [] };

describe("all lines are read, in their order, of", () => {
  test.each<{ of: string; contents: readonly (string | Buffer)[] }>([
    { of: "a plain file", contents: [lines(0, 40)] },
    { of: "a file whose last line has no end yet", contents: [lines(0, 40).trimEnd()] },
    {
      of: "a file with empty lines and line ends of Windows",
      contents: [lines(0, 40).replaceAll("\n", "\r\n\r\n")],
    },
    { of: "a compressed file, whatever it is called", contents: [gzipSync(lines(0, 40))] },
    {
      of: "compressed files one behind the other in one",
      contents: [Buffer.concat([gzipSync(lines(0, 15)), gzipSync(lines(15, 40))])],
    },
    {
      of: "several files, in the order given",
      contents: [lines(0, 10), gzipSync(lines(10, 20)), "", lines(20, 40)],
    },
  ])("$of", async ({ contents }) => {
    const { found, seen } = await read(files(...contents));
    expect(seen).toStrictEqual(numbers(0, 40));
    expect(found).toStrictEqual(ALL);
  });

  test.each([
    { of: "plain", bytes: Buffer.from(lines(0, 40)) },
    { of: "compressed", bytes: gzipSync(lines(0, 40)) },
  ])("standard input, $of, however it comes in pieces", async ({ bytes }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 }), async (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect((await read(sourcesOf(["-"], piecesOf(pieces)))).seen).toStrictEqual(numbers(0, 40));
      }),
      { numRuns: 50 },
    );
    const each = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect((await read(sourcesOf([], piecesOf(each)))).seen).toStrictEqual(numbers(0, 40));
  });
});

describe("what can't be read is told, and all else is read:", () => {
  test("a compressed file that breaks off", async () => {
    const whole = gzipSync(lines(0, 5_000));
    const [first, ...others] = files(whole.subarray(0, -20), lines(5_000, 5_010));
    const { found, seen } = await read([...(first === undefined ? [] : [first]), ...others]);
    expect(found.broken).toStrictEqual([expect.stringMatching(/0\.log: its compressed data breaks off$/u)]);
    expect(seen.slice(0, 4_900)).toStrictEqual(numbers(0, 4_900));
    expect(seen.slice(-10)).toStrictEqual(numbers(5_000, 5_010));
    expect(new Set(found.skipped.keys())).toStrictEqual(new Set(["cut"]));
  });

  test("a compressed file that is damaged", async () => {
    const damaged = gzipSync(lines(0, 5_000));
    damaged.fill(0xff, damaged.length - 200, damaged.length - 100);
    const { found, seen } = await read(files(damaged));
    expect(found.broken).toStrictEqual([expect.stringMatching(/its compressed data is damaged \(.+\)$/u)]);
    expect(seen.length).toBeGreaterThan(0);
  });

  test("what stands behind compressed data, unless it is filled up with zeros", async () => {
    const compressed = gzipSync(lines(0, 40));
    const filled = await read(files(Buffer.concat([compressed, Buffer.alloc(100_000)])));
    expect([filled.seen, filled.found]).toStrictEqual([numbers(0, 40), ALL]);
    const { found } = await read(files(Buffer.concat([compressed, Buffer.from("and more")])));
    expect(found.broken).toStrictEqual([expect.stringContaining("its compressed data is damaged")]);
  });

  test("lines that are longer than any of a gate, however they come, and no others", async () => {
    const long = "x".repeat(3 * 1024 * 1024);
    const { found, seen } = await read(files(`${lines(0, 10)}${long}\n${lines(10, 20)}${long}`));
    expect(seen).toStrictEqual(numbers(0, 20));
    expect([...found.skipped]).toStrictEqual([["too long", 2]]);
  });

  test("lines that are none of a gate's, each kind with its number", async () => {
    const cut = lines(0, 1).slice(30, -1);
    const { found } = await read(files(`${cut}\nhello\nhello\n${lines(0, 3)}{"level":"info","ti`));
    expect(found.records).toBe(3);
    expect(explainSkipped(found)).toBe("left out: 2 lines cut off, 2 of another program");
    expect(explainSkipped({ skipped: new Map([["foreign", 1]]) })).toBe(
      "left out: 1 line of another program",
    );
    expect(explainSkipped({ skipped: new Map() })).toBeUndefined();
  });

  test("files that are not there, before one that is", () => {
    const place = folder();
    expect(findMissing(sourcesOf([join(place, "none.log"), place, "-"], NOTHING))).toStrictEqual([
      `${join(place, "none.log")}: there is no such file`,
      `${place}: is a folder`,
    ]);
  });

  test("a socket, and a name that leads nowhere", async () => {
    const place = folder();
    const socket = join(place, "gate.sock");
    const server = createServer().listen(socket);
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const loop = join(place, "loop");
    symlinkSync(loop, loop);
    const below = join(socket, "gate.log");
    expect(findMissing(sourcesOf([socket, loop, below], NOTHING))).toStrictEqual([
      `${socket}: is a socket`,
      `${loop}: it is a link that leads in a circle`,
      `${below}: what should be a folder on the way to it is none`,
    ]);
  });
});

test("a file that is gone by its turn is told", async () => {
  const sources = files(lines(0, 2));
  const { found, seen } = await read([...sources, { kind: "file", path: "/nonexistent/gate.log" }]);
  expect(seen).toStrictEqual([0, 1]);
  expect(found.broken).toStrictEqual(["/nonexistent/gate.log: there is no such file"]);
});
