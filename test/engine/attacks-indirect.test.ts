import { describe, expect, onTestFinished, test } from "vitest";
import { dockerOutput } from "../support/docker-cli.ts";
import { eventually, hasEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";
import { send } from "./attacks/attack.ts";
import { useAttackedEngine } from "./attacks/attacked-engine.ts";

describe.runIf(hasEngine)("what a request can have the engine do by a way round", () => {
  const own = useAttackedEngine();

  test("no container's list of processes shows those of the host", async () => {
    const { host, bare, gate } = own();
    const secret = [
      "run",
      "--detach",
      "--network=none",
      "--env=SECRET=hunter2",
      "busybox:test",
      "sleep",
      "1000",
    ];
    await dockerOutput(host, secret);
    // A process without a name shifts the columns by which the engine tells a container's lines from others.
    const script = "printf ' ' > /proc/$$/comm; while :; do sleep 1; done";
    const nameless = [
      "run",
      "--detach",
      "--name=nameless",
      "--network=none",
      "busybox:test",
      "sh",
      "-c",
      script,
    ];
    await dockerOutput(host, nameless);
    const target = (options: string): string =>
      `/v1.41/containers/nameless/top?ps_args=${encodeURIComponent(options)}`;
    const shifted = target("-e -o fname=A -o rtprio= -o pid -o args --sort comm e");
    await eventually("the bare engine shows another container's environment", async () =>
      (await send(bare, "GET", shifted)).text.includes("SECRET=hunter2"),
    );
    expect(await send(gate, "GET", shifted)).toMatchObject({
      status: 403,
      text: expect.stringContaining("asks for the power ps-options:-e -o fname"),
    });
    for (const usual of ["-ef", "aux", "-o pid,uid,comm", "-eo pid,args", "axo user,pid,%cpu,args"]) {
      const shown = await send(gate, "GET", target(usual));
      expect(shown).toMatchObject({ status: 200 });
      expect(shown.text).not.toMatch(/dockerd|hunter2/u);
    }
  });

  test("a name that gives volumes is not moved to a container with the host's", async () => {
    const { host, bare } = own();
    if (!("socketPath" in bare)) throw new Error("the engine is on a socket");
    const env = { ...everySwitch, QUAYGATE_POWERS: "default,volumes-from:data" };
    const gate = await openTestGate({ env, engineSocket: bare.socketPath });
    onTestFinished(() => gate.close());
    const port = { port: gate.port };
    const idle = ["--network=none", "busybox:test", "sleep", "1000"];
    await dockerOutput(host, ["run", "--detach", "--name=data", ...idle]);
    await dockerOutput(host, ["run", "--detach", "--name=manager", "--volume=/etc:/host:ro", ...idle]);
    const rename = (from: string, to: string): string => `/v1.41/containers/${from}/rename?name=${to}`;
    expect(await send(port, "POST", rename("data", "data-old"))).toMatchObject({ status: 204 });
    expect(await send(port, "POST", rename("manager", "data"))).toMatchObject({
      status: 403,
      text: expect.stringContaining("asks for the power rename:data (?name = data)"),
    });
    // It is what the attack needs: the engine does it, and the volumes are there by that name.
    expect(await send(bare, "POST", rename("manager", "data"))).toMatchObject({ status: 204 });
    const taking = ["run", "--rm", "--volumes-from=data", "busybox:test", "ls", "/host/passwd"];
    expect(await dockerOutput(host, taking)).toBe("/host/passwd");
  });

  test("a port that was taken away is not a free one that the swarm chooses", async () => {
    const { host, bare } = own();
    if (!("socketPath" in bare)) throw new Error("the engine is on a socket");
    await dockerOutput(host, ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
    const create = async (powers: string, Name: string, port: object): Promise<number> => {
      const env = { ...everySwitch, QUAYGATE_POWERS: powers };
      const gate = await openTestGate({ env, engineSocket: bare.socketPath });
      onTestFinished(() => gate.close());
      const TaskTemplate = { ContainerSpec: { Image: "busybox:test" } };
      const Mode = { Replicated: { Replicas: 0 } };
      const EndpointSpec = { Ports: [{ TargetPort: 80, ...port }] };
      const body = JSON.stringify({ Name, TaskTemplate, Mode, EndpointSpec });
      return (await send({ port: gate.port }, "POST", "/v1.41/services/create", body)).status;
    };
    expect(await create("default", "chosen", {})).toBe(201);
    await eventually("the swarm has chosen a port of those", async () => {
      const format = "--format={{range .Endpoint.Ports}}{{.PublishedPort}}{{end}}";
      const chosen = Number(await dockerOutput(host, ["service", "inspect", format, "chosen"]));
      return chosen >= 30_000 && chosen <= 32_767;
    });
    expect(await create("default,-port:30000-32767", "refused", {})).toBe(403);
    expect(await create("default,-port:30000-32767", "named", { PublishedPort: 8080 })).toBe(201);
    expect(await create("default,-port:1-1023", "free", {})).toBe(201);
  });

  test("a port that was taken away is not a free one for all that an image exposes", async () => {
    const { host, bare } = own();
    if (!("socketPath" in bare)) throw new Error("the engine is on a socket");
    const env = { ...everySwitch, QUAYGATE_POWERS: "default,-port:1024-65535" };
    const gate = await openTestGate({ env, engineSocket: bare.socketPath });
    onTestFinished(() => gate.close());
    const body = JSON.stringify({
      Image: "busybox:test",
      Cmd: ["sleep", "1000"],
      ExposedPorts: { "80/tcp": {} },
      HostConfig: { PublishAllPorts: true },
    });
    const create = "/v1.41/containers/create?name=exposed";
    expect(await send({ port: gate.port }, "POST", create, body)).toMatchObject({
      status: 403,
      text: expect.stringContaining("port:0.0.0.0:0/tcp (HostConfig.PublishAllPorts = true)"),
    });
    expect(await send(own().gate, "POST", create, body)).toMatchObject({ status: 201 });
    await dockerOutput(host, ["start", "exposed"]);
    expect(await dockerOutput(host, ["port", "exposed", "80/tcp"])).toMatch(/^0\.0\.0\.0:[1-9][0-9]{3,4}/u);
  });
});
