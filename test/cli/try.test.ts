import { execFile, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { get, occupyPort, openEngine } from "./engine.ts";
import {
  APART,
  connectTo,
  NO_ENGINE,
  quaygate,
  type QuaygateRun,
  startQuaygate,
  testFolder,
} from "./quaygate-command.ts";
import { statusOf } from "../support/raw-peer.ts";

const hasDocker = spawnSync("docker", ["--version"]).status === 0;
if (!hasDocker) {
  process.stderr.write("left out: the docker commands that try prints (there is no docker command)\n");
}

const SAMPLE = "quaygate stands in front of a built-in sample engine (no Docker engine was found here).\n";
const REFUSED = "The last one is refused, and the answer says what would allow it.\n";
const READY = "Stop with Ctrl-C. Every request appears below.\n";

/** Runs `quaygate try` where there is no engine, until it has said all that it says. */
async function startTry(environment: Readonly<Record<string, string>> = {}): Promise<QuaygateRun> {
  const run = startQuaygate(["try"], { ...APART, DOCKER_HOST: `unix://${NO_ENGINE}`, ...environment });
  await run.untilOutput(READY);
  return run;
}

/** The commands that it tells to type, as they stand. */
function examplesIn(run: QuaygateRun): readonly string[] {
  return [...run.stdout().matchAll(/^ {2}((?:curl|docker) .*)$/gmu)].map(([, line = ""]) => line);
}

/** Types a line in a shell. */
function type(
  line: string,
): Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }> {
  const env = { PATH: process.env["PATH"], HOME: "/nonexistent", DOCKER_CONFIG: "/nonexistent" };
  return new Promise((resolve) => {
    execFile("sh", ["-c", line], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

describe("try, where no engine is", () => {
  test("stands in front of the sample, and says where, what is open, and what to type", async () => {
    const run = await startTry();
    const out = run.stdout();
    const address = /listening on (tcp:\/\/127\.0\.0\.1:[0-9]+)\n/u.exec(out)?.[1] ?? "nowhere";
    expect(out.startsWith(SAMPLE)).toBe(true);
    expect(out).toContain("  27 of 124 operations are open, all others are refused\n");
    expect(out).toContain("  CONTAINERS=1: reads any file in any container\n");
    expect(examplesIn(run)).toEqual([
      `curl ${address.replace("tcp:", "http:")}/containers/json`,
      `docker -H ${address} ps`,
      `docker -H ${address} run --rm alpine true`,
    ]);
    expect(out).toContain(REFUSED);
  });

  test("prints a curl command that works word for word", async () => {
    const [curl = ""] = examplesIn(await startTry());
    const { code, stdout } = await type(curl);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(
      expect.arrayContaining([expect.objectContaining({ Names: ["/web"] })]),
    );
  });

  test("prints a curl command that works word for word for a unix socket", async () => {
    const socket = join(testFolder(), "gate.sock");
    const [curl = ""] = examplesIn(await startTry({ QUAYGATE_LISTEN: `unix://${socket}` }));
    expect(curl).toContain(socket);
    expect(await type(curl)).toMatchObject({ code: 0, stdout: expect.stringContaining('"/web"') });
  });

  test.runIf(hasDocker)("prints docker commands that work word for word", async () => {
    const run = await startTry();
    const [, list = "", refused = ""] = examplesIn(run);
    expect(await type(list)).toMatchObject({ code: 0, stdout: expect.stringMatching(/\bweb\n/u) });
    const { code, stderr } = await type(refused);
    expect(code).toBe(125);
    expect(stderr).toContain(
      "quaygate: ContainerCreate (POST /containers/create) is not allowed for 127.0.0.1: needs POST=1\n",
    );
    await run.untilOutput('"code":"operation_denied"');
  });

  test("listens on another port when the usual one is busy", async () => {
    await occupyPort(2375);
    const { QUAYGATE_ADMIN } = APART;
    const run = startQuaygate(["try"], { QUAYGATE_ADMIN: QUAYGATE_ADMIN ?? "", DOCKER_HOST: NO_ENGINE });
    await run.untilOutput(READY);
    const port = Number(/listening on tcp:\/\/127\.0\.0\.1:([0-9]+)\n/u.exec(run.stdout())?.[1]);
    expect(port).not.toBe(2375);
    const peer = await connectTo({ kind: "tcp", host: "127.0.0.1", port });
    await peer.send(get("/containers/json"));
    expect(statusOf(await peer.next())).toBe(200);
  });

  test("does not choose another place than the one it was told", async () => {
    const taken = await occupyPort();
    expect(await quaygate(["try"], { ...APART, QUAYGATE_LISTEN: taken, DOCKER_HOST: NO_ENGINE })).toEqual({
      code: 1,
      stdout: "",
      stderr: `quaygate: can't listen on ${taken}: it is in use; stop who listens there, or set QUAYGATE_LISTEN to another address\n`,
    });
  });

  test("takes switches from the environment, and promises no refusal that does not come", async () => {
    const run = await startTry({ POST: "1" });
    expect(run.stdout()).toContain("POST=1 and CONTAINERS=1: ");
    expect(run.stdout()).not.toContain(REFUSED);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("ends by %s with 0 and leaves nothing behind", async (signal) => {
    const folder = testFolder();
    const left = (): readonly string[] => readdirSync(folder).filter((name) => name.startsWith("quaygate-"));
    const run = await startTry({ TMPDIR: folder });
    expect(left().length).toBe(1);
    run.signal(signal);
    expect(await run.result).toMatchObject({ code: 0, stderr: "" });
    expect(left()).toEqual([]);
  });
});

test("try stands in front of the engine that is there", async () => {
  const engine = await openEngine();
  const run = startQuaygate(["try"], { ...APART, DOCKER_HOST: `unix://${engine}` });
  await run.untilOutput(READY);
  expect(
    run.stdout().startsWith(`quaygate stands in front of your Docker engine at unix://${engine}.\n`),
  ).toBe(true);
  run.signal("SIGINT");
  expect((await run.result).code).toBe(0);
});
