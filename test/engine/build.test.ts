import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, spawnDocker, temporaryFolder } from "../support/docker-cli.ts";
import { engineHost, hasEngine, imageName, useGate } from "../support/engine-gate.ts";

function buildFolder(files: Readonly<Record<string, string | Buffer>>): string {
  const { path, remove } = temporaryFolder();
  onTestFinished(remove);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

describe.runIf(hasEngine)("docker build with the classic builder", () => {
  const gate = useGate();
  const build = ["build", "--network=none", "--force-rm"];

  test("makes an image from a folder, its arguments and its file", async () => {
    const image = imageName();
    const folder = buildFolder({
      note: "from the folder\n",
      Dockerfile:
        "FROM busybox:test\nARG COLOUR\nCOPY note /note\nRUN echo $COLOUR >> /note\nCMD cat /note\n",
    });
    const { code, stdout } = await docker(gate().host, [
      ...build,
      "--build-arg=COLOUR=blue",
      `--tag=${image}`,
      folder,
    ]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining(`Successfully tagged ${image}`),
    });
    expect(await dockerOutput(engineHost, ["run", "--rm", "--network=none", image])).toBe(
      "from the folder\nblue",
    );
  });

  test("shows each step while it runs", async () => {
    const folder = buildFolder({
      Dockerfile: `FROM busybox:test\nRUN echo ${String(Math.random())}; echo early; sleep 2; echo late\n`,
    });
    const run = spawnDocker(gate().host, [...build, "--no-cache", folder]);
    run.stdin.end();
    await run.untilOutput("\nearly\n");
    expect(run.stdout()).not.toContain("\nlate\n");
    expect(await run.result).toMatchObject({ code: 0, stdout: expect.stringContaining("\nlate\n") });
  });

  test("that fails gives the output and the exit code", async () => {
    const folder = buildFolder({ Dockerfile: "FROM busybox:test\nRUN echo before; exit 9\n" });
    const { code, stdout, stderr } = await docker(gate().host, [...build, "--no-cache", folder]);
    expect({ code, stdout, stderr }).toEqual({
      code: 9,
      stdout: expect.stringContaining("\nbefore\n"),
      stderr: expect.stringContaining("returned a non-zero code: 9"),
    });
  });

  test("sends a folder of 30 MB whole", async () => {
    const image = imageName();
    const folder = buildFolder({
      large: randomBytes(30_000_000),
      Dockerfile: "FROM busybox:test\nCOPY large /large\nCMD wc -c < /large\n",
    });
    await dockerOutput(gate().host, [...build, `--tag=${image}`, folder]);
    expect(await dockerOutput(engineHost, ["run", "--rm", "--network=none", image])).toBe("30000000");
  });

  test("takes the Dockerfile from standard input", async () => {
    const image = imageName();
    await dockerOutput(gate().host, [...build, `--tag=${image}`, "-"], {
      input: "FROM busybox:test\nLABEL a=b\n",
    });
    expect(await dockerOutput(engineHost, ["image", "inspect", "--format={{.Config.Labels.a}}", image])).toBe(
      "b",
    );
  });
});
