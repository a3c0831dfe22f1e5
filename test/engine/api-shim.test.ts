import { mkdtempSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { hasDockerPy, runPython } from "../support/docker-py.ts";
import { type Engine, startEngine } from "../support/engine.ts";
import { eventually, type EngineGate, hasEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";

/** As Docker 29.0 to 29.2 are; later ones begin with 1.40. */
const OLDEST = "1.44";
const TOO_OLD = /^client version 1\.\d+ is too old\. Minimum supported API version is 1\.44,/u;

interface Answer {
  readonly status: number | undefined;
  readonly content: unknown;
}

/** Asks as programs do that know one version only; of a stream that has no end it reads the first line. */
function ask(gate: EngineGate, method: string, path: string, body?: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json" };
    const outgoing = request({ port: gate.port, method, path, headers, agent: false }, (response) => {
      let text = "";
      const isStream = path.includes("/events");
      const finish = (): void => {
        const [line = ""] = text.split("\n");
        resolve({ status: response.statusCode, content: contentOf(isStream ? line : text) });
        outgoing.destroy();
      };
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (isStream && text.includes("\n")) finish();
      });
      response.once("end", finish);
      response.once("error", () => undefined);
    });
    outgoing.once("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Lists come in no order. */
function contentOf(text: string): unknown {
  const content: unknown = text === "" ? undefined : JSON.parse(text);
  return Array.isArray(content)
    ? content.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
    : content;
}

function messageOf({ content }: Answer): string {
  return typeof content === "object" && content !== null && "message" in content
    ? String(content.message)
    : "";
}

const FILTER = encodeURIComponent('{"type":{"container":true}}');
/** What Traefik's provider asks, which speaks 1.24 before 3.6.1. */
const TRAEFIK = [
  ["GET", "/v1.24/version"],
  ["GET", "/v1.24/containers/json"],
  ["GET", "/v1.24/containers/web/json"],
  ["GET", `/v1.24/events?filters=${FILTER}&since=1`],
  ["GET", "/v1.24/networks"],
] as const;
/** What Watchtower asks at 1.25 before it changes anything. */
const WATCHTOWER = [
  ["GET", "/v1.25/containers/json?filters=%7B%22status%22%3A%7B%22running%22%3Atrue%7D%7D&limit=0"],
  ["GET", "/v1.25/containers/web/json"],
  ["GET", "/v1.25/images/busybox:test/json"],
] as const;

/** Reads, stops, waits for and removes a container in a version of choice, and lists what there is. */
const PROGRAM = `
import docker, json, sys
version, scope = sys.argv[1:]
client = docker.DockerClient.from_env(version=version)
seen = {
    "ping": client.ping(),
    "containers": [c.name for c in client.containers.list(all=True)],
    "image": client.images.get("busybox:test").tags,
    "networks": sorted(n.name for n in client.networks.list()),
    "events": next(client.events(since=1, decode=True))["Type"],
    "logs": client.containers.get("web").logs(tail=1).decode(),
    "stats": client.containers.get("web").stats(stream=False)["name"],
}
def attempt(act):
    try:
        act()
        return "done"
    except docker.errors.APIError as error:
        return str(error.explanation)
web = client.containers.get("web")
seen["restart"] = attempt(lambda: web.restart(timeout=0))
seen["create"] = attempt(lambda: client.containers.create("busybox:test", "true"))
print(json.dumps(seen))
`;

describe.runIf(hasEngine)("before an engine that speaks nothing older than 1.44", () => {
  let engine: Engine;
  const gates = new Map<string, EngineGate>();
  const gateOf = (scope: string): EngineGate => {
    const gate = gates.get(scope);
    if (gate === undefined) throw new Error("the gates are open only while tests run");
    return gate;
  };

  beforeAll(async () => {
    engine = await startEngine({ daemonEnvironment: { DOCKER_MIN_API_VERSION: OLDEST } });
    const host = `unix://${engine.socketPath}`;
    await dockerOutput(host, ["network", "create", "net"]);
    const script = "trap 'exit 0' TERM; echo ready; while :; do sleep 1 & wait $!; done";
    await dockerOutput(host, [
      "run",
      "-d",
      "--name=web",
      "--network=net",
      "busybox:test",
      "sh",
      "-c",
      script,
    ]);
    for (const scope of ["off", "reads", "lifecycle"]) {
      const env = { ...everySwitch, QUAYGATE_API_SHIM: scope };
      gates.set(scope, await openTestGate({ env, engineSocket: engine.socketPath }));
    }
  });

  afterAll(async () => {
    await Promise.all([...gates.values()].map((gate) => gate.close()));
    await engine?.stop();
  });

  test("an old client hears the engine's own refusal, and the log has the cures once", async () => {
    for (const [method, path] of [...TRAEFIK, ...WATCHTOWER]) {
      const answer = await ask(gateOf("off"), method, path);
      expect([answer.status, messageOf(answer)]).toEqual([400, expect.stringMatching(TOO_OLD)]);
    }
    expect(gateOf("off").notes).toEqual([expect.stringMatching(/min-api-version.*QUAYGATE_API_SHIM=reads/u)]);
  });

  test.each([...TRAEFIK, ...WATCHTOWER])("with the setting it reads on: %s %s", async (method, path) => {
    for (const scope of ["reads", "lifecycle"]) {
      const answer = await ask(gateOf(scope), method, path);
      const newer = await ask(gateOf("off"), method, path.replace(/^\/v1\.\d+/u, `/v${OLDEST}`));
      expect(answer).toEqual(newer);
      expect(answer.status).toBe(200);
    }
  });

  test("with the setting it gets what the operation gives in its own version, where an engine still has that", async () => {
    const lenient = await startEngine();
    onTestFinished(() => lenient.stop());
    const gate = await openTestGate({ env: { ...everySwitch }, engineSocket: lenient.socketPath });
    await dockerOutput(gate.host, ["create", "--name=web", "busybox:test", "true"]);
    for (const path of [
      "containers/json?all=1",
      "containers/web/json",
      "version",
      "volumes",
      "containers/web/changes",
    ]) {
      const [old, newer] = [
        await ask(gate, "GET", `/v1.24/${path}`),
        await ask(gate, "GET", `/v${OLDEST}/${path}`),
      ];
      expect([path, old]).toEqual([path, newer]);
    }
  });

  test("reads changes nothing: each refusal has the cures", async () => {
    for (const [method, path] of [
      ["POST", "/v1.25/containers/web/stop"],
      ["POST", "/v1.25/containers/create"],
      ["DELETE", "/v1.25/containers/web"],
      ["POST", "/v1.25/containers/web/exec"],
    ] as const) {
      const answer = await ask(gateOf("reads"), method, path);
      expect([answer.status, messageOf(answer)]).toEqual([
        400,
        expect.stringMatching(/^quaygate: .*min-api-version/u),
      ]);
    }
    expect(await dockerOutput(`unix://${engine.socketPath}`, ["ps", "--format={{.Names}}"])).toBe("web");
  });

  test("lifecycle stops, starts, kills, waits and removes as well", async () => {
    const gate = gateOf("lifecycle");
    const made = await ask(gate, "POST", `/v${OLDEST}/containers/create?name=job`, {
      Image: "busybox:test",
      Cmd: ["sleep", "600"],
    });
    expect(made.status).toBe(201);
    const steps = [
      ["POST", "/v1.25/containers/job/start", 204],
      ["POST", "/v1.25/containers/job/pause", 204],
      ["POST", "/v1.25/containers/job/unpause", 204],
      ["POST", "/v1.25/containers/job/restart?t=0", 204],
      ["POST", "/v1.25/containers/job/kill", 204],
      ["POST", "/v1.25/containers/job/wait", 200],
      ["POST", "/v1.25/containers/job/stop?t=0", 304],
      ["DELETE", "/v1.25/containers/job?force=1&v=1", 204],
    ] as const;
    for (const [method, path, status] of steps) {
      expect([path, (await ask(gate, method, path)).status]).toEqual([path, status]);
    }
  });

  test.runIf(hasDockerPy).each(["1.24", "1.25", "1.40"])(
    "docker-py at %s reads, and restarts by lifecycle alone",
    async (version) => {
      const seen = {
        ping: true,
        containers: ["web"],
        image: ["busybox:test"],
        networks: ["bridge", "host", "net", "none"],
        events: expect.any(String),
        logs: "ready\n",
        stats: "/web",
        create: expect.stringContaining("min-api-version"),
      };
      expect(await runPython(gateOf("reads").host, PROGRAM, [version, "reads"])).toEqual({
        ...seen,
        restart: expect.stringContaining("QUAYGATE_API_SHIM=reads does not take this operation on"),
      });
      expect(await runPython(gateOf("lifecycle").host, PROGRAM, [version, "lifecycle"])).toEqual({
        ...seen,
        restart: "done",
      });
    },
  );

  test("a client that speaks a newer version is served as without the setting", async () => {
    const { code, stdout } = await docker(gateOf("reads").host, ["ps", "--format={{.Names}}"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "web\n" });
    expect(gateOf("reads").records.at(-1)?.path).toMatch(/^\/v1\.(?:4[4-9]|[5-9]\d)\//u);
  });

  test("a restarted engine, and another one in its place, are asked anew", async () => {
    const folder = mkdtempSync(join(tmpdir(), "quaygate-shim-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const socket = join(folder, "docker.sock");
    symlinkSync(engine.socketPath, socket);
    const gate = await openTestGate({
      env: { ...everySwitch, QUAYGATE_API_SHIM: "reads" },
      engineSocket: socket,
    });
    onTestFinished(() => gate.close());
    const pathOf = async (): Promise<string | undefined> => {
      await ask(gate, "GET", "/v1.24/info");
      return gate.records.at(-1)?.path;
    };
    expect(await pathOf()).toBe("/v1.44/info");
    await engine.restart();
    expect(await pathOf()).toBe("/v1.44/info");
    const other = await startEngine({ empty: true });
    onTestFinished(() => other.stop());
    unlinkSync(socket);
    symlinkSync(other.socketPath, socket);
    await engine.restart();
    await eventually("the other engine's versions count", async () => (await pathOf()) === "/v1.24/info");
  });
});
