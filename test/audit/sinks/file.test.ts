import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Log, openLog } from "../../../src/audit/log.ts";
import { FileTarget } from "../../../src/audit/sinks/file-target.ts";
import { openSinks } from "../../../src/audit/sinks/open-sinks.ts";
import type { LogFile } from "../../../src/kernel/log-place.ts";
import { eventually } from "../../support/raw-peer.ts";
import { ALLOWED } from "../records.ts";

let folder = "";
let path = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quaygate-log-"));
  path = join(folder, "quaygate.log");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function openFile(more: Partial<LogFile> = {}): Log {
  const place = { kind: "file", path, size: undefined, keep: 5, ...more } as const;
  return openLog(
    "json",
    "info",
    openSinks({ format: "json", to: [place], chain: false, journal: undefined }).sinks,
  );
}

/** Empty where there is no such file, as in the moment when one is turned over. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** The numbers that some records have as `bytesIn`, in order. */
function countsIn(text: string): readonly number[] {
  return [...text.matchAll(/"bytesIn":(\d+)/gu)].map(([, count]) => Number(count));
}

/** The text without what is torn. */
function wholeLinesOf(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.startsWith('{"v":1,') && line.endsWith("}"))
    .join("\n");
}

/** Writes records with these numbers, and waits until the last one is in the file. */
async function writeCounts(log: Log, from: number, to: number): Promise<void> {
  for (let count = from; count < to; count += 1) log.record({ ...ALLOWED, bytesIn: count });
  await eventually(() => textOf(path).includes(`"bytesIn":${to - 1},`), `line ${to - 1}`);
}

/** The same where the file may be turned over meanwhile. */
async function writeCountsAnywhere(log: Log, from: number, to: number): Promise<void> {
  const wanted = `"bytesIn":${to - 1},`;
  const found = (): number =>
    readdirSync(folder).reduce(
      (count, file) => count + textOf(join(folder, file)).split(wanted).length - 1,
      0,
    );
  const before = found();
  for (let count = from; count < to; count += 1) log.record({ ...ALLOWED, bytesIn: count });
  await eventually(() => found() > before, `line ${to - 1}`);
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe("a log in a file", () => {
  test("is appended to, by every start, and is readable to its group alone", async () => {
    for (const start of [0, 1]) {
      const log = openFile();
      await writeCounts(log, start * 10, start * 10 + 10);
      await log.close();
    }
    expect(countsIn(textOf(path))).toEqual(range(0, 20));
    expect(statSync(path).mode & 0o777 & ~0o640).toBe(0);
  });

  test("has its last lines when it is closed at once", async () => {
    const log = openFile();
    for (const count of range(0, 5_000)) log.record({ ...ALLOWED, bytesIn: count });
    await log.close();
    expect(countsIn(textOf(path))).toEqual(range(0, 5_000));
    expect(log.droppedLines).toEqual(new Map([[`file://${path}`, 0]]));
  });

  test("goes on in a new file when it is moved away, and no line is lost", async () => {
    const log = openFile();
    await writeCounts(log, 0, 10);
    renameSync(path, `${path}-old`);
    await writeCounts(log, 10, 20);
    await log.close();
    expect(countsIn(textOf(`${path}-old`))).toEqual(range(0, 10));
    expect(countsIn(textOf(path))).toEqual(range(10, 20));
  });

  test("goes on in the file that logrotate makes in its place", async () => {
    const log = openFile();
    await writeCounts(log, 0, 10);
    renameSync(path, `${path}-old`);
    writeFileSync(path, "", { mode: 0o600 });
    await writeCounts(log, 10, 20);
    await log.close();
    expect(countsIn(textOf(`${path}-old`))).toEqual(range(0, 10));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("goes on in the file that was moved where another one can't be made, and says so once", async () => {
    const log = openFile();
    await writeCounts(log, 0, 10);
    const old = `${path}-old`;
    renameSync(path, old);
    mkdirSync(path);
    for (const count of range(10, 20)) {
      log.record({ ...ALLOWED, bytesIn: count });
      await eventually(() => textOf(old).includes(`"bytesIn":${count},`), `line ${count}`);
    }
    rmSync(path, { recursive: true });
    await writeCounts(log, 20, 30);
    await log.close();
    expect(countsIn(textOf(old))).toEqual(range(0, 20));
    expect(countsIn(textOf(path))).toEqual(range(20, 30));
    const told = (textOf(old) + textOf(path)).match(/the log at \S+ can't be opened anew: is a folder/gu);
    expect(told).toHaveLength(1);
  });

  test("does not go on in a pipe that was put in its place, whoever reads that", async () => {
    const log = openFile();
    await writeCounts(log, 0, 10);
    const old = `${path}-old`;
    renameSync(path, old);
    spawnSync("mkfifo", [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      log.record({ ...ALLOWED, bytesIn: 10 });
      await eventually(() => textOf(old).includes('"bytesIn":10,'), "line 10");
    } finally {
      closeSync(reader);
    }
    await log.close();
    expect(textOf(old)).toMatch(/the log at \S+ can't be opened anew: that is no file/u);
  });

  test("is there again when it was removed", async () => {
    const log = openFile();
    await writeCounts(log, 0, 10);
    rmSync(path);
    await writeCounts(log, 10, 20);
    await log.close();
    expect(countsIn(textOf(path))).toEqual(range(10, 20));
  });

  test("is opened anew when that is asked for, and at its beginning when it was emptied", async () => {
    const log = openFile();
    await writeCounts(log, 0, 10);
    writeFileSync(path, "");
    expect(log.reopen()).toBe(true);
    await writeCounts(log, 10, 20);
    await log.close();
    expect(countsIn(textOf(path))).toEqual(range(10, 20));
    expect(textOf(path).startsWith("{")).toBe(true);
  });

  test("ends a line that was cut, as when the power went", async () => {
    writeFileSync(path, '{"v":1,"lev');
    const log = openFile();
    log.note("notice", "started");
    await log.close();
    expect(textOf(path)).toMatch(/^\{"v":1,"lev\n\{"v":1,"level":"notice",.*\n$/u);
  });

  test("waits while its folder is away, and has all lines when it is back", async () => {
    const log = openFile();
    await writeCounts(log, 0, 10);
    renameSync(folder, `${folder}-away`);
    try {
      for (const count of range(10, 20)) log.record({ ...ALLOWED, bytesIn: count });
      await eventually(() => !existsSync(path), "the file is away");
    } finally {
      renameSync(`${folder}-away`, folder);
    }
    await writeCounts(log, 20, 30);
    await log.close();
    expect(countsIn(textOf(path))).toEqual(range(0, 30));
  });
});

describe("a log in a file with a size", () => {
  const size = 64 * 1024;

  test("is turned over before it gets longer, and keeps so many files", async () => {
    const log = openFile({ size, keep: 3 });
    for (let batch = 0; batch < 20; batch += 1) await writeCounts(log, batch * 100, batch * 100 + 100);
    await log.close();
    const files = readdirSync(folder).toSorted();
    expect(files).toEqual(["quaygate.log", "quaygate.log.1", "quaygate.log.2", "quaygate.log.3"]);
    for (const file of files) expect(statSync(join(folder, file)).size).toBeLessThanOrEqual(size);
    const kept = files.toReversed().map((file) => textOf(join(folder, file)));
    expect(kept.every((text) => text.startsWith("{") && text.endsWith("}\n"))).toBe(true);
    const counts = countsIn(kept.join(""));
    expect(counts).toEqual(range(counts[0] ?? -1, 2_000));
  });

  test("is not turned over where something else has its name", async () => {
    const log = openFile({ size, keep: 3 });
    await writeCounts(log, 0, 100);
    renameSync(path, `${path}-old`);
    mkdirSync(path);
    for (const count of range(100, 400)) log.record({ ...ALLOWED, bytesIn: count });
    await eventually(() => textOf(`${path}-old`).includes('"bytesIn":399,'), "the last line");
    await log.close();
    expect(readdirSync(folder).toSorted()).toEqual(["quaygate.log", "quaygate.log-old"]);
  });

  test("is turned over also where it is opened anew again and again", async () => {
    const log = openFile({ size, keep: 3 });
    for (let batch = 0; batch < 10; batch += 1) {
      log.reopen();
      await writeCounts(log, batch * 100, batch * 100 + 100);
    }
    await log.close();
    for (const file of readdirSync(folder))
      expect(statSync(join(folder, file)).size).toBeLessThanOrEqual(size);
  });

  test("goes on growing where it can't be turned over, says why, and loses nothing", async () => {
    mkdirSync(`${path}.1`);
    writeFileSync(join(`${path}.1`, "x"), "");
    const log = openFile({ size, keep: 1 });
    for (let batch = 0; batch < 5; batch += 1) await writeCounts(log, batch * 100, batch * 100 + 100);
    await log.close();
    expect(countsIn(textOf(path))).toEqual(range(0, 500));
    expect(textOf(path)).toMatch(/"level":"err",.*"msg":"the log at file:\/\/\S+ can't be turned over: /u);
    expect(textOf(path)).toContain(`${path} can't become ${path}.1: one of them is a folder"`);
  });
});

describe("a file that two logs write", () => {
  const TOLD =
    /"level":"warning",.*"msg":"the log at \S+ is written by another process too: give each gate a file of its own"/gu;

  test("in turn has all lines of both, also where it is turned over, and each says once that it is not alone", async () => {
    const logs = [openFile({ size: 64 * 1024, keep: 40 }), openFile({ size: 64 * 1024, keep: 40 })];
    for (let batch = 0; batch < 10; batch += 1) {
      for (const log of logs) await writeCountsAnywhere(log, batch * 50, batch * 50 + 50);
    }
    await Promise.all(logs.map((log) => log.close()));
    const text = readdirSync(folder)
      .map((file) => textOf(join(folder, file)))
      .join("");
    expect(countsIn(text).toSorted((one, other) => one - other)).toEqual(
      range(0, 500).flatMap((count) => [count, count]),
    );
    expect(text.match(TOLD)).toHaveLength(2);
    expect(text).not.toContain('"level":"err"');
  });

  test("is one that is alone, whoever moves, empties or removes it", async () => {
    const log = openFile({ size: 64 * 1024 });
    await writeCounts(log, 0, 300);
    renameSync(path, `${path}-old`);
    await writeCounts(log, 300, 310);
    truncateSync(path);
    await writeCounts(log, 310, 320);
    rmSync(path);
    await writeCounts(log, 320, 330);
    await log.close();
    const all = readdirSync(folder).map((file) => textOf(join(folder, file)));
    expect(all.join("")).not.toMatch(TOLD);
  });
});

describe("a file that can't be written is told at once:", () => {
  test.each([
    {
      name: "its folder is missing",
      place: () => join(folder, "away", "a.log"),
      why: /there is no folder \S+\/away: make it$/u,
    },
    { name: "a folder has its name", place: () => folder, why: /: is a folder$/u },
    {
      name: "a pipe has its name",
      place: () => {
        spawnSync("mkfifo", [path]);
        return path;
      },
      why: /: is a socket, or a pipe or a device with nobody at its other end$/u,
    },
    {
      name: "a file stands where a folder should",
      place: () => {
        writeFileSync(path, "");
        return join(path, "a.log");
      },
      why: /: what should be a folder on the way to it is none$/u,
    },
    {
      name: "a link leads to itself",
      place: () => {
        symlinkSync(path, path);
        return path;
      },
      why: /: it is a link(?: that leads in a circle|, and root follows none: name the file itself)$/u,
    },
    {
      name: "its name is too long",
      place: () => join(folder, "a".repeat(300)),
      why: /: its name is too long$/u,
    },
  ])("$name", ({ place, why }) => {
    path = place();
    expect(() => openFile()).toThrow(why);
    expect(() => openFile()).toThrow(/^QUAYGATE_LOG_TO: can't write the log to \//u);
  });
});

// Only root may make a disk of a few blocks.
describe.runIf(process.getuid?.() === 0)("on a full disk", () => {
  const filler = (): string => join(folder, "disk", "filler");

  beforeEach(() => {
    const mount = join(folder, "disk");
    mkdirSync(mount);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "quaygate-test", mount]);
    path = join(mount, "quaygate.log");
    writeFileSync(filler(), Buffer.alloc(32 * 1024));
  });

  afterEach(() => {
    spawnSync("umount", ["--lazy", join(folder, "disk")]);
  });

  const lines = 150;

  /** A log whose disk has no room for that many. */
  async function openFull(): Promise<Log> {
    const log = openFile();
    for (const count of range(0, lines)) log.record({ ...ALLOWED, bytesIn: count });
    await eventually(() => statSync(path).size >= 28 * 1024, "the disk is full");
    // In the middle of a line, as a full page ends.
    await eventually(() => !textOf(path).endsWith("\n"), "the line that is cut");
    return log;
  }

  test("lines wait until there is room, and none is lost or torn", async () => {
    const log = await openFull();
    rmSync(filler());
    await eventually(() => textOf(path).includes(`"bytesIn":${lines - 1},`), "the last line");
    await log.close();
    expect(countsIn(textOf(path))).toEqual(range(0, lines));
    expect(log.droppedLines).toEqual(new Map([[`file://${path}`, 0]]));
  });

  test.each([
    { name: "removed", make: () => rmSync(path) },
    { name: "emptied", make: () => truncateSync(path) },
  ])("they go on with a whole line where the file itself is $name to make room", async ({ make }) => {
    const log = await openFull();
    const gone = countsIn(textOf(path).slice(0, textOf(path).lastIndexOf("\n")));
    make();
    await eventually(() => textOf(path).includes(`"bytesIn":${lines - 1},`), "the last line");
    await log.close();
    expect(countsIn(wholeLinesOf(textOf(path)))).toEqual(range(gone.length, lines));
  });

  test("the line that is begun is written anew where the file is emptied while its end is written", async () => {
    const target = new FileTarget({ kind: "file", path, size: undefined, keep: 5 }, () => {});
    await target.open();
    const [first, second] = ["1".repeat(40 * 1024), "2".repeat(1024)];
    const bytes = Buffer.from(`${first}\n${second}\n`);
    expect(await target.write(bytes)).toBe(0);
    expect(statSync(path).size).toBeLessThan(first.length);
    // The target looks at the file now, and hears of what it saw after it is emptied.
    const writing = target.write(bytes);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    truncateSync(path);
    rmSync(filler());
    expect(await writing).toBe(0);
    expect(await target.write(bytes)).toBe(bytes.length);
    await target.close();
    expect(textOf(path).split("\n").slice(1)).toEqual([first, second, ""]);
  });
});

test("what takes no byte, ever, neither holds up who writes nor grows the memory", async () => {
  path = "/dev/full";
  const log = openFile();
  const lines = 40_000;
  for (const count of range(0, lines)) log.record({ ...ALLOWED, bytesIn: count });
  const dropped = log.droppedLines.get(`file://${path}`) ?? 0;
  expect(dropped).toBeGreaterThan(lines / 4);
  await log.close();
  // And the two notes that say so.
  expect(log.droppedLines.get(`file://${path}`)).toBe(lines + 2);
});
