import { createHash, randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, temporaryFolder } from "../support/docker-cli.ts";
import { engineHost, hasEngine, idleContainer, useGate } from "../support/engine-gate.ts";
import { serializeArchive } from "../support/images.ts";

function folderForTest(): string {
  const { path, remove } = temporaryFolder();
  onTestFinished(remove);
  return path;
}

function fingerprint(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

describe.runIf(hasEngine)("docker cp", () => {
  const gate = useGate();

  test("brings a file in, with its mode", async () => {
    const name = await idleContainer();
    const file = join(folderForTest(), "note");
    writeFileSync(file, "brought in\n", { mode: 0o640 });
    await dockerOutput(gate().host, ["cp", file, `${name}:/tmp/note`]);
    expect(
      await dockerOutput(engineHost, ["exec", name, "sh", "-c", "cat /tmp/note; stat -c %a /tmp/note"]),
    ).toBe("brought in\n640");
  });

  test("takes a file out, with its mode", async () => {
    const name = await idleContainer();
    const file = join(folderForTest(), "note");
    await dockerOutput(engineHost, [
      "exec",
      name,
      "sh",
      "-c",
      "echo taken out > /tmp/note; chmod 600 /tmp/note",
    ]);
    await dockerOutput(gate().host, ["cp", `${name}:/tmp/note`, file]);
    expect({ text: readFileSync(file, "utf8"), mode: statSync(file).mode & 0o777 }).toEqual({
      text: "taken out\n",
      mode: 0o600,
    });
  });

  test("brings 50 MB in and takes them out unchanged", async () => {
    const name = await idleContainer();
    const folder = folderForTest();
    const content = randomBytes(50_000_000);
    writeFileSync(join(folder, "in"), content);
    await dockerOutput(gate().host, ["cp", join(folder, "in"), `${name}:/tmp/large`]);
    await dockerOutput(gate().host, ["cp", `${name}:/tmp/large`, join(folder, "out")]);
    expect(fingerprint(readFileSync(join(folder, "out")))).toBe(fingerprint(content));
  });

  test("passes an archive through standard input and output", async () => {
    const name = await idleContainer();
    const archive = serializeArchive([
      { name: "folder/" },
      { name: "folder/file", content: "in an archive\n" },
    ]);
    await dockerOutput(gate().host, ["cp", "-", `${name}:/tmp`], { input: archive });
    const { code, stdout } = await docker(gate().host, ["cp", `${name}:/tmp/folder`, "-"]);
    expect({ code, found: stdout.includes("in an archive\n") }).toEqual({ code: 0, found: true });
  });

  test("of a file that is not there fails with the engine's own sentence", async () => {
    const name = await idleContainer();
    const { code, stderr } = await docker(gate().host, ["cp", `${name}:/no/such/file`, folderForTest()]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("/no/such/file") });
  });

  test("export gives the container's whole file system", async () => {
    const name = await idleContainer();
    const file = join(folderForTest(), "export.tar");
    await dockerOutput(gate().host, ["export", `--output=${file}`, name]);
    expect(statSync(file).size).toBeGreaterThan(1_000_000);
    expect(readFileSync(file).includes("bin/busybox")).toBe(true);
  });
});
