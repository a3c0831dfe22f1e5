import { writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, spawnDocker, temporaryFolder, uniqueName } from "../support/docker-cli.ts";
import { ballastArchive } from "../support/images.ts";
import type { DockerRun } from "../support/docker-cli.ts";
import { eventually, hasEngine, useOwnEngine } from "../support/engine-gate.ts";

// An engine of its own: the tests count its connections. Each runs several clients, so that a connection which the
// gate keeps for later does not hide one that should be gone.
describe.runIf(hasEngine)("a client that is killed", () => {
  const own = useOwnEngine();
  const clients = 3;
  const soonMilliseconds = 3000;

  function spawnClients(...commandArguments: readonly string[]): readonly DockerRun[] {
    return Array.from({ length: clients }, () => spawnDocker(own().gate.host, commandArguments));
  }

  async function expectKillCloses(runs: readonly DockerRun[]): Promise<void> {
    const { engine } = own();
    const during = engine.connections();
    expect(during).toBeGreaterThanOrEqual(clients);
    await Promise.all(runs.map((run) => run.kill()));
    await eventually(
      `the engine lost ${clients} of its ${during} connections`,
      () => engine.connections() <= during - clients,
      soonMilliseconds,
    );
  }

  async function startContainer(script: string): Promise<string> {
    const name = uniqueName("gone");
    const host = `unix://${own().engine.socketPath}`;
    await dockerOutput(host, [
      "run",
      "-d",
      "--network=none",
      `--name=${name}`,
      "busybox:test",
      "sh",
      "-c",
      script,
    ]);
    onTestFinished(async () => void (await docker(host, ["rm", "--force", name])));
    return name;
  }

  /** Counts what every docker command asks first. */
  function pings(): number {
    return own().gate.records.filter(({ path }) => path?.endsWith("/_ping")).length;
  }

  /** Gives a request that is known to be on its way the time to arrive. */
  function settle(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 500));
  }

  function engineHost(): string {
    return `unix://${own().engine.socketPath}`;
  }

  test("in the middle of events no longer listens at the engine", async () => {
    const listeners = (): Promise<string> =>
      dockerOutput(engineHost(), ["info", "--format={{.NEventsListener}}"]);
    const before = Number(await listeners());
    const runs = spawnClients("events");
    await eventually(
      "the engine has three listeners more",
      async () => Number(await listeners()) === before + clients,
    );
    await expectKillCloses(runs);
    await eventually("the engine has its listeners back", async () => Number(await listeners()) === before);
  });

  test("in the middle of logs -f leaves no connection", async () => {
    const name = await startContainer("echo ready; sleep 300");
    const runs = spawnClients("logs", "-f", name);
    await Promise.all(runs.map((run) => run.untilOutput("ready")));
    await expectKillCloses(runs);
  });

  test("in the middle of logs -f of a container that never stops talking leaves no connection", async () => {
    const name = await startContainer("while :; do seq 1 5000; sleep 0.05; done");
    const runs = spawnClients("logs", "-f", "--tail=1", name);
    await Promise.all(runs.map((run) => run.untilOutput("\n1\n")));
    await expectKillCloses(runs);
  });

  test("in the middle of stats leaves no connection", async () => {
    const name = await startContainer("sleep 300");
    const runs = spawnClients("stats", "--format=<{{.Name}}>", name);
    await Promise.all(runs.map((run) => run.untilOutput(`<${name}>`)));
    await expectKillCloses(runs);
  });

  test("in the middle of wait leaves no connection", async () => {
    const name = await startContainer("sleep 300");
    const asked = pings();
    const runs = spawnClients("wait", name);
    await eventually("the clients have found the engine", () => pings() === asked + clients);
    await settle();
    await expectKillCloses(runs);
  });

  test("in the middle of an upload leaves no connection and no image", async () => {
    const { engine, gate } = own();
    const sockets = Array.from({ length: clients }, () => {
      const socket = createConnection(gate.port, "127.0.0.1");
      socket.on("error", () => {});
      const piece = ballastArchive(2).subarray(0, 1_000_000);
      socket.write("POST /images/load?quiet=1 HTTP/1.1\r\nHost: gate\r\nTransfer-Encoding: chunked\r\n\r\n");
      socket.write(`${(2 * piece.length).toString(16)}\r\n`);
      socket.write(piece);
      return socket;
    });
    await settle();
    const during = engine.connections();
    for (const socket of sockets) socket.destroy();
    await eventually(
      "the engine lost the uploads",
      () => engine.connections() <= during - clients,
      soonMilliseconds,
    );
    expect(await dockerOutput(engineHost(), ["images", "--format={{.Repository}}"])).toBe("busybox");
  });

  test("in the middle of load leaves no connection", async () => {
    const asked = pings();
    const runs = spawnClients("load");
    // The engine waits for more of a file, where it would refuse anything else.
    for (const run of runs) run.stdin.write(ballastArchive(4).subarray(0, 2_000_000));
    await eventually("the clients have found the engine", () => pings() === asked + clients);
    await settle();
    await expectKillCloses(runs);
  });

  test("in the middle of exec -i ends the command's standard input", async () => {
    const name = await startContainer("sleep 300");
    const processes = (): Promise<string> => dockerOutput(engineHost(), ["top", name, "-eo", "pid,args"]);
    const runs = spawnClients("exec", "-i", name, "cat");
    for (const run of runs) run.stdin.write("typed\n");
    await Promise.all(runs.map((run) => run.untilOutput("typed")));
    expect(await processes()).toContain("cat");
    await expectKillCloses(runs);
    await eventually("cat came to its end", async () => !(await processes()).includes("cat"));
  });

  test("in the middle of build ends the step that runs", async () => {
    const { path: folder, remove } = temporaryFolder();
    onTestFinished(remove);
    writeFileSync(join(folder, "Dockerfile"), "FROM busybox:test\nRUN echo started; exec sleep 300\n");
    const running = (): Promise<string> =>
      dockerOutput(engineHost(), ["ps", "--filter=status=running", "--no-trunc", "--format={{.Command}}"]);
    const run = spawnDocker(own().gate.host, ["build", "--network=none", "--no-cache", "--force-rm", folder]);
    await run.untilOutput("\nstarted\n");
    await eventually("the step runs", async () => (await running()).includes("exec sleep 300"));
    await run.kill();
    await eventually("no step runs", async () => !(await running()).includes("exec sleep 300"), 15_000);
  });
});
