import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileWatch } from "../../src/cli/file-watch.ts";
import { testFolder } from "./quaygate-command.ts";

/** A folder as Kubernetes mounts a ConfigMap: `policy.yaml -> ..data/policy.yaml`, `..data -> ..1`. */
function mountVolume(): string {
  const folder = testFolder();
  addVersion(folder, "..1");
  symlinkSync("..1", join(folder, "..data"));
  symlinkSync(join("..data", "policy.yaml"), join(folder, "policy.yaml"));
  return folder;
}

function addVersion(folder: string, name: string): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, "policy.yaml"), "same");
}

const changes: readonly (readonly [string, (folder: string) => void])[] = [
  [
    "a link before it that is turned to another folder",
    (folder) => {
      addVersion(folder, "..2");
      symlinkSync("..2", join(folder, "..data_tmp"));
      renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    },
  ],
  [
    "another file that takes its place",
    (folder) => {
      writeFileSync(join(folder, "new"), "same");
      renameSync(join(folder, "new"), join(folder, "policy.yaml"));
    },
  ],
  ["other words in it", (folder) => writeFileSync(join(folder, "policy.yaml"), "other")],
  ["as many other words in it", (folder) => writeFileSync(join(folder, "policy.yaml"), "diff")],
  ["that it is gone", (folder) => rmSync(join(folder, "policy.yaml"))],
];

test.each(changes)("notices %s, when two looks agree, until it is taken", async (_, change) => {
  const folder = mountVolume();
  const watch = new FileWatch(join(folder, "policy.yaml"));
  expect([await watch.look(), await watch.look()]).toEqual([false, false]);
  change(folder);
  expect([await watch.look(), await watch.look(), await watch.look()]).toEqual([false, true, true]);
  watch.take();
  expect([await watch.look(), await watch.look()]).toEqual([false, false]);
});

test("waits while the file is still being written", async () => {
  const file = join(testFolder(), "policy.yaml");
  writeFileSync(file, "");
  const watch = new FileWatch(file);
  for (const text of ["c", "cl", "cli"]) {
    writeFileSync(file, text);
    expect([text, await watch.look()]).toEqual([text, false]);
  }
  expect(await watch.look()).toBe(true);
});

test("notices a file that was not there", async () => {
  const file = join(testFolder(), "policy.yaml");
  const watch = new FileWatch(file);
  expect([await watch.look(), await watch.look()]).toEqual([false, false]);
  writeFileSync(file, "here");
  expect([await watch.look(), await watch.look()]).toEqual([false, true]);
});

test("a file that changes and changes back to what was taken is nothing new", async () => {
  const folder = testFolder();
  const file = join(folder, "policy.yaml");
  writeFileSync(join(folder, "one"), "1");
  writeFileSync(join(folder, "two"), "2");
  symlinkSync("one", file);
  const watch = new FileWatch(file);
  const turn = (to: string): void => {
    symlinkSync(to, join(folder, "next"));
    renameSync(join(folder, "next"), file);
  };
  turn("two");
  expect(await watch.look()).toBe(false);
  turn("one");
  expect([await watch.look(), await watch.look(), await watch.look()]).toEqual([false, false, false]);
});
