import { beforeAll, describe, expect, test } from "vitest";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { eventually, hasEngine } from "../support/engine-gate.ts";
import { type Answer, type Place, send } from "./attacks/attack.ts";
import { useAttackedEngine } from "./attacks/attacked-engine.ts";

/** Five thousand digits from a line: with more of them it would be the memory of the machine. */
const WIDE = `{{printf "%05000d" 7}}`;
const DIGITS = /0{4999}7/u;

const image = { Image: "busybox:test", Cmd: ["echo", "said"] };

describe.runIf(hasEngine)("texts that the engine executes", () => {
  const own = useAttackedEngine();

  beforeAll(async () => {
    const { host } = own();
    await dockerOutput(host, ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
  });

  /** Makes a container whose log has these options, and runs it where that is allowed. */
  async function logged(place: "bare" | "gate", name: string, Config: object): Promise<string> {
    const { host, [place]: to } = own();
    const HostConfig = { NetworkMode: "none", LogConfig: { Type: "json-file", Config } };
    const body = JSON.stringify({ ...image, Labels: { "com.acme": "plane" }, HostConfig });
    const made = await send(to, "POST", `/v1.41/containers/create?name=${name}`, body);
    if (made.status !== 201) return made.text;
    await dockerOutput(host, ["start", "--attach", name]);
    return await dockerOutput(host, ["logs", "--details", name]);
  }

  test("a log's tag makes of one line what it likes, and the gate lets plain fields through only", async () => {
    expect(await logged("bare", "wide", { tag: WIDE })).toMatch(DIGITS);
    expect(await logged("gate", "wide-refused", { tag: WIDE })).toContain(
      "asks for the power template:{{printf",
    );
    expect(await logged("gate", "plain", { tag: "{{.Name}}/{{ .ImageName }}" })).toBe(
      "tag=plain%2Fbusybox%3Atest said",
    );
  });

  test("a log's pattern may count on the engine only", async () => {
    const shown = "com.acme=plane said";
    expect(await logged("bare", "counted", { "labels-regex": "^c{1,1000}om" })).toBe(shown);
    expect(await logged("gate", "counted-refused", { "labels-regex": "^c{1,1000}om" })).toContain(
      "asks for the power template:^c{1%2C1000}om (HostConfig.LogConfig.Config.labels-regex)",
    );
    expect(await logged("gate", "uncounted", { "labels-regex": "^com\\." })).toBe(shown);
  });

  test("a node executes a service's variables and mounts, and the gate lets plain fields through", async () => {
    const { host, bare, gate } = own();
    const create = async (to: Place, Name: string, text: string): Promise<Answer> => {
      const VolumeOptions = { Labels: { a: text } };
      const ContainerSpec = {
        Image: "busybox:test",
        Command: ["sh", "-c", "echo $A"],
        Env: [`A=${text}`],
        Mounts: [{ Type: "volume", Source: Name, Target: "/data", VolumeOptions }],
      };
      const RestartPolicy = { Condition: "none" };
      const body = JSON.stringify({ Name, TaskTemplate: { ContainerSpec, RestartPolicy } });
      return await send(to, "POST", "/v1.41/services/create", body);
    };
    const printed = async (name: string): Promise<string> =>
      (await docker(host, ["service", "logs", "--raw", name])).stdout;
    expect(await create(bare, "wide", WIDE)).toMatchObject({ status: 201 });
    await eventually("the task has printed what the node made of the text", async () =>
      DIGITS.test(await printed("wide")),
    );
    expect((await send(bare, "GET", "/v1.41/volumes/wide")).text).toMatch(DIGITS);
    expect(await create(gate, "refused", WIDE)).toMatchObject({
      status: 403,
      text: expect.stringContaining("asks for the powers template:{{printf"),
    });
    expect(await create(gate, "plain", "{{.Service.Name}}.{{ .Task.Slot }}")).toMatchObject({ status: 201 });
    await eventually("the task has printed its plain fields", async () =>
      (await printed("plain")).includes("plain.1"),
    );
  });

  test("the changes of an image repeat a variable as often as they like", async () => {
    const { host, bare, gate } = own();
    await dockerOutput(host, ["create", "--name=source", "--network=none", "busybox:test", "true"]);
    const changes = ["ENV A=0123456789", "VOLUME /$A$A$A$A"]
      .map((change) => `&changes=${encodeURIComponent(change)}`)
      .join("");
    const target = `/v1.41/commit?container=source${changes}`;
    const committed = await send(bare, "POST", `${target}&repo=repeated`, "{}");
    expect(committed).toMatchObject({ status: 201 });
    expect((await send(bare, "GET", "/v1.41/images/repeated/json")).text).toContain(
      `/${"0123456789".repeat(4)}"`,
    );
    expect(await send(gate, "POST", target, "{}")).toMatchObject({
      status: 403,
      text: expect.stringContaining("asks for the power template:VOLUME /$A$A$A$A"),
    });
    const plain = `/v1.41/commit?container=source&changes=${encodeURIComponent("VOLUME /data")}`;
    expect(await send(gate, "POST", plain, "{}")).toMatchObject({ status: 201 });
  });

  test("the filters of a list are patterns, which may count on the engine only", async () => {
    const { host, bare, gate } = own();
    await dockerOutput(host, ["create", "--name=listed", "--network=none", "busybox:test", "true"]);
    const target = (name: string): string =>
      `/v1.41/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ name: [name] }))}`;
    expect((await send(bare, "GET", target("^/liste{1}d$"))).text).toContain('"/listed"');
    expect(await send(gate, "GET", target("^/liste{1}d$"))).toMatchObject({
      status: 403,
      text: expect.stringContaining("asks for the power template:^/liste{1}d$ (?filters.name"),
    });
    expect((await send(gate, "GET", target("^/listed$"))).text).toContain('"/listed"');
  });

  test("a configuration is executed by the node, and says so", async () => {
    const { bare, gate } = own();
    const body = (Name: string): string =>
      JSON.stringify({ Name, Data: Buffer.from(WIDE).toString("base64"), Templating: { Name: "golang" } });
    expect(await send(bare, "POST", "/v1.41/configs/create", body("wide"))).toMatchObject({ status: 201 });
    expect(await send(gate, "POST", "/v1.41/configs/create", body("refused"))).toMatchObject({
      status: 403,
      text: expect.stringContaining("asks for the power template:golang (Templating.Name = golang)"),
    });
  });
});
