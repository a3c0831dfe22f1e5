import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FILE_LIMIT } from "../../src/migrate/limits.ts";
import { linesOf, quaygate, testFolder } from "./quaygate-command.ts";

const FILE = `services:
  glances:
    image: nicolargo/glances # as it was
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro
`;

/** A file in a folder of its own. */
function composeFile(content: string | Uint8Array = FILE): string {
  const path = join(testFolder(), "compose.yaml");
  writeFileSync(path, content);
  return path;
}

describe("migrate", () => {
  test("prints the converted file, and beside it what was done and what to decide", async () => {
    const path = composeFile();
    const { code, stdout, stderr } = await quaygate(["migrate", path]);
    expect(code).toBe(0);
    expect(
      stdout.startsWith(
        "services:\n  glances:\n    image: nicolargo/glances # as it was\n    environment:\n",
      ),
    ).toBe(true);
    expect(stdout.endsWith("\nnetworks:\n  socket:\n    internal: true\n")).toBe(true);
    expect(linesOf(stderr)).toEqual(["done:", "  glances: goes through quaygate, with CONTAINERS IMAGES"]);
    expect(readFileSync(path, "utf8")).toBe(FILE);
  });

  test("prints a file that needs nothing as it is, and says so", async () => {
    const path = composeFile("services: {web: {image: nginx}}\n");
    expect(await quaygate(["migrate", path])).toEqual({
      code: 0,
      stdout: "services: {web: {image: nginx}}\n",
      stderr: `quaygate: ${path}: nothing to convert\n`,
    });
  });

  test("needs no settings, and does not mind wrong ones", async () => {
    expect((await quaygate(["migrate", composeFile()], { QUAYGATE_LOG: "loud" })).code).toBe(0);
  });

  test("keeps the secrets of the file in the file", async () => {
    const secret =
      "environment:\n      API_TOKEN: hunter2\n      OTHER: /var/run/docker.sock?token=hunter2\n";
    const { stdout, stderr } = await quaygate([
      "migrate",
      composeFile(`${FILE}    ${secret}    env_file: secrets.env\n`),
    ]);
    expect([stdout.includes("hunter2"), stderr.includes("hunter2")]).toEqual([true, false]);
    expect(stderr).toContain("glances: still names the path of the socket in OTHER\n");
    expect(stderr).toContain(
      "glances: secrets.env was not read: look there for DOCKER_HOST and the socket\n",
    );
  });
});

describe("migrate --write", () => {
  test.each([
    { name: "after the file", wordsFor: (path: string) => [path, "--write"] },
    { name: "before the file", wordsFor: (path: string) => ["--write", path] },
  ])("$name changes it in its place and keeps what it was", async ({ wordsFor }) => {
    const path = composeFile();
    chmodSync(path, 0o640);
    const printed = await quaygate(["migrate", path]);
    const { code, stdout, stderr } = await quaygate(["migrate", ...wordsFor(path)]);
    expect([code, stdout, stderr]).toEqual([0, "", printed.stderr]);
    expect(readFileSync(path, "utf8")).toBe(printed.stdout);
    expect(readFileSync(`${path}.bak`, "utf8")).toBe(FILE);
    expect([statSync(path).mode & 0o777, statSync(`${path}.bak`).mode & 0o777]).toEqual([0o640, 0o640]);
  });

  test("a second time changes nothing and keeps the first original", async () => {
    const path = composeFile();
    await quaygate(["migrate", "--write", path]);
    const converted = readFileSync(path, "utf8");
    const { code, stderr } = await quaygate(["migrate", "--write", path]);
    expect([code, stderr]).toEqual([0, `quaygate: ${path}: nothing to convert\n`]);
    expect([readFileSync(path, "utf8"), readFileSync(`${path}.bak`, "utf8")]).toEqual([converted, FILE]);
  });

  test("overwrites no older original, and then changes nothing", async () => {
    const path = composeFile();
    writeFileSync(`${path}.bak`, "older\n");
    expect(await quaygate(["migrate", "--write", path])).toEqual({
      code: 1,
      stdout: "",
      stderr: `quaygate: ${path}.bak: is there already; move it away first; nothing was changed\n`,
    });
    expect([readFileSync(path, "utf8"), readFileSync(`${path}.bak`, "utf8")]).toEqual([FILE, "older\n"]);
  });

  test("leaves no copy of a file that it can't convert", async () => {
    const path = composeFile("services: [\n");
    expect((await quaygate(["migrate", "--write", path])).code).toBe(1);
    expect(existsSync(`${path}.bak`)).toBe(false);
  });
});

describe("migrate ends with 1 and says what is wrong with the file:", () => {
  test.each([
    { name: "syntax", content: "services:\n  a: 1\n  a: 2\n", says: ":3:3: Map keys must be unique" },
    { name: "no services", content: "web: {}\n", says: ": there are no services: is it a Compose file?" },
    { name: "bytes that are no text", content: Uint8Array.of(0xff, 0xfe), says: ": is not text in UTF-8" },
    { name: "too long", content: "#".repeat(FILE_LIMIT + 1), says: ": longer than 1024 KiB" },
  ])("$name", async ({ content, says }) => {
    const path = composeFile(content);
    expect(await quaygate(["migrate", path])).toEqual({
      code: 1,
      stdout: "",
      stderr: `quaygate: ${path}${says}\n`,
    });
  });

  test("it is not there", async () => {
    const path = join(testFolder(), "none.yaml");
    const { code, stderr } = await quaygate(["migrate", path]);
    expect([code, stderr]).toEqual([1, `quaygate: ${path}: there is no such file\n`]);
  });

  test("it is a folder", async () => {
    const path = join(testFolder(), "compose.yaml");
    mkdirSync(path);
    const { code, stderr } = await quaygate(["migrate", path]);
    expect([code, stderr]).toEqual([1, `quaygate: ${path}: is a folder\n`]);
  });
});

describe("migrate ends with 2 and says what it wants", () => {
  const usage = "migrate wants one file, such as: quaygate migrate compose.yaml";

  test.each([
    { name: "nothing", words: [], says: usage },
    { name: "--write alone", words: ["--write"], says: usage },
    { name: "two files", words: ["a.yaml", "b.yaml"], says: usage },
    {
      name: "another option",
      words: ["a.yaml", "--force"],
      says: 'migrate has no option "--force"; there are --write, --policy and --overwrite',
    },
  ])("given $name", async ({ words, says }) => {
    expect(await quaygate(["migrate", ...words])).toEqual({
      code: 2,
      stdout: "",
      stderr: `quaygate: ${says}\n`,
    });
  });
});

test("help migrate says what it does and what --write does", async () => {
  const { code, stdout } = await quaygate(["help", "migrate"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^Usage: quaygate migrate FILE \[OPTION\.\.\.\]\n\nput the gate .+\n\nExample: quaygate migrate /u,
  );
  expect(stdout).toContain("\n  --write         change FILE itself");
});
