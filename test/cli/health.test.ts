import { createServer, type RequestListener } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { formatAddress } from "../../src/kernel/address.ts";
import { openGate } from "../proxy/rig.ts";
import { answerEach, answerOf, ScriptedEngine } from "../support/scripted-engine.ts";
import { NO_ENGINE, quaygate } from "./quaygate-command.ts";

async function openHealthyEngine(): Promise<string> {
  const engine = await ScriptedEngine.open("unix", answerEach(answerOf("OK")));
  onTestFinished(() => engine.close());
  return engine.address;
}

/** Opens a gate with health on a free port, and gives the setting that names it. */
async function openAdmin(engine: string, host = "127.0.0.1"): Promise<Readonly<Record<string, string>>> {
  const { gate } = await openGate("tcp", { QUAYGATE_ADMIN: `tcp://${host}:0` }, engine);
  const { admin } = gate.gate;
  return { QUAYGATE_ADMIN: admin === undefined ? "none" : formatAddress(admin) };
}

/** Opens another server in a gate's place. */
async function openOther(listener: RequestListener): Promise<Readonly<Record<string, string>>> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const bound = server.address();
  return {
    QUAYGATE_ADMIN: `tcp://127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}`,
  };
}

describe("health ends with 0", () => {
  test("where DOCKER_HOST leads to the gate, as it does for clients", async () => {
    const environment = {
      DOCKER_HOST: "tcp://127.0.0.1:2375",
      ...(await openAdmin(await openHealthyEngine())),
    };
    expect((await quaygate(["health"], environment)).code).toBe(0);
  });

  test("when the gate is alive and the engine is reachable", async () => {
    const result = await quaygate(["health"], await openAdmin(await openHealthyEngine()));
    expect(result).toEqual({ code: 0, stdout: "gate alive, engine reachable\n", stderr: "" });
  });

  test("at a gate that serves health on every address", async () => {
    const result = await quaygate(["health"], await openAdmin(await openHealthyEngine(), "0.0.0.0"));
    expect(result).toEqual({ code: 0, stdout: "gate alive, engine reachable\n", stderr: "" });
  });
});

describe("health ends with 1", () => {
  test("when the engine is not reachable, and says why", async () => {
    const { code, stdout } = await quaygate(["health"], await openAdmin(NO_ENGINE));
    expect(code).toBe(1);
    expect(stdout).toBe(
      `gate alive, engine unreachable: the Docker engine at unix://${NO_ENGINE} can't be reached: ` +
        "there is no such socket; is the engine running, and is its socket mounted here?\n",
    );
  });

  test("when the gate takes nothing new", async () => {
    const place = await openOther((_, response) => response.end('{"gate":"draining","engine":"reachable"}'));
    expect(await quaygate(["health"], place)).toEqual({
      code: 1,
      stdout: "gate draining, engine reachable\n",
      stderr: "",
    });
  });

  test("when no gate is there, naming the address and its setting", async () => {
    const { code, stdout, stderr } = await quaygate(["health"], { QUAYGATE_ADMIN: "tcp://127.0.0.1:1" });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^quaygate: no gate answers at tcp:\/\/127\.0\.0\.1:1 \(QUAYGATE_ADMIN\): .*ECONNREFUSED.*\n$/u,
    );
  });

  test.each<{ readonly name: string; readonly listener: RequestListener; readonly reason: string }>([
    {
      name: "something else answers",
      listener: (_, response) => response.end("<html>"),
      reason: "something else answers there",
    },
    {
      name: "the answer does not end",
      listener: (_, response) => response.end("x".repeat(100_000)),
      reason: "the answer is too long",
    },
    {
      name: "the answer breaks off",
      listener: (_, response) => {
        response.writeHead(200, { "Content-Length": "100" });
        response.write('{"gate":"alive"', () => response.destroy());
      },
      reason: "aborted",
    },
    {
      name: "the connection breaks off",
      listener: (request) => request.socket.destroy(),
      reason: "socket hang up",
    },
  ])("when $name", async ({ listener, reason }) => {
    const { code, stdout, stderr } = await quaygate(["health"], await openOther(listener));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      new RegExp(`^quaygate: no gate answers at tcp://\\S+ \\(QUAYGATE_ADMIN\\): ${reason}\n$`, "u"),
    );
  });
});

test("health ends with 2 when there is nothing to ask", async () => {
  expect(await quaygate(["health"], { QUAYGATE_ADMIN: "off" })).toEqual({
    code: 2,
    stdout: "",
    stderr: "quaygate: QUAYGATE_ADMIN is off, so there is nothing to ask\n",
  });
});
