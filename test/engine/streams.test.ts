import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { docker, dockerOutput, spawnDocker } from "../support/docker-cli.ts";
import { containerName, engineHost, hasEngine, idleContainer, useGate } from "../support/engine-gate.ts";

async function containerThatSays(script: string): Promise<string> {
  const name = containerName();
  await dockerOutput(engineHost, [
    "run",
    "-d",
    "--network=none",
    `--name=${name}`,
    "busybox:test",
    "sh",
    "-c",
    script,
  ]);
  return name;
}

describe.runIf(hasEngine)("docker logs", () => {
  const gate = useGate();

  test("gives what was said, each stream as itself", async () => {
    const name = await containerThatSays("echo one; echo three; sleep 0.3; echo two >&2");
    await dockerOutput(engineHost, ["wait", name]);
    expect(await docker(gate().host, ["logs", name])).toEqual({
      code: 0,
      stdout: "one\nthree\n",
      stderr: "two\n",
    });
    expect(await docker(gate().host, ["logs", "--tail=1", name])).toEqual({
      code: 0,
      stdout: "",
      stderr: "two\n",
    });
  });

  test("gives every byte of a long log", async () => {
    const name = await containerThatSays("seq 1 200000");
    await dockerOutput(engineHost, ["wait", name]);
    const { stdout } = await docker(gate().host, ["logs", name]);
    expect({ length: stdout.length, end: stdout.slice(-7) }).toEqual({ length: 1_288_895, end: "200000\n" });
  });

  test("-f shows each line when it is said and ends with the container", async () => {
    const name = await containerThatSays("echo first; while ! test -e /go; do sleep 0.1; done; echo last");
    const run = spawnDocker(gate().host, ["logs", "-f", name]);
    await run.untilOutput("first\n");
    expect(run.stdout()).toBe("first\n");
    await dockerOutput(engineHost, ["exec", name, "touch", "/go"]);
    expect(await run.result).toEqual({ code: 0, stdout: "first\nlast\n", stderr: "" });
  });
});

describe.runIf(hasEngine)("docker events", () => {
  const gate = useGate();

  test("shows what happens, while it happens, in its order", async () => {
    const name = containerName();
    const since = String(Math.floor(Date.now() / 1000));
    const run = spawnDocker(gate().host, [
      ...["events", `--since=${since}`, `--filter=container=${name}`, "--format={{.Action}}"],
    ]);
    await dockerOutput(engineHost, ["create", "--network=none", `--name=${name}`, "busybox:test", "true"]);
    await run.untilOutput("create\n");
    await dockerOutput(engineHost, ["start", name]);
    await run.untilOutput("die\n");
    await run.kill();
    expect(run.stdout()).toBe("create\nstart\ndie\n");
  });

  test("--until ends by itself", async () => {
    const name = await containerThatSays("true");
    await dockerOutput(engineHost, ["wait", name]);
    const until = String(Math.floor(Date.now() / 1000) + 1);
    const { code, stdout } = await docker(gate().host, [
      ...["events", `--filter=container=${name}`, "--since=1h", `--until=${until}`, "--format={{.Action}}"],
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "create\nstart\ndie\n" });
  });

  test("the head of the answer comes before the first event", async () => {
    const filters = encodeURIComponent('{"label":["nothing-carries-this"]}');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = request(
        { port: gate().port, path: `/events?filters=${filters}`, agent: false, timeout: 5000 },
        (response) => {
          resolve(response.statusCode);
          response.once("error", () => {});
          outgoing.destroy();
        },
      );
      outgoing.once("timeout", () => reject(new Error("no head within 5 seconds")));
      outgoing.once("error", reject);
      outgoing.end();
    });
    expect(status).toBe(200);
  });
});

describe.runIf(hasEngine)("docker stats", () => {
  const gate = useGate();

  test("--no-stream shows one line of figures", async () => {
    const name = await idleContainer();
    expect(
      await dockerOutput(gate().host, ["stats", "--no-stream", "--format={{.Name}} {{.PIDs}}", name]),
    ).toMatch(new RegExp(`^${name} [1-9]`));
  });

  test("shows new figures every second until it is left", async () => {
    const name = await idleContainer();
    const run = spawnDocker(gate().host, ["stats", "--format=<{{.Name}} {{.MemUsage}}>", name]);
    const figures = (): string[] =>
      [...run.stdout().matchAll(/<(\S+) [\d.]+\w+ \/ [\d.]+\w+>/g)].map(([line]) => line);
    await expect.poll(() => figures().length, { timeout: 15_000 }).toBeGreaterThan(2);
    await run.kill();
  });
});
