import { request } from "node:http";
import Dockerode from "dockerode";
import { describe, expect, onTestFinished, test } from "vitest";
import { type AuditRecord, levelOf } from "../../src/audit/record.ts";
import type { OperationName } from "../../src/docker/operations.ts";
import { docker, dockerOutput, spawnDocker, uniqueName } from "../support/docker-cli.ts";
import { hasDockerPy, runPython } from "../support/docker-py.ts";
import {
  containerName,
  engineHost,
  eventually,
  hasEngine,
  idleContainer,
  useGate,
} from "../support/engine-gate.ts";
import { RawPeer, statusOf } from "../support/raw-peer.ts";

interface Ended {
  readonly operation: OperationName | undefined;
  readonly level: string;
  readonly code: string | undefined;
  readonly end: string;
}

function endOf(record: AuditRecord): Ended {
  const { operation, code, end } = record;
  return { operation, level: levelOf(record), code, end };
}

describe.runIf(hasEngine)("the log calls no error what people do all day:", () => {
  const gate = useGate();

  /** What the log has since a moment of the exchanges of some operations, as soon as there are so many. */
  async function ended(since: number, operation: OperationName, count = 1): Promise<readonly Ended[]> {
    const found = (): readonly AuditRecord[] =>
      gate()
        .records.slice(since)
        .filter((record) => record.operation === operation);
    await eventually(`${count} exchanges of ${operation} are over`, () => found().length >= count);
    return found().map(endOf);
  }

  function expectQuiet(since: number): void {
    const loud = gate()
      .records.slice(since)
      .filter((record) => levelOf(record) !== "info");
    expect(loud).toEqual([]);
  }

  async function connect(): Promise<RawPeer> {
    const peer = await RawPeer.connect({ kind: "tcp", host: "127.0.0.1", port: gate().port });
    onTestFinished(() => void peer.socket.destroy());
    return peer;
  }

  function left(operation: OperationName): Ended {
    return { operation, level: "info", code: undefined, end: "client" };
  }

  test("events, logs and stats that people leave", async () => {
    const since = gate().records.length;
    const name = await idleContainer();
    const events = spawnDocker(gate().host, ["events"]);
    const logs = spawnDocker(gate().host, ["logs", "-f", name]);
    const stats = spawnDocker(gate().host, ["stats", "--format=<{{.Name}}>", name]);
    await Promise.all([logs.untilOutput("ready"), stats.untilOutput(`<${name}>`)]);
    await dockerOutput(engineHost, ["exec", name, "true"]);
    await events.untilOutput("exec_start");
    await Promise.all([events.kill("SIGINT"), logs.kill("SIGINT"), stats.kill()]);
    for (const operation of ["SystemEvents", "ContainerLogs", "ContainerStats"] as const) {
      expect(await ended(since, operation)).toEqual([left(operation)]);
    }
    expectQuiet(since);
  });

  test("logs, stats, attach and wait of a container that comes to its end", async () => {
    const since = gate().records.length;
    const name = await idleContainer();
    const logs = spawnDocker(gate().host, ["logs", "-f", name]);
    const stats = spawnDocker(gate().host, ["stats", "--format=<{{.Name}}>", name]);
    const attach = spawnDocker(gate().host, ["attach", "--no-stdin", name]);
    const wait = spawnDocker(gate().host, ["wait", name]);
    await Promise.all([logs.untilOutput("ready"), stats.untilOutput(`<${name}>`)]);
    await ended(since, "ContainerInspect", 2);
    await dockerOutput(engineHost, ["stop", name]);
    await dockerOutput(engineHost, ["rm", name]);
    expect((await wait.result).stdout).toBe("0\n");
    await Promise.all([logs.result, attach.result]);
    await stats.kill();
    expect(await ended(since, "ContainerLogs")).toMatchObject([{ end: "complete" }]);
    await ended(since, "ContainerStats");
    expectQuiet(since);
  });

  test("run, exec and attach, whoever ends first", async () => {
    const since = gate().records.length;
    const { host } = gate();
    const quiet = ["--rm", "--network=none", "busybox:test"];
    expect((await docker(host, ["run", ...quiet, "true"])).code).toBe(0);
    expect((await docker(host, ["run", "-i", ...quiet, "cat"], { input: "x" })).stdout).toBe("x");
    // The command reads nothing of its input and ends.
    expect((await docker(host, ["run", "-i", ...quiet, "true"], { input: "x".repeat(100_000) })).code).toBe(
      0,
    );
    const name = await idleContainer();
    expect((await docker(host, ["exec", "-i", name, "true"], { input: "x".repeat(100_000) })).code).toBe(0);
    const runs = [
      spawnDocker(host, ["exec", "-i", name, "cat"]),
      spawnDocker(host, ["attach", name]),
      spawnDocker(host, ["run", "-i", `--name=${containerName()}`, ...quiet, "cat"]),
    ];
    for (const run of [runs[0], runs[2]]) {
      run?.stdin.write("typed\n");
      await run?.untilOutput("typed");
    }
    await ended(since, "ContainerInspect");
    await Promise.all(runs.map((run) => run.kill("SIGKILL")));
    // That of a container which says nothing ends when it does.
    await dockerOutput(engineHost, ["kill", name]);
    await ended(since, "ExecStart", 2);
    await ended(since, "ContainerAttach", 5);
    expectQuiet(since);
  });

  test.each(["session", "grpc"])("BuildKit's %s, whoever ends first", async (path) => {
    const since = gate().records.length;
    const upgrade = `POST /${path} HTTP/1.1\r\nHost:\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n`;
    const endings: readonly ((client: RawPeer) => void)[] = [
      (client) => client.reset(),
      (client) => client.end(),
      // No HTTP/2: the engine ends it.
      (client) => void client.socket.write("x".repeat(1000)),
    ];
    for (const end of endings) {
      const client = await connect();
      await client.send(`${upgrade}X-Docker-Expose-Session-Uuid: ${uniqueName("session")}\r\n\r\n`);
      expect(statusOf(await client.next({ headOnly: true }))).toBe(101);
      end(client);
      client.socket.on("end", () => client.end());
    }
    await eventually("all are over", () => gate().records.length >= since + endings.length);
    expectQuiet(since);
  });

  test.each([
    ["events", "GET /events", "SystemEvents", "client"],
    ["a list", "GET /containers/json?all=1", "ContainerList", "complete"],
    ["what takes the disk", "GET /system/df", "SystemDataUsage", "complete"],
  ] as const)(
    "a client that asks for %s, ends its direction and reads on",
    async (_, line, operation, end) => {
      const since = gate().records.length;
      const client = await connect();
      client.socket.end(`${line} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await client.untilOver();
      expect(await ended(since, operation)).toEqual([{ operation, level: "info", code: undefined, end }]);
    },
  );

  test("pollers that do not wait for their answer", async () => {
    const since = gate().records.length;
    const leave = [(peer: RawPeer) => peer.reset(), (peer: RawPeer) => void peer.socket.destroy()];
    const lines = ["GET /containers/json?all=1&size=1", "GET /system/df", "GET /images/json", "GET /info"];
    for (const line of lines) {
      for (const go of leave) {
        const client = await connect();
        await client.send(`${line} HTTP/1.1\r\nHost: x\r\n\r\n`);
        go(client);
      }
    }
    const both = lines.length * leave.length;
    await eventually("all are over", () => gate().records.length >= since + both);
    expectQuiet(since);
  });

  test("answers to HEAD", async () => {
    const since = gate().records.length;
    const name = await idleContainer();
    for (const path of ["/_ping", `/containers/${name}/archive?path=/bin/busybox`]) {
      const status = await new Promise((resolve, reject) => {
        request({ port: gate().port, method: "HEAD", path, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .once("error", reject)
          .end();
      });
      expect(status).toBe(200);
    }
    await eventually("both are over", () => gate().records.length >= since + 2);
    expectQuiet(since);
    expect(
      gate()
        .records.slice(since)
        .map(({ end }) => end),
    ).toEqual(["complete", "complete"]);
  });

  test("streams that dockerode destroys", async () => {
    const since = gate().records.length;
    const engine = new Dockerode({ protocol: "http", host: "127.0.0.1", port: gate().port });
    const container = engine.getContainer(await idleContainer());
    const exec = await container.exec({ Cmd: ["cat"], AttachStdin: true, AttachStdout: true });
    const streams = [
      await engine.getEvents(),
      await container.logs({ follow: true, stdout: true }),
      await container.stats({ stream: true }),
      await exec.start({ hijack: true, stdin: true }),
    ];
    for (const stream of streams) {
      if ("destroy" in stream && typeof stream.destroy === "function") stream.destroy();
    }
    for (const operation of ["SystemEvents", "ContainerLogs", "ContainerStats"] as const) {
      expect(await ended(since, operation)).toEqual([left(operation)]);
    }
    await ended(since, "ExecStart");
    expectQuiet(since);
  });

  test.runIf(hasDockerPy)("streams that docker-py closes, and a poll that it gives up", async () => {
    const since = gate().records.length;
    const program = `
import docker, json, sys, requests
client = docker.from_env(version="auto", timeout=60)
events = client.events(); events.close()
container = client.containers.get(sys.argv[1])
logs = container.logs(stream=True, follow=True); next(logs); logs.close()
stats = container.stats(stream=True); next(stats); stats.close()
try:
    container.wait(timeout=0.5)
except requests.exceptions.RequestException as error:
    print(json.dumps(type(error).__name__))
`;
    const name = await idleContainer();
    expect(await runPython(gate().host, program, [name])).toMatch(/Timeout|ConnectionError/u);
    for (const operation of ["SystemEvents", "ContainerLogs", "ContainerStats", "ContainerWait"] as const) {
      await ended(since, operation);
    }
    expectQuiet(since);
  });
});
