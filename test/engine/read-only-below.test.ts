import { beforeAll, describe, expect, test } from "vitest";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { eventually, hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";
import { type Answer, send } from "./attacks/attack.ts";

/** Tells on its output whether it could write what is mounted below `/v`, and what is not. */
const WRITER = "touch /v/memory/_data/x && echo below; touch /v/x && echo top; echo done";

/** The engine's own folder of volumes is shown read-only, below which one of its volumes is mounted. */
describe.runIf(hasEngine)("what is mounted below a path that is shown read-only", () => {
  const own = useOwnEngine();
  let host = "";
  let volumes = "";

  beforeAll(async () => {
    host = `unix://${own().engine.socketPath}`;
    volumes = `${await dockerOutput(host, ["info", "--format={{.DockerRootDir}}"])}/volumes`;
    await dockerOutput(host, ["volume", "create", "--opt=type=tmpfs", "--opt=device=tmpfs", "memory"]);
    // It is mounted for as long as a container has it.
    await dockerOutput(host, ["run", "--detach", "--volume=memory:/m", "busybox:test", "sleep", "600"]);
  });

  /** Sends a body through a gate that has one power for the path, and no other path. */
  async function create(mode: string, target: string, body: object): Promise<Answer> {
    const env = { ...everySwitch, QUAYGATE_POWERS: `default,bind:${volumes}${mode}` };
    const gate = await openTestGate({ env, engineSocket: own().engine.socketPath });
    try {
      return await send({ port: gate.port }, "POST", target, JSON.stringify(body));
    } finally {
      await gate.close();
    }
  }

  describe.each(["Binds", "Mounts"])("by %s", (field) => {
    const bodyOf = (): object => {
      const mount = { Type: "bind", Source: volumes, Target: "/v", ReadOnly: true };
      const shown = field === "Binds" ? { Binds: [`${volumes}:/v:ro`] } : { Mounts: [mount] };
      return { Image: "busybox:test", Cmd: ["sh", "-c", WRITER], HostConfig: shown };
    };
    const writtenBy = async (name: string): Promise<string> =>
      (await docker(host, ["start", "--attach", name])).stdout
        .split("\n")
        .filter((line) => line !== "")
        .join(" ");

    test.each(["/v1.40", "/v1.41", ""])(
      "is asked for where it is writable, in the version %j",
      async (version) => {
        const name = uniqueName("shown");
        const target = `${version}/containers/create?name=${name}`;
        const isReadOnly = version === "" && own().engine.speaks("1.44");
        const answer = await create(":ro", target, bodyOf());
        expect(answer.status).toBe(isReadOnly ? 201 : 403);
        if (!isReadOnly) expect(answer.text).toContain(`add bind:${volumes}:ro-nonrecursive to its powers`);
        else expect(await writtenBy(name)).toBe("done");

        const other = `${name}-held`;
        const held = await create(":ro-nonrecursive", `${version}/containers/create?name=${other}`, bodyOf());
        expect(held).toMatchObject({ status: 201 });
        expect(await writtenBy(other)).toBe(isReadOnly ? "done" : "below done");
      },
    );

    test("is read-only with API 1.44, and what is held is enough", async () => {
      if (!own().engine.speaks("1.44")) return;
      const name = uniqueName("shown");
      expect(await create(":ro", `/v1.44/containers/create?name=${name}`, bodyOf())).toMatchObject({
        status: 201,
      });
      expect(await writtenBy(name)).toBe("done");
    });
  });

  test("of a service is what the engine makes of it, in any version", async () => {
    await dockerOutput(host, ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
    const Mounts = [{ Type: "bind", Source: volumes, Target: "/v", ReadOnly: true }];
    const ContainerSpec = { Image: "busybox:test", Command: ["sh", "-c", `${WRITER}; sleep 60`], Mounts };
    const spec = { Name: "shown", TaskTemplate: { ContainerSpec } };
    const isReadOnly = own().engine.speaks("1.44");
    const answer = await create(":ro", "/v1.41/services/create", spec);
    expect(answer.status).toBe(isReadOnly ? 201 : 403);
    if (!isReadOnly) {
      expect(answer.text).toContain(`add bind:${volumes}:ro-nonrecursive to its powers`);
      expect(await create(":ro-nonrecursive", "/v1.41/services/create", spec)).toMatchObject({ status: 201 });
    }
    const logOf = async (): Promise<string> =>
      (await docker(host, ["service", "logs", "--raw", "shown"])).stdout;
    await eventually("the service says what it wrote", async () => (await logOf()).includes("done"), 30_000);
    expect((await logOf()).includes("below")).toBe(!isReadOnly);
  });
});
