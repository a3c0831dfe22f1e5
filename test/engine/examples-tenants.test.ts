import { describe, expect, onTestFinished, test } from "vitest";
import { useDeployedGate } from "../examples/deployment.ts";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { engineHost, engineSocket, hasEngine } from "../support/engine-gate.ts";

describe.runIf(hasEngine)("examples/tenants.yaml", () => {
  const ash = useDeployedGate(() => engineSocket, "tenants.yaml", { client: "ash" });
  const birch = useDeployedGate(() => engineSocket, "tenants.yaml", { client: "birch" });
  const image = "docker.io/library/busybox:test";

  /** A container of a tenant's that is gone after the test. */
  async function containerOf(host: string, ...words: readonly string[]): Promise<string> {
    const name = uniqueName("tenant");
    onTestFinished(async () => void (await docker(engineHost, ["rm", "--force", "--volumes", name])));
    await dockerOutput(host, ["run", "--detach", `--name=${name}`, ...words, image, "sleep", "1000"]);
    return name;
  }
  const namesOf = (host: string): Promise<string> =>
    dockerOutput(host, ["ps", "--all", "--format={{.Names}}"]);

  test("gives each tenant what it made, and nothing of another's", async () => {
    const [one, other] = [await containerOf(ash().host), await containerOf(birch().host)];
    expect([await namesOf(ash().host), await namesOf(birch().host)]).toEqual([one, other]);
    const refused = await docker(ash().host, ["rm", "--force", other]);
    expect(refused.stderr).toContain(`No such container: ${other}`);
    expect((await docker(ash().host, ["exec", other, "true"])).stderr).toContain("No such container");
    expect(await dockerOutput(birch().host, ["exec", other, "echo", "mine"])).toBe("mine");
  });

  test("marks what a tenant makes for whoever runs the host", async () => {
    const name = await containerOf(ash().host);
    const filter = "--filter=label=com.example.tenant=ash";
    expect(await dockerOutput(engineHost, ["ps", filter, "--format={{.Names}}"])).toBe(name);
  });

  test("keeps each tenant to its ports, and off the host", async () => {
    const run = (...words: readonly string[]): Promise<{ readonly stderr: string }> =>
      docker(ash().host, ["run", "--rm", ...words, image, "true"]);
    await containerOf(ash().host, "--publish=20000:80");
    expect((await run("--publish=20100:80")).stderr).toContain("port:0.0.0.0:20100/tcp");
    expect((await run("--privileged")).stderr).toContain("privileged");
    expect((await run("--volume=/:/host")).stderr).toContain("bind:/");
  });

  test("deletes no image that tenants share", async () => {
    expect((await docker(ash().host, ["rmi", image])).stderr).toContain("ImageDelete");
  });
});
