import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, spawnDocker, temporaryFolder } from "../support/docker-cli.ts";
import { engineHost, hasEngine, idleContainer, imageName, useGate } from "../support/engine-gate.ts";
import { eventually } from "../support/raw-peer.ts";

/** A gate that takes whoever calls on loopback for `ci`, who may do all within these limits. */
function useLimits(limits: string): ReturnType<typeof useGate> {
  const { path, remove } = temporaryFolder();
  afterAll(remove);
  const file = join(path, "policy.yaml");
  writeFileSync(
    file,
    `clients: { ci: { from: 127.0.0.1, allow: "*", powers: all, limits: { ${limits} } } }\n`,
  );
  return useGate({ QUAYGATE_POLICY: file });
}

describe.runIf(hasEngine)("docker, with a limit on bodies", () => {
  const gate = useLimits("body: 100kB");

  test("is told when a build's folder is longer, and the engine builds nothing of it", async () => {
    const { path, remove } = temporaryFolder();
    onTestFinished(remove);
    writeFileSync(join(path, "Dockerfile"), "FROM busybox:test\nCOPY large /large\n");
    writeFileSync(join(path, "large"), randomBytes(4_000_000));
    const image = imageName();
    const { code, stderr } = await docker(gate().host, ["build", `--tag=${image}`, path]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("clients.ci.limits.body") });
    expect((await docker(engineHost, ["image", "inspect", image])).code).toBe(1);
    expect(gate().records).toContainEqual(
      expect.objectContaining({ operation: "ImageBuild", code: "body_too_large", status: 413 }),
    );
  });

  test("builds from a folder that is short enough", async () => {
    const { path, remove } = temporaryFolder();
    onTestFinished(remove);
    writeFileSync(join(path, "Dockerfile"), "FROM busybox:test\nCOPY small /small\n");
    writeFileSync(join(path, "small"), randomBytes(40_000));
    const image = imageName();
    expect((await docker(gate().host, ["build", `--tag=${image}`, path])).code).toBe(0);
    expect((await docker(engineHost, ["image", "inspect", image])).code).toBe(0);
  });
});

describe.runIf(hasEngine)("docker, with a limit on requests a second", () => {
  const gate = useLimits("requests: 0.001, burst: 2");

  test("prints what the client may have, once it has had it", async () => {
    expect((await docker(gate().host, ["ps"])).code).toBe(0);
    const { code, stderr } = await docker(gate().host, ["ps"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining("clients.ci.limits.requests"),
    });
  });
});

describe.runIf(hasEngine)("docker, with a limit on streams", () => {
  const gate = useLimits("streams: 1");

  test("has one at a time, and another as soon as that is over", async () => {
    const name = await idleContainer();
    const watching = spawnDocker(gate().host, ["events", "--since=1m"]);
    await dockerOutput(engineHost, ["exec", name, "true"]);
    await watching.untilOutput("exec_create");
    const refused = await docker(gate().host, ["exec", name, "echo", "hello"]);
    expect(refused.code).not.toBe(0);
    expect(gate().records).toContainEqual(
      expect.objectContaining({ operation: "ExecStart", code: "too_many_streams", status: 429 }),
    );
    await watching.kill();
    await eventually(
      () => gate().records.some(({ operation }) => operation === "SystemEvents"),
      "the end of the events",
    );
    expect(await dockerOutput(gate().host, ["exec", name, "echo", "hello"])).toBe("hello");
  });
});
