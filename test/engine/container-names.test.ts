import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { useAttackedEngine } from "./attacks/attacked-engine.ts";

const IDLE = ["busybox:test", "sleep", "1000"];

describe.runIf(hasEngine)("a container that may be meant by its name", () => {
  const own = useAttackedEngine();
  let data = "";
  let manager = "";

  beforeAll(async () => {
    const { host } = own();
    const running = (...words: readonly string[]): Promise<string> =>
      dockerOutput(host, ["run", "--detach", "--ipc=shareable", ...words, ...IDLE]);
    data = (await running("--name=data", "--volume=stock:/stock")).trim();
    manager = (await running("--name=manager", "--network=none", "--volume=/etc:/host:ro")).trim();
    await dockerOutput(host, ["create", "--name=web", "--link=data:db", "busybox:test", "true"]);
    await dockerOutput(host, ["network", "create", "shop"]);
    await running("--name=shopped", "--network=shop");
  });

  async function gateWith(powers: string): Promise<TestGate> {
    const { bare } = own();
    if (!("socketPath" in bare)) throw new Error("the engine is on a socket");
    const env = { ...everySwitch, QUAYGATE_POWERS: powers };
    const gate = await openTestGate({ env, engineSocket: bare.socketPath });
    onTestFinished(() => gate.close());
    return gate;
  }

  async function inspect(id: string, format: string): Promise<string> {
    return (await dockerOutput(own().host, ["inspect", `--format=${format}`, id])).trim();
  }

  test("is not another one, whose id begins like that name", async () => {
    const begun = manager.slice(0, 6);
    const held = `default,volumes-from:${begun},join:pid:${begun},link:${begun}`;
    const { host } = await gateWith(held);
    const taking = [
      "run",
      "--rm",
      "--network=none",
      `--volumes-from=${begun}`,
      "busybox:test",
      "ls",
      "/host/passwd",
    ];
    // It is what the attack needs.
    expect(await dockerOutput(own().host, taking)).toBe("/host/passwd");
    await expect(dockerOutput(host, taking)).rejects.toThrow(/asks for the power volumes-from:manager /u);
    const joining = ["create", `--pid=container:${begun}`, "busybox:test", "true"];
    await expect(dockerOutput(host, joining)).rejects.toThrow(/asks for the power join:pid:manager /u);
    const linking = ["create", `--link=${begun}:x`, "busybox:test", "true"];
    await expect(dockerOutput(host, linking)).rejects.toThrow(/asks for the power link:manager /u);
  });

  test.each([
    ["its name", () => "data"],
    ["a slash and its name", () => "/data"],
    ["its id", () => data],
    ["the beginning of its id", () => data.slice(0, 12)],
    ["the name that a link gives it", () => "web/db"],
  ])("is meant by %s, and goes on by its whole id", async (_how, word) => {
    const { host } = await gateWith(
      "default,volumes-from:data,join,-join,join:pid:data,join:ipc:data,join:network:data,link:data",
    );
    const created = async (...options: readonly string[]): Promise<string> =>
      (await dockerOutput(host, ["create", ...options, "busybox:test", "true"])).trim();
    const taking = await created(`--volumes-from=${word()}:ro`);
    expect(await inspect(taking, "{{json .HostConfig.VolumesFrom}}")).toBe(`["${data}:ro"]`);
    expect(await inspect(taking, "{{range .Mounts}}{{.Destination}} {{.RW}}{{end}}")).toBe("/stock false");
    const joining = await created(
      ...["pid", "ipc", "network"].map((kind) => `--${kind}=container:${word()}`),
    );
    const modes = "{{.HostConfig.PidMode}} {{.HostConfig.IpcMode}} {{.HostConfig.NetworkMode}}";
    expect(await inspect(joining, modes)).toBe(
      Array.from({ length: 3 }, () => `container:${data}`).join(" "),
    );
    const linking = await created(`--link=${word()}:db`);
    expect(await inspect(linking, "{{len .HostConfig.Links}} {{index .HostConfig.Links 0}}")).toMatch(
      /^1 \/data:\/[a-z_]+\/db$/u,
    );
  });

  test("is meant by a link without an alias as the engine takes it", async () => {
    const { host } = await gateWith("default,link:data");
    const linking = (await dockerOutput(host, ["create", "--link=data", "busybox:test", "true"])).trim();
    expect(await inspect(linking, "{{index .HostConfig.Links 0}}")).toMatch(/^\/data:\/[a-z_]+\/data$/u);
  });

  test("is called by a link of a network's own in the client's words, and is found so", async () => {
    const { host } = await gateWith("default,link:shopped");
    const asking = [
      "run",
      "--rm",
      "--network=shop",
      "--link=shopped:d",
      "busybox:test",
      "ping",
      "-c1",
      "-w5",
      "d",
    ];
    expect(await dockerOutput(host, asking)).toContain("1 packets received");
    // A whole id is no name on a network.
    const byId = (await inspect("shopped", "{{.Id}}")).trim();
    const asked = [
      "run",
      "--rm",
      "--network=shop",
      `--link=${byId}:d`,
      "busybox:test",
      "ping",
      "-c1",
      "-w5",
      "d",
    ];
    expect((await docker(own().host, asked)).stderr).toContain("bad address");
    await expect(dockerOutput(host, asked)).rejects.toThrow(
      new RegExp(`add link:${byId} to its powers`, "u"),
    );
  });

  test("and is not there is told so, and no image is pulled for it", async () => {
    const { host } = await gateWith("default,volumes-from:typo,join:pid:typo");
    for (const option of ["--volumes-from=typo", "--pid=container:typo"]) {
      const { code, stderr } = await docker(host, ["run", "--rm", option, "busybox:test", "true"]);
      expect(code).toBe(125);
      expect(stderr).toContain("quaygate: No such container: typo");
      expect(stderr).not.toContain("Unable to find image");
    }
  });
});
