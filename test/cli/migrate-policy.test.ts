import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { linesOf, quaygate, testFolder } from "./quaygate-command.ts";

const FILE = `services:
  proxy:
    image: tecnativa/docker-socket-proxy # as it was
    environment:
      CONTAINERS: 1
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro
  viewer:
    image: example/viewer
    environment:
      DOCKER_HOST: tcp://proxy:2375
`;

/** A file in a folder of its own, and where its policy is to be. */
function composeFile(content: string = FILE): {
  readonly folder: string;
  readonly file: string;
  readonly out: string;
} {
  const folder = testFolder();
  const file = join(folder, "compose.yaml");
  writeFileSync(file, content);
  return { folder, file, out: join(folder, "policy.yaml") };
}

describe("migrate --policy", () => {
  test("writes one policy, and prints the file with one gate", async () => {
    const { folder, file, out } = composeFile();
    const { code, stdout, stderr } = await quaygate(["migrate", "--policy", out, file]);
    expect([code, linesOf(stderr)[0]]).toEqual([0, "done:"]);
    expect(stderr).toContain("  quaygate: serves viewer, by ./policy.yaml\n");
    expect(stdout).toContain("      - ./policy.yaml:/etc/quaygate/policy.yaml:ro\n");
    expect(stdout).toContain("      DOCKER_HOST: tcp://quaygate:2375\n");
    expect(stdout).not.toContain("tecnativa");
    expect(readFileSync(out, "utf8")).toMatch(
      /^clients:\n {2}viewer:\n {4}from: viewer\n {4}switches: \{ CONTAINERS: 1 \}\n {4}powers: all\n$/mu,
    );
    // Whoever runs the gate is not who wrote it.
    expect(statSync(out).mode & 0o777).toBe(0o644);
    expect(readdirSync(folder).toSorted()).toEqual(["compose.yaml", "policy.yaml"]);
    expect(readFileSync(file, "utf8")).toBe(FILE);
  });

  test("writes a policy that the gate explains", async () => {
    const { file, out } = composeFile();
    await quaygate(["migrate", "--policy", out, file]);
    const { code, stdout } = await quaygate(["explain", "--client", "viewer"], { QUAYGATE_POLICY: out });
    expect([code, stdout.includes("CONTAINERS=1")]).toEqual([0, true]);
  });

  test("names the policy as Compose finds it from the file, wherever the command runs", async () => {
    const { folder, file } = composeFile();
    mkdirSync(join(folder, "gate $1"));
    const inside = await quaygate(["migrate", file, "--policy", join(folder, "gate $1", "policy.yaml")]);
    expect(inside.stdout).toContain('      - "./gate $$1/policy.yaml:/etc/quaygate/policy.yaml:ro"\n');
    const deep = join(folder, "deep");
    mkdirSync(deep);
    writeFileSync(join(deep, "compose.yaml"), FILE);
    const above = await quaygate([
      "migrate",
      join(deep, "compose.yaml"),
      "--policy",
      join(folder, "policy.yaml"),
    ]);
    expect(above.stdout).toContain("      - ../policy.yaml:/etc/quaygate/policy.yaml:ro\n");
  });

  test("with --write changes the file as well, and a second time nothing", async () => {
    const { file, out } = composeFile();
    const { code, stdout } = await quaygate(["migrate", "--write", "--policy", out, file]);
    expect([code, stdout]).toEqual([0, ""]);
    expect(readFileSync(`${file}.bak`, "utf8")).toBe(FILE);
    const [converted, policy] = [readFileSync(file, "utf8"), readFileSync(out, "utf8")];
    expect(converted).toContain("  quaygate:\n    image: quaygate/quaygate:latest\n");
    const again = await quaygate(["migrate", "--write", "--policy", out, file]);
    expect([again.code, again.stderr]).toEqual([0, `quaygate: ${file}: nothing to convert\n`]);
    expect([readFileSync(file, "utf8"), readFileSync(out, "utf8")]).toEqual([converted, policy]);
  });
});

describe("migrate --policy takes nobody's file away:", () => {
  test.each([{ words: [] }, { words: ["--write"] }])(
    "a policy that is there stays, with $words",
    async ({ words }) => {
      const { folder, file, out } = composeFile();
      writeFileSync(out, "older\n");
      expect(await quaygate(["migrate", ...words, "--policy", out, file])).toEqual({
        code: 1,
        stdout: "",
        stderr: `quaygate: ${out}: is there already; with --overwrite the new one takes its place; nothing was changed\n`,
      });
      expect([readFileSync(out, "utf8"), readFileSync(file, "utf8")]).toEqual(["older\n", FILE]);
      expect(readdirSync(folder).toSorted()).toEqual(["compose.yaml", "policy.yaml"]);
    },
  );

  test("so does a link that leads nowhere", async () => {
    const { folder, file, out } = composeFile();
    symlinkSync(join(folder, "elsewhere"), out);
    expect((await quaygate(["migrate", "--policy", out, file])).code).toBe(1);
    expect(readdirSync(folder).toSorted()).toEqual(["compose.yaml", "policy.yaml"]);
  });

  test("with --overwrite it is replaced", async () => {
    const { file, out } = composeFile();
    writeFileSync(out, "older\n");
    expect((await quaygate(["migrate", "--policy", out, "--overwrite", file])).code).toBe(0);
    expect(readFileSync(out, "utf8")).toContain("clients:");
  });

  test("an older original stays, and then there is no policy either", async () => {
    const { folder, file, out } = composeFile();
    writeFileSync(`${file}.bak`, "older\n");
    const { code, stderr } = await quaygate(["migrate", "--write", "--policy", out, file]);
    expect([code, stderr]).toEqual([
      1,
      `quaygate: ${file}.bak: is there already; move it away first; nothing was changed\n`,
    ]);
    expect([readFileSync(file, "utf8"), existsSync(out)]).toEqual([FILE, false]);
    expect(readdirSync(folder).toSorted()).toEqual(["compose.yaml", "compose.yaml.bak"]);
  });
});

describe("migrate --policy ends with 1 and writes nothing", () => {
  test("where nobody can be told apart", async () => {
    const { folder, file, out } = composeFile(FILE.replace("tcp://proxy:2375", "tcp://other:2375"));
    expect(await quaygate(["migrate", "--policy", out, file])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        `quaygate: ${file}: no client of one gate could be told from others, so there is no policy: ` +
        "proxy: no service of this file is told of it\n",
    });
    expect(readdirSync(folder)).toEqual(["compose.yaml"]);
  });

  test("where its folder is not there", async () => {
    const { folder, file } = composeFile();
    const out = join(folder, "none", "policy.yaml");
    expect((await quaygate(["migrate", "--policy", out, file])).stderr).toBe(
      `quaygate: ${out}: there is no such file; nothing was changed\n`,
    );
  });

  test("where a name can't stand in a policy", async () => {
    const { folder, file, out } = composeFile(FILE.replace("  viewer:", "  viewer.1:"));
    const { code, stderr } = await quaygate(["migrate", "--policy", out, file]);
    expect(code).toBe(1);
    expect(stderr).toContain("the policy would not be what was before: ");
    expect(stderr).toContain("viewer.1");
    expect(readdirSync(folder)).toEqual(["compose.yaml"]);
  });
});

test("migrate --policy writes nothing where there is nothing to convert", async () => {
  const { folder, file, out } = composeFile("services: {web: {image: nginx}}\n");
  const { code, stderr } = await quaygate(["migrate", "--policy", out, file]);
  expect([code, stderr]).toEqual([0, `quaygate: ${file}: nothing to convert\n`]);
  expect(readdirSync(folder)).toEqual(["compose.yaml"]);
});

describe("migrate ends with 2 and says what --policy wants", () => {
  const wants =
    "--policy wants one file to write, such as: quaygate migrate --policy policy.yaml compose.yaml";

  test.each([
    { name: "no file to write", words: ["a.yaml", "--policy"], says: wants },
    { name: "an option in its place", words: ["--policy", "--write", "a.yaml"], says: wants },
    { name: "two of them", words: ["--policy", "b.yaml", "--policy", "c.yaml", "a.yaml"], says: wants },
    {
      name: "no file to read",
      words: ["--policy", "b.yaml"],
      says: "migrate wants one file, such as: quaygate migrate compose.yaml",
    },
    {
      name: "the file itself",
      words: ["--policy", "./a.yaml", "a.yaml"],
      says: "./a.yaml is the file itself: name another one for the policy",
    },
    {
      name: "a path with a colon",
      words: ["--policy", "b:c.yaml", "a.yaml"],
      says: `"b:c.yaml" can't be mounted by Compose: a policy's path has no colon and no control character`,
    },
    {
      name: "--overwrite alone",
      words: ["--overwrite", "a.yaml"],
      says: "--overwrite is about the file of --policy, and there is none",
    },
  ])("given $name", async ({ words, says }) => {
    expect(await quaygate(["migrate", ...words])).toEqual({
      code: 2,
      stdout: "",
      stderr: `quaygate: ${says}\n`,
    });
  });
});
