import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmdirSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { followFile } from "../../src/journal/follow-file.ts";
import { eventually } from "../support/raw-peer.ts";

interface Following {
  readonly file: string;
  /** Resolves when these lines were read since the last call, and no others. */
  readonly untilRead: (...lines: readonly string[]) => Promise<void>;
}

function follow(content: string): Following {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-follow-"));
  const file = join(folder, "gate.log");
  writeFileSync(file, content);
  const stop = new AbortController();
  let text = "";
  const reading = (async () => {
    for await (const piece of followFile(file, stop.signal)) text += piece.toString("utf8");
  })();
  onTestFinished(async () => {
    stop.abort();
    await reading;
    await rm(folder, { recursive: true });
  });
  const untilRead = async (...lines: readonly string[]): Promise<void> => {
    const wanted = lines.map((line) => `${line}\n`).join("");
    const read = (): string => text.replaceAll(/\n+/gu, "\n").replace(/^\n/u, "");
    await eventually(
      () => read() === wanted,
      () => `${wanted}; read was ${text}`,
    );
    text = "";
  };
  return { file, untilRead };
}

test("what is there comes first, and then what is added", async () => {
  const { file, untilRead } = follow("one\ntwo\n");
  await untilRead("one", "two");
  appendFileSync(file, "three\n");
  await untilRead("three");
  appendFileSync(file, "fo");
  appendFileSync(file, "ur\n");
  await untilRead("four");
});

test("a file that takes its place is read from its beginning, behind what the former one still got", async () => {
  const { file, untilRead } = follow("one\n");
  await untilRead("one");
  renameSync(file, `${file}.1`);
  appendFileSync(`${file}.1`, "two\n");
  await untilRead("two");
  writeFileSync(file, "three\n");
  appendFileSync(`${file}.1`, "late");
  await untilRead("late", "three");
  appendFileSync(file, "four\n");
  await untilRead("four");
});

test("a file that is made shorter is read anew", async () => {
  const { file, untilRead } = follow("one\ntwo\n");
  await untilRead("one", "two");
  truncateSync(file);
  appendFileSync(file, "three\n");
  await untilRead("three");
});

test("what is no file in its place is not read, and the file that comes after it is", async () => {
  const { file, untilRead } = follow("one\n");
  await untilRead("one");
  renameSync(file, `${file}.1`);
  mkdirSync(file);
  appendFileSync(`${file}.1`, "two\n");
  await untilRead("two");
  rmdirSync(file);
  spawnSync("mkfifo", [file]);
  appendFileSync(`${file}.1`, "three\n");
  await untilRead("three");
  unlinkSync(file);
  writeFileSync(file, "four\n");
  await untilRead("four");
});

test("a file that is not there is told at once", async () => {
  await expect(
    followFile("/nonexistent/gate.log", new AbortController().signal).next(),
  ).rejects.toMatchObject({ code: "ENOENT" });
});
