import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { explainMissingPodman, type Podman, startPodman } from "../support/podman.ts";
import { send } from "./attacks/attack.ts";

const missing = explainMissingPodman();
const hasPodman = missing === undefined || process.env["CI"] === "true";
if (!hasPodman) console.log(`Left out: the tests on a real Podman, because ${missing ?? ""}.`);

describe.runIf(hasPodman)("before Podman a container that may be meant by its name", () => {
  let engine: Podman | undefined;
  let gate: TestGate | undefined;
  let data = "";
  let manager = "";

  async function create(
    body: object,
    name = "",
  ): Promise<{ readonly status: number; readonly text: string }> {
    const target = `/v1.41/containers/create${name === "" ? "" : `?name=${name}`}`;
    return send(
      { port: gate?.port ?? 0 },
      "POST",
      target,
      JSON.stringify({ Image: "localhost/busybox:test", Cmd: ["true"], ...body }),
    );
  }

  const idOf = ({ text }: { readonly text: string }): string =>
    /"Id":"(?<id>[0-9a-f]{64})"/u.exec(text)?.groups?.["id"] ?? "";

  beforeAll(async () => {
    engine = await startPodman();
    const env = {
      ...everySwitch,
      QUAYGATE_POWERS: "default,bind,volumes-from:data,join:pid:data,network-driver",
    };
    gate = await openTestGate({ env, engineSocket: engine.socketPath });
    const stocked = await create({ Volumes: { "/stock": {} } }, "data");
    const managing = await create({ HostConfig: { Binds: ["/etc:/host:ro"] } }, "manager");
    if (stocked.status !== 201 || managing.status !== 201) throw new Error(stocked.text + managing.text);
    [data, manager] = [idOf(stocked), idOf(managing)];
  });
  afterAll(async () => {
    await gate?.close();
    await engine?.stop();
  });

  test("goes on by its whole id, with its mode", async () => {
    for (const word of ["data", "/data", data, data.slice(0, 12)]) {
      const made = await create({
        HostConfig: { VolumesFrom: [`${word}:ro`], PidMode: `container:${word}` },
      });
      expect(made).toMatchObject({ status: 201 });
      const { text } = await send({ port: gate?.port ?? 0 }, "GET", `/v1.41/containers/${idOf(made)}/json`);
      expect(text).toContain('"Destination":"/stock"');
    }
  });

  test("is not another one by the beginning of its id", async () => {
    expect(await create({ HostConfig: { VolumesFrom: [manager.slice(0, 8)] } })).toMatchObject({
      status: 403,
      text: expect.stringContaining("asks for the power volumes-from:manager "),
    });
  });
});
