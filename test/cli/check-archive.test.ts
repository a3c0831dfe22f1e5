import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { serializeArchive } from "../support/images.ts";
import { linesOf, quaygate, type QuaygateResult, testFolder } from "./quaygate-command.ts";

const PUT = ["check", "PUT", "/containers/web/archive?path=/data"];
const PLAIN = serializeArchive([{ name: "PLAIN", content: "x" }]);
const LARGE = Buffer.concat([PLAIN, Buffer.alloc(5 * 1024 * 1024)]);
const NAME = "PutContainerArchive (PUT /containers/{id}/archive)";
const hasDocker = spawnSync("docker", ["--version"]).status === 0;

function checkArchive(powers: string, archive: Buffer | undefined): Promise<QuaygateResult> {
  const file = join(testFolder(), "archive");
  writeFileSync(file, archive ?? "");
  const words = archive === undefined ? PUT : [...PUT, "--body", file];
  return quaygate(words, {
    POST: "1",
    CONTAINERS: "1",
    ...(powers === "" ? {} : { QUAYGATE_POWERS: powers }),
  });
}

describe("check of an archive for a container", () => {
  test.each([
    { name: "a plain one", powers: "default", archive: PLAIN },
    { name: "a plain one that is longer than what can be judged", powers: "default", archive: LARGE },
    { name: "a gzip where that is held", powers: "default,decompress:gzip", archive: gzipSync(PLAIN) },
  ])("allows $name, and says what was looked at", async ({ powers, archive }) => {
    const { code, stdout } = await checkArchive(powers, archive);
    expect(code).toBe(0);
    expect(linesOf(stdout)[0]).toMatch(/^allowed: PutContainerArchive/u);
    expect(linesOf(stdout)).toContain("of its body only the first bytes are looked at");
    expect(linesOf(stdout)).toContain("asks for: write-file:/data (?path = /data)");
  });

  test("refuses a gzip with the sentence of the gate", async () => {
    const { code, stdout } = await checkArchive("default", gzipSync(PLAIN));
    expect(code).toBe(1);
    expect(linesOf(stdout)[0]).toContain(
      "asks for the power decompress:gzip (the first bytes of the body), which this client does not hold",
    );
    expect(linesOf(stdout)).toContain(
      "asks for: decompress:gzip (the first bytes of the body), which is not held",
    );
  });

  test("without its body is not judged where the body decides, and allowed where it does not", async () => {
    const open = await checkArchive("default", undefined);
    expect([open.code, linesOf(open.stdout)[0]]).toEqual([
      1,
      expect.stringContaining(`not judged: ${NAME} is open`),
    ]);
    for (const powers of ["default,decompress", "all", ""]) {
      expect((await checkArchive(powers, undefined)).code).toBe(0);
    }
  });

  test("with an empty body asks for its path alone", async () => {
    expect((await checkArchive("default", Buffer.alloc(0))).code).toBe(0);
  });

  test("with all powers tells what it would ask for", async () => {
    const { code, stdout } = await checkArchive("", gzipSync(PLAIN));
    expect(code).toBe(0);
    expect(linesOf(stdout)).toContain("asks for: decompress:gzip (the first bytes of the body)");
  });
});

describe.runIf(hasDocker)("powers of docker cp", () => {
  test.each([
    { name: "a plain archive", archive: PLAIN, says: "QUAYGATE_POWERS=default is enough" },
    { name: "a gzip", archive: gzipSync(PLAIN), says: "QUAYGATE_POWERS=default,decompress:gzip" },
  ])("names what $name asks for", async ({ archive, says }) => {
    const file = join(testFolder(), "archive");
    writeFileSync(file, archive);
    const environment = { HOME: "/nonexistent", DOCKER_CONFIG: "/nonexistent" };
    const words = ["powers", "--", "sh", "-c", `docker cp - web:/data <${file}`];
    const { stdout } = await quaygate(words, environment);
    expect(stdout).toContain("write-file:/data");
    expect(linesOf(stdout).at(-1)).toBe(says);
  });
});
