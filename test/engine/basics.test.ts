import { describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import {
  containerName,
  engineHost,
  eventually,
  hasEngine,
  idleContainer,
  useGate,
} from "../support/engine-gate.ts";

describe.runIf(hasEngine)("looking around with the docker command", () => {
  const gate = useGate();

  test("version shows the engine's version", async () => {
    const through = await dockerOutput(gate().host, ["version", "--format", "{{json .Server}}"]);
    expect(through).toBe(await dockerOutput(engineHost, ["version", "--format", "{{json .Server}}"]));
    expect(through).toContain('"ApiVersion"');
  });

  test("info shows the engine's id and driver", async () => {
    const format = ["info", "--format", "{{.ID}} {{.Driver}} {{.OperatingSystem}}"];
    expect(await dockerOutput(gate().host, format)).toBe(await dockerOutput(engineHost, format));
  });

  test("ps lists a running container", async () => {
    const name = await idleContainer();
    expect(
      await dockerOutput(gate().host, [
        "ps",
        "--filter",
        `name=${name}`,
        "--format",
        "{{.Names}} {{.Image}}",
      ]),
    ).toBe(`${name} busybox:test`);
  });

  test("images lists an image", async () => {
    expect(
      await dockerOutput(gate().host, ["images", "busybox:test", "--format", "{{.Repository}}:{{.Tag}}"]),
    ).toBe("busybox:test");
  });

  test("inspect shows the same container as the engine's own socket does", async () => {
    const name = await idleContainer("--env=COLOUR=blue");
    expect(await dockerOutput(gate().host, ["inspect", name])).toBe(
      await dockerOutput(engineHost, ["inspect", name]),
    );
  });

  test("inspect of a name that nothing has fails with the engine's own sentence", async () => {
    const { code, stderr } = await docker(gate().host, [
      "inspect",
      "--type=container",
      "nothing-has-this-name",
    ]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining("No such container: nothing-has-this-name"),
    });
  });

  test("top and diff show the processes and the changed files of a container", async () => {
    const name = await idleContainer();
    await dockerOutput(engineHost, ["exec", name, "touch", "/changed"]);
    expect(await dockerOutput(gate().host, ["top", name])).toContain("sleep 1");
    expect(await dockerOutput(gate().host, ["diff", name])).toContain("A /changed");
  });

  test("system df shows what takes space", async () => {
    // An engine that is counting for somebody else refuses to count: "a disk usage operation is already running".
    await eventually("the engine counts", async () =>
      (await docker(gate().host, ["system", "df"])).stdout.includes("Local Volumes"),
    );
  });
});

describe.runIf(hasEngine)("changing a container's life with the docker command", () => {
  const gate = useGate();

  test("create, start, rename, pause, unpause, restart, stop and rm act on the container", async () => {
    const [name, newName] = [containerName(), containerName()];
    const state = (of: string): Promise<string> =>
      dockerOutput(engineHost, ["inspect", "--format", "{{.State.Status}}", of]);
    const { host } = gate();

    const script = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done";
    await dockerOutput(host, [
      "create",
      "--network=none",
      `--name=${name}`,
      "busybox:test",
      "sh",
      "-c",
      script,
    ]);
    expect(await state(name)).toBe("created");
    await dockerOutput(host, ["start", name]);
    expect(await state(name)).toBe("running");
    await dockerOutput(host, ["rename", name, newName]);
    await dockerOutput(host, ["pause", newName]);
    expect(await state(newName)).toBe("paused");
    await dockerOutput(host, ["unpause", newName]);
    expect(await state(newName)).toBe("running");
    await dockerOutput(host, ["restart", newName]);
    expect(await state(newName)).toBe("running");
    await dockerOutput(host, ["stop", newName]);
    expect(await state(newName)).toBe("exited");
    await dockerOutput(host, ["rm", newName]);
    expect((await docker(engineHost, ["inspect", newName])).code).toBe(1);
  });

  test("kill sends the signal, and wait gives the exit code that follows", async () => {
    const name = containerName();
    const { host } = gate();
    const script = "trap 'exit 7' USR1; echo ready; while :; do sleep 1 & wait $!; done";
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
    const waiting = docker(host, ["wait", name]);
    await expect.poll(() => dockerOutput(engineHost, ["logs", name])).toBe("ready");
    await dockerOutput(host, ["kill", "--signal=USR1", name]);
    expect(await waiting).toEqual({ code: 0, stdout: "7\n", stderr: "" });
  });

  test("update changes a limit", async () => {
    const name = await idleContainer();
    await dockerOutput(gate().host, ["update", "--pids-limit=77", name]);
    expect(await dockerOutput(engineHost, ["inspect", "--format", "{{.HostConfig.PidsLimit}}", name])).toBe(
      "77",
    );
  });
});

describe.runIf(hasEngine)("networks and volumes with the docker command", () => {
  const gate = useGate();

  test("a network is created, connected, disconnected and removed", async () => {
    const network = uniqueName("network");
    onTestFinished(async () => void (await docker(engineHost, ["network", "rm", network])));
    const name = containerName();
    const { host } = gate();
    const members = ["network", "inspect", "--format", "{{range .Containers}}{{.Name}}{{end}}", network];

    await dockerOutput(host, ["network", "create", network]);
    expect(await dockerOutput(host, ["network", "ls", "--format", "{{.Name}}"])).toContain(network);
    await dockerOutput(engineHost, ["run", "-d", `--name=${name}`, "busybox:test", "sleep", "60"]);
    await dockerOutput(host, ["network", "connect", network, name]);
    expect(await dockerOutput(host, members)).toBe(name);
    await dockerOutput(host, ["network", "disconnect", network, name]);
    expect(await dockerOutput(host, members)).toBe("");
    await dockerOutput(host, ["network", "rm", network]);
    expect(await dockerOutput(engineHost, ["network", "ls", "--format", "{{.Name}}"])).not.toContain(network);
  });

  test("a volume is created, keeps a file for the next container, and is removed", async () => {
    const volume = uniqueName("volume");
    onTestFinished(async () => void (await docker(engineHost, ["volume", "rm", "--force", volume])));
    const { host } = gate();
    const mounted = ["run", "--rm", "--network=none", `--volume=${volume}:/data`, "busybox:test"];

    await dockerOutput(host, ["volume", "create", volume]);
    await dockerOutput(host, [...mounted, "sh", "-c", "echo kept > /data/file"]);
    expect(await dockerOutput(host, [...mounted, "cat", "/data/file"])).toBe("kept");
    expect(await dockerOutput(host, ["volume", "ls", "--quiet"])).toContain(volume);
    await dockerOutput(host, ["volume", "rm", volume]);
    expect((await docker(engineHost, ["volume", "inspect", volume])).code).toBe(1);
  });
});
