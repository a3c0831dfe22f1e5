import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openPolicyFile } from "../../../src/config/file/open-policy.ts";

const folder = mkdtempSync(join(tmpdir(), "quaygate-policy-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function problemOf(path: string): string {
  const opened = openPolicyFile(path);
  if (opened.ok) throw new Error("there is no problem");
  const { setting, message } = opened.error;
  expect(setting.startsWith(path)).toBe(true);
  return `${setting.slice(path.length)}: ${message}`;
}

describe("a policy's text", () => {
  test("is what stands in the file, to the last byte that one may have", () => {
    const text = "# é €\n".padEnd(1024 * 1024 - 3, "x");
    expect(openPolicyFile(write("long.yaml", text))).toEqual({ ok: true, value: text });
  });

  test("may come by a link, as Kubernetes and Compose put files in their places", () => {
    write("target.yaml", "clients:\n");
    symlinkSync("target.yaml", join(folder, "link.yaml"));
    expect(openPolicyFile(join(folder, "link.yaml"))).toEqual({ ok: true, value: "clients:\n" });
  });

  test("keeps its byte order mark, for whoever counts columns", () => {
    expect(openPolicyFile(write("mark.yaml", "\uFEFFa"))).toEqual({ ok: true, value: "\uFEFFa" });
  });

  test("is not read when there is a byte more", () => {
    expect(problemOf(write("longer.yaml", "x".repeat(1024 * 1024 + 1)))).toBe(": is longer than 1024 KiB");
  });

  test("is UTF-8, or the line is told that is not", () => {
    expect(problemOf(write("latin.yaml", Buffer.from("# a\n# b\n# caf\xE9\n", "latin1")))).toBe(
      ":3:1: is not text in UTF-8",
    );
    expect(problemOf(write("wide.yaml", Buffer.from("\uFEFFclients:\n", "utf16le")))).toBe(
      ":1:1: is not text in UTF-8",
    );
    expect(problemOf(write("cut.yaml", Buffer.from("# €").subarray(0, -1)))).toBe(
      ":1:1: is not text in UTF-8",
    );
  });

  test("stands in a plain file: nothing waits for a pipe, or reads a device without an end", () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(problemOf(pipe)).toBe(": is no plain file");
    expect(problemOf("/dev/zero")).toBe(": is no plain file");
  });

  test("is no folder, which Docker makes where the file is not there", () => {
    expect(problemOf(folder)).toMatch(/^: is a folder; Docker makes one/u);
  });

  test("has to be there", () => {
    expect(problemOf(join(folder, "none.yaml"))).toBe(": there is no such file");
  });
});
