import { beforeAll, describe, expect, test } from "vitest";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { eventually, hasEngine, useOwnEngine } from "../support/engine-gate.ts";

// An engine of its own: a swarm belongs to the whole engine.
describe.runIf(hasEngine)("a swarm with the docker command", () => {
  const own = useOwnEngine();
  let host = "";

  beforeAll(async () => {
    host = own().gate.host;
    await dockerOutput(host, ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
  });

  async function createService(name: string, script: string): Promise<void> {
    await dockerOutput(host, [
      ...[
        "service",
        "create",
        "--detach",
        "--no-resolve-image",
        "--restart-condition=none",
        `--name=${name}`,
      ],
      ...["busybox:test", "sh", "-c", script],
    ]);
  }

  test("init made a manager, and node and join-token show it", async () => {
    expect(await dockerOutput(host, ["node", "ls", "--format={{.Status}} {{.ManagerStatus}}"])).toBe(
      "Ready Leader",
    );
    expect(await dockerOutput(host, ["node", "inspect", "self", "--format={{.Spec.Role}}"])).toBe("manager");
    expect(await dockerOutput(host, ["swarm", "join-token", "--quiet", "worker"])).toMatch(/^SWMTKN-1-/);
  });

  test("a service runs, shows its tasks and logs, is updated and removed", async () => {
    await createService("greeter", "trap 'exit 0' TERM; echo hello; while :; do sleep 1 & wait $!; done");
    await eventually(
      "the service runs",
      async () =>
        (await dockerOutput(host, ["service", "ps", "greeter", "--format={{.CurrentState}}"])).startsWith(
          "Running",
        ),
      30_000,
    );
    expect(await dockerOutput(host, ["service", "ls", "--format={{.Name}} {{.Replicas}}"])).toBe(
      "greeter 1/1",
    );
    await eventually("the service's log shows its line", async () =>
      (await dockerOutput(host, ["service", "logs", "--raw", "greeter"])).includes("hello"),
    );
    await dockerOutput(host, ["service", "update", "--detach", "--label-add=colour=blue", "greeter"]);
    expect(
      await dockerOutput(host, ["service", "inspect", "greeter", "--format={{.Spec.Labels.colour}}"]),
    ).toBe("blue");
    await dockerOutput(host, ["service", "rm", "greeter"]);
    expect(await dockerOutput(host, ["service", "ls", "--quiet"])).toBe("");
  });

  test("service create waits until the service has converged", async () => {
    const { code, stdout } = await docker(host, [
      ...["service", "create", "--no-resolve-image", "--name=waited", "busybox:test"],
      ...["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"],
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("converged") });
    await dockerOutput(host, ["service", "rm", "waited"]);
  });

  test("secrets and configs are created, listed and removed", async () => {
    for (const kind of ["secret", "config"]) {
      await dockerOutput(host, [kind, "create", "password", "-"], { input: "hidden" });
      expect(await dockerOutput(host, [kind, "ls", "--format={{.Name}}"])).toBe("password");
      expect(await dockerOutput(host, [kind, "inspect", "password"])).toContain('"Name": "password"');
      await dockerOutput(host, [kind, "rm", "password"]);
      expect(await dockerOutput(host, [kind, "ls", "--quiet"])).toBe("");
    }
  });

  test("leave ends the swarm", async () => {
    await dockerOutput(host, ["swarm", "leave", "--force"]);
    expect(await dockerOutput(host, ["info", "--format={{.Swarm.LocalNodeState}}"])).toBe("inactive");
    await dockerOutput(host, ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
  });
});
