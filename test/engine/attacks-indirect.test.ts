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
});
