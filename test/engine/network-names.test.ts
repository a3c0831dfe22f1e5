import { describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { engineHost, hasEngine, useGate } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";

describe.runIf(hasEngine).each(["all", "default"])("with the powers %s, a network", (powers) => {
  const gate = useGate({ ...everySwitch, QUAYGATE_POWERS: powers });

  test("whose name has a slash is made, shown, used and deleted as on the socket", async () => {
    const name = `${uniqueName("shop")}/front`;
    const web = uniqueName("web");
    onTestFinished(async () => {
      await docker(engineHost, ["rm", "--force", web]);
      await docker(engineHost, ["network", "rm", name]);
    });
    const { host } = gate();
    const create = ["create", "--name", web, "--network", name, "busybox:test", "true"];
    await dockerOutput(host, ["network", "create", name]);
    expect(await dockerOutput(host, ["network", "inspect", "--format={{.Name}}", name])).toBe(name);
    await dockerOutput(host, create);
    await dockerOutput(host, ["network", "disconnect", name, web]);
    await dockerOutput(host, ["network", "connect", name, web]);
    await dockerOutput(host, ["rm", web]);
    await dockerOutput(host, ["network", "rm", name]);
    const left = await dockerOutput(engineHost, ["network", "ls", "--format={{.Name}}"]);
    expect(left.split("\n")).not.toContain(name);
  });
});
