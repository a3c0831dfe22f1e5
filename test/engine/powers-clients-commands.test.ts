import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, temporaryFolder, uniqueName } from "../support/docker-cli.ts";
import {
  containerName,
  engineHost,
  eventually,
  hasEngine,
  idleContainer,
  useGate,
} from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { makeBothWays, removeMade, transientName } from "../support/portrait.ts";

const image = "busybox:test";

function folderWith(files: Readonly<Record<string, string>>): string {
  const { path, remove } = temporaryFolder();
  onTestFinished(remove);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

describe.runIf(hasEngine)("the docker command's other verbs with the default powers", () => {
  const gate = useGate({ ...everySwitch, QUAYGATE_POWERS: "default" });
  const builder = useGate({ ...everySwitch, QUAYGATE_POWERS: "default,build" });
  const ofUser = uniqueName("network");

  beforeAll(() => dockerOutput(engineHost, ["network", "create", ofUser]));
  afterAll(() => removeMade({ networks: [ofUser] }));

  const script = "whoami; pwd; echo $COLOUR; echo err >&2; exit 7";
  const exec = ["exec", "--user=0:0", "--workdir=/tmp", "--env=COLOUR=blue"];
  test.each([
    { name: "exec", command: (id: string) => [...exec, id, "sh", "-c", script] },
    { name: "exec with input", command: (id: string) => ["exec", "-i", id, "wc", "-c"], input: "12345" },
    { name: "exec in the background", command: (id: string) => ["exec", "--detach", id, "true"] },
    { name: "logs", command: (id: string) => ["logs", id], says: "ready" },
    { name: "top", command: (id: string) => ["top", id, "-o", "uid,comm"] },
    { name: "port", command: (id: string) => ["port", id] },
    { name: "diff", command: (id: string) => ["diff", id] },
    { name: "stats", command: (id: string) => ["stats", "--no-stream", "--format={{.Name}}", id] },
    { name: "cp out", command: (id: string) => ["cp", `${id}:/etc/passwd`, "-"] },
    { name: "inspect", command: (id: string) => ["inspect", "--format={{.Config.Cmd}}", id] },
  ])("$name says the same as on the socket", async ({ command, says, ...options }) => {
    const words = command(await idleContainer());
    if (says !== undefined) {
      const hasSaid = async (): Promise<boolean> => (await docker(engineHost, words)).stdout.includes(says);
      await eventually(`it says ${says}`, hasSaid);
    }
    const result = await docker(gate().host, words, options);
    expect(result).toEqual(await docker(engineHost, words, options));
    expect(result.stderr).not.toContain("quaygate");
  });

  test("exec gives a terminal, as on the socket", async () => {
    const words = ["exec", "-it", "--user=root", await idleContainer(), "tty"];
    for (const host of [gate().host, engineHost]) {
      const { code, stdout } = await docker(host, words, { terminal: true });
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("/dev/pts/") });
    }
  });

  const created = (name: string): string[] => [
    "create",
    "--network=none",
    `--name=${name}`,
    image,
    "sleep",
    "9",
  ];
  const started = (name: string, net = "none"): string[] => {
    const forever = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done";
    return ["run", "--detach", `--name=${name}`, `--network=${net}`, image, "sh", "-c", forever];
  };
  const update = [
    ...["update", "--memory=32m", "--memory-swap=64m", "--cpus=0.25", "--pids-limit=20", "--cpu-shares=100"],
    "--restart=on-failure:2",
  ];
  const connect = ["network", "connect", "--alias=db", "--link-local-ip=169.254.7.7"];
  test.each([
    { name: "update", steps: (name: string) => [created(name), [...update, name]] },
    { name: "rename", steps: (name: string) => [created(`${name}-old`), ["rename", `${name}-old`, name]] },
    {
      name: "kill and wait",
      steps: (name: string) => [started(name), ["kill", "-s", "TERM", name], ["wait", name]],
    },
    { name: "pause", steps: (name: string) => [started(name), ["pause", name]] },
    { name: "restart", steps: (name: string) => [started(name), ["restart", "--time=1", name]] },
    { name: "stop", steps: (name: string) => [started(name), ["stop", "--time=1", name]] },
    {
      name: "network connect",
      steps: (name: string) => [started(name, "bridge"), [...connect, ofUser, name]],
    },
    {
      name: "network disconnect",
      steps: (name: string) => [started(name, ofUser), ["network", "disconnect", ofUser, name]],
    },
  ])("$name leaves the same container as on the socket", async ({ steps }) => {
    const name = containerName();
    const { throughGate, direct } = await makeBothWays(gate().host, async (host) => {
      for (const step of steps(name)) await dockerOutput(host, step);
      return { containers: [name] };
    });
    expect(throughGate).toEqual(direct);
  });

  const plain = ["network", "create", "--label=a=b", "--opt=com.docker.network.driver.mtu=1400"];
  test.each([
    { name: "a network of the user's", command: plain },
    { name: "an internal network", command: ["network", "create", "--internal", "--driver=bridge"] },
    { name: "an attachable network", command: ["network", "create", "--attachable"] },
  ])("makes the same network as on the socket: $name", async ({ command }) => {
    const name = transientName("network");
    const { throughGate, direct } = await makeBothWays(gate().host, async (host) => {
      await dockerOutput(host, [...command, name]);
      return { networks: [name] };
    });
    expect(throughGate).toEqual(direct);
  });

  const memory = ["--opt=type=tmpfs", "--opt=device=tmpfs", "--opt=o=size=1m,uid=1000"];
  test.each([
    { name: "a volume", command: ["volume", "create"] },
    { name: "a volume with labels", command: ["volume", "create", "--driver=local", "--label=a=b"] },
    { name: "a volume in memory", command: ["volume", "create", ...memory] },
  ])("makes the same volume as on the socket: $name", async ({ command }) => {
    const name = transientName("volume");
    const { throughGate, direct } = await makeBothWays(gate().host, async (host) => {
      await dockerOutput(host, [...command, name]);
      return { volumes: [name] };
    });
    expect(throughGate).toEqual(direct);
  });

  test("cp brings a folder in, as on the socket", async () => {
    const [folder, container] = [folderWith({ note: "brought in\n" }), await idleContainer()];
    await dockerOutput(gate().host, ["cp", folder, `${container}:/tmp/through`]);
    await dockerOutput(engineHost, ["cp", folder, `${container}:/tmp/direct`]);
    const list = ["exec", container, "sh", "-c", "ls -ln /tmp/through; cat /tmp/through/note"];
    const copied = await dockerOutput(engineHost, list);
    expect(copied).toContain("brought in");
    expect(copied).toBe(
      await dockerOutput(
        engineHost,
        list.map((word) => word.replaceAll("through", "direct")),
      ),
    );
  });

  test("commit without a name makes an image with the same configuration as on the socket", async () => {
    const container = await idleContainer("--env=COLOUR=blue");
    const commit = ["commit", "--author=somebody", "--change=ENV A=b", "--message=as it is", container];
    const configurations: string[] = [];
    for (const host of [gate().host, engineHost]) {
      const id = await dockerOutput(host, commit);
      onTestFinished(() => removeMade({ images: [id] }));
      configurations.push(await dockerOutput(engineHost, ["inspect", "--format={{json .Config}}", id]));
    }
    expect(configurations[0]).toContain("COLOUR=blue");
    expect(configurations[0]).toBe(configurations[1]);
  });

  test("build without a name makes the image that the socket finds in its cache", async () => {
    const folder = folderWith({
      note: `${uniqueName("note")}\n`,
      Dockerfile: `FROM ${image}\nARG COLOUR\nLABEL a=b\nCOPY note /note\nRUN echo $COLOUR >> /note\n`,
    });
    const build = ["build", "--quiet", "--network=none", "--build-arg=COLOUR=blue", "--label=c=d", folder];
    const id = await dockerOutput(builder().host, build);
    onTestFinished(() => removeMade({ images: [id] }));
    expect(await dockerOutput(engineHost, build)).toBe(id);
    expect(await dockerOutput(gate().host, ["run", "--rm", "--network=none", id, "cat", "/note"])).toContain(
      "blue",
    );
  });
});
