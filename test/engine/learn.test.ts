import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import Dockerode from "dockerode";
import { describe, expect, onTestFinished, test } from "vitest";
import { formatRecordAsJson } from "../../src/audit/json.ts";
import { levelOf } from "../../src/audit/record.ts";
import { readPresets } from "../../src/config/presets.ts";
import { decodeLine } from "../../src/journal/journal-line.ts";
import { learnLessons } from "../../src/learn/lesson.ts";
import { Observation } from "../../src/learn/observation.ts";
import { renderPolicy } from "../../src/learn/render-policy.ts";
import { docker, dockerOutput, hasProgram, temporaryFolder, uniqueName } from "../support/docker-cli.ts";
import { hasDockerPy, runPython } from "../support/docker-py.ts";
import { containerName, engineHost, engineSocket, hasEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";

const image = "busybox:test";
const idle = ["sh", "-c", "trap 'exit 0' TERM INT; echo ready; while :; do sleep 1 & wait $!; done"] as const;

/** The policy that is learnt from the log of a run in which nothing is refused. */
async function learn(run: (host: string) => Promise<void>): Promise<string> {
  const observation = new Observation();
  const env = { ...everySwitch, QUAYGATE_MODE: "learn" };
  const { host, records, close } = await openTestGate({ env, engineSocket });
  await run(host).finally(() => void close());
  for (const record of records) {
    const line = decodeLine(formatRecordAsJson(levelOf(record), record).trimEnd());
    if (line.kind === "record") observation.note(line.record);
  }
  expect(observation.span?.count).toBe(records.length);
  return renderPolicy(observation, learnLessons(observation), readPresets());
}

/** Runs a client to learn from, and again under what was learnt; gives the policy. */
async function learnAndHold(run: (host: string) => Promise<void>): Promise<string> {
  const policy = await learn(run);
  const { path, remove } = temporaryFolder();
  onTestFinished(remove);
  const file = join(path, "policy.yaml");
  writeFileSync(file, policy);
  const gate = await openTestGate({ env: { QUAYGATE_POLICY: file }, engineSocket });
  try {
    await run(gate.host);
    expect(gate.records.filter(({ verdict }) => verdict !== "allow")).toEqual([]);
    expect(gate.records.length).toBeGreaterThan(5);
    // What was not used stays closed.
    const { code, stderr } = await docker(gate.host, ["run", "--rm", "--privileged", image, "true"]);
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining("quaygate: ")]);
  } finally {
    await gate.close();
  }
  return policy;
}

describe.runIf(hasEngine)("a policy that was learnt from one run allows the next one", () => {
  test("of the docker command", async () => {
    const [name, volume] = [containerName(), uniqueName("volume")];
    const { path, remove } = temporaryFolder();
    onTestFinished(remove);
    const policy = await learnAndHold(async (host) => {
      await dockerOutput(host, ["volume", "create", volume]);
      await dockerOutput(host, [
        ...["run", "--detach", `--name=${name}`, `--volume=${volume}:/data`, `--volume=${path}:/host:ro`],
        ...[
          "--publish=127.0.0.1::80",
          "--env=A=b",
          "--label=org.example.a=b",
          "--cap-add=NET_ADMIN",
          image,
          ...idle,
        ],
      ]);
      await dockerOutput(host, ["exec", name, "true"]);
      await dockerOutput(host, ["logs", name]);
      await dockerOutput(host, ["ps", `--filter=name=${name}`]);
      await dockerOutput(host, ["rm", "--force", "--volumes", name]);
      await dockerOutput(host, ["volume", "rm", volume]);
    });
    expect(policy).toContain("- cap:NET_ADMIN # once, ");
    expect(policy).toContain("- image:docker.io/library/busybox:test # once, ");
  });

  test.runIf(hasProgram("docker-compose"))("of Compose", async () => {
    const { path, remove } = temporaryFolder();
    onTestFinished(remove);
    const [project, file] = [uniqueName("stack"), join(path, "compose.yaml")];
    const service = {
      image,
      command: idle.map((each) => each.replaceAll("$", () => "$$")),
      stop_grace_period: "1s",
    };
    const web = { ...service, ports: ["127.0.0.1::80"], volumes: ["data:/data"], networks: ["front"] };
    writeFileSync(
      file,
      JSON.stringify({ services: { web }, networks: { front: {} }, volumes: { data: {} } }),
    );
    const compose = async (host: string, ...words: readonly string[]): Promise<void> => {
      const command = ["--project-name", project, "--file", file, ...words];
      await dockerOutput(host, command, {
        program: "docker-compose",
        env: { HOME: path, DOCKER_CONFIG: path },
      });
    };
    onTestFinished(() => compose(engineHost, "down", "--volumes", "--timeout=1").catch(() => undefined));
    const policy = await learnAndHold(async (host) => {
      await compose(host, "up", "--detach");
      await compose(host, "down", "--volumes", "--timeout=1");
    });
    expect(policy).toContain("- label:com.docker.compose.* # ");
    expect(policy).not.toContain("# HOST:");
  });

  test("of dockerode", async () => {
    const name = containerName();
    await learnAndHold(async (host) => {
      const { hostname, port } = new URL(host);
      const engine = new Dockerode({ protocol: "http", host: hostname, port });
      await engine.ping();
      const container = await engine.createContainer({
        name,
        Image: image,
        Cmd: [...idle],
        HostConfig: { NetworkMode: "none" },
      });
      await container.start();
      const exec = await container.exec({ Cmd: ["true"], AttachStdout: true });
      await text(await exec.start({}));
      await container.inspect();
      await container.remove({ force: true });
    });
  });

  test.runIf(hasDockerPy)("of docker-py", async () => {
    const [name, network] = [containerName(), uniqueName("network")];
    const program = `
import docker, json, sys
name, network = sys.argv[1:]
client = docker.from_env(version="auto")
client.networks.create(network, driver="bridge")
container = client.containers.run("${image}", ["sleep", "60"], name=name, detach=True, network=network, init=True)
container.exec_run("true")
container.rename(name + "-other"); container.rename(name)
print(json.dumps([found.name for found in client.containers.list(filters={"name": name})]))
container.remove(force=True)
client.networks.get(network).remove()
`;
    await learnAndHold(async (host) => {
      expect(await runPython(host, program, [name, network])).toEqual([name]);
    });
  });
});
