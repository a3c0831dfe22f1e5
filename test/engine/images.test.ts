import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, temporaryFolder } from "../support/docker-cli.ts";
import { engineHost, hasEngine, idleContainer, imageName, useGate } from "../support/engine-gate.ts";
import { ballastArchive } from "../support/images.ts";

describe.runIf(hasEngine)("images with the docker command", () => {
  const gate = useGate();

  test("200 MB go in by import, out by save and in again by load, unchanged", async () => {
    const image = imageName();
    const { path, remove } = temporaryFolder();
    onTestFinished(remove);
    const { host } = gate();
    const file = join(path, "image.tar");

    const id = await dockerOutput(host, ["import", "-", image], { input: ballastArchive(200) });
    await dockerOutput(host, ["save", `--output=${file}`, image]);
    expect(statSync(file).size).toBeGreaterThan(200 * 1024 * 1024);
    await dockerOutput(host, ["rmi", image]);
    expect((await docker(engineHost, ["image", "inspect", image])).code).toBe(1);
    expect(await dockerOutput(host, ["load", `--input=${file}`])).toBe(`Loaded image: ${image}`);
    expect(await dockerOutput(engineHost, ["image", "inspect", "--format={{.Id}}", image])).toBe(id);
  });

  test("tag, history, image inspect and rmi act on the image", async () => {
    const image = imageName();
    const { host } = gate();
    await dockerOutput(host, ["tag", "busybox:test", image]);
    expect(await dockerOutput(host, ["history", "--format={{.Comment}}", image])).toContain(
      "Imported from -",
    );
    expect(await dockerOutput(host, ["image", "inspect", "--format={{.RepoTags}}", image])).toContain(image);
    expect(await dockerOutput(host, ["rmi", image])).toContain(`Untagged: ${image}`);
  });

  test("an image name with a registry and folders keeps its slashes", async () => {
    const image = `localhost:5000/some/folder/${imageName()}`;
    const { host } = gate();
    await dockerOutput(host, ["tag", "busybox:test", image]);
    expect(await dockerOutput(host, ["image", "inspect", "--format={{.RepoTags}}", image])).toContain(image);
    await dockerOutput(host, ["rmi", image]);
  });

  test("commit makes an image of what a container changed", async () => {
    const image = imageName();
    const name = await idleContainer();
    await dockerOutput(engineHost, ["exec", name, "sh", "-c", "echo committed > /note"]);
    const { host } = gate();
    expect(
      await dockerOutput(host, ["commit", "--change=ENV COLOUR=blue", "--message=as it is", name, image]),
    ).toMatch(/^sha256:/);
    expect(
      await dockerOutput(host, [
        "run",
        "--rm",
        "--network=none",
        image,
        "sh",
        "-c",
        "cat /note; echo $COLOUR",
      ]),
    ).toBe("committed\nblue");
  });

  test("a pull that cannot be is told with the engine's own sentence", async () => {
    const { code, stderr } = await docker(gate().host, ["pull", "127.0.0.1:1/nothing:here"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("127.0.0.1:1") });
  });
});
