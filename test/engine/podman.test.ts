import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { linuxserverSwitches } from "../../src/config/linuxserver.ts";
import type { Method } from "../../src/docker/operation.ts";
import { libpodOperations, type OperationName } from "../../src/docker/operations.ts";
import type { EngineGate } from "../support/engine-gate.ts";
import { openTestGate } from "../support/gate.ts";
import { explainMissingPodman, type Podman, podman, type PodmanRun, startPodman } from "../support/podman.ts";
import { RawPeer } from "../support/raw-peer.ts";

const missing = explainMissingPodman();
const hasPodman = missing === undefined || process.env["CI"] === "true";
if (!hasPodman) console.log(`Left out: the tests on a real Podman, because ${missing ?? ""}.`);

const compat = { QUAYGATE_COMPAT: "linuxserver" } as const;
const everySwitch = Object.fromEntries([...linuxserverSwitches.keys()].map((name) => [name, "1"]));
/** Debian 12's Podman is older than these. */
const newerThan43: ReadonlySet<OperationName> = new Set([
  "ExecRemoveLibpod",
  "ImageResolveLibpod",
  "NetworkUpdateLibpod",
  "SecretExistsLibpod",
  "SystemCheckLibpod",
  "VolumeExportLibpod",
  "VolumeImportLibpod",
]);

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: string;
}

/** Asks the gate and resolves when the whole answer is there. */
function ask(port: number, method: string, path: string, content?: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: "127.0.0.1", method, path, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.once("close", () => {
        const code = response.headers["x-quaygate-code"];
        resolve({
          status: response.statusCode ?? 0,
          code: typeof code === "string" ? code : undefined,
          body,
        });
      });
    });
    outgoing.once("error", reject);
    if (content !== undefined) outgoing.setHeader("Content-Type", "application/json");
    outgoing.end(content === undefined ? "" : JSON.stringify(content));
  });
}

describe.runIf(hasPodman)("in front of a real Podman, with LinuxServer's switches", () => {
  let engine: Podman | undefined;
  const gates: EngineGate[] = [];

  async function openGate(switches: Readonly<Record<string, string>>): Promise<EngineGate> {
    const gate = await openTestGate({
      env: { ...compat, ...switches },
      engineSocket: engine?.socketPath ?? "",
    });
    gates.push(gate);
    return gate;
  }

  beforeAll(async () => {
    engine = await startPodman();
  });

  afterAll(async () => {
    for (const gate of gates) await gate.close();
    await engine?.stop();
  });

  describe("its own API", () => {
    const rows = [
      ["GET", "/libpod/_ping", "LIBPOD_PING"],
      ["HEAD", "/libpod/_ping", "LIBPOD_PING"],
      ["GET", "/v4.0.0/libpod/_ping", "LIBPOD_PING"],
      ["GET", "/v4.0.0/libpod/version", "LIBPOD_VERSION"],
      ["GET", "/v4.0.0/libpod/info", "LIBPOD_INFO"],
      ["GET", "/v4.0.0/libpod/containers/json", "LIBPOD_CONTAINERS"],
      ["GET", "/v4.0.0/libpod/images/json", "LIBPOD_IMAGES"],
      ["GET", "/v4.0.0/libpod/images/localhost%2Fbusybox:test/exists", "LIBPOD_IMAGES"],
      ["GET", "/v4.3.1/libpod/images/localhost/busybox:test/json", "LIBPOD_IMAGES"],
      ["GET", "/v4.0.0/libpod/pods/json", "LIBPOD_PODS"],
      ["GET", "/v4.0.0/libpod/networks/json", "LIBPOD_NETWORKS"],
      ["GET", "/v4.0.0/libpod/volumes/json", "LIBPOD_VOLUMES"],
      ["GET", "/v4.0.0/libpod/secrets/json", "LIBPOD_SECRETS"],
      ["GET", "/v4.0.0/libpod/system/df", "LIBPOD_SYSTEM"],
    ] as const;

    test.each(rows)("%s %s is let through by %s alone", async (method, path, name) => {
      const gate = await openGate({ [name]: "1" });
      const { status, code } = await ask(gate.port, method, path);
      expect([path.endsWith("/exists") ? 204 : 200, undefined]).toEqual([status, code]);
    });

    test.each(rows)("%s %s without %s is refused, and the refusal names it", async (method, path, name) => {
      const gate = await openGate({ ...everySwitch, [name]: "0" });
      const { status, code, body } = await ask(gate.port, method, path);
      expect([status, code]).toEqual([403, "operation_denied"]);
      expect(body).toContain(method === "HEAD" ? "" : `needs ${name}=1`);
    });
  });

  describe("what no switch opens", () => {
    test.each([
      ["GET", "/v4.0.0/libpod/artifacts/json"],
      ["POST", "/v4.0.0/libpod/build"],
      ["POST", "/v4.0.0/libpod/commit"],
      ["POST", "/v4.0.0/libpod/local/build"],
      ["POST", "/v4.0.0/libpod/kube/play"],
      ["GET", "/v1.41/libpod/info"],
      ["GET", "/v4.0.0/containers/json"],
    ])("is refused before Podman sees it: %s %s", async (method, path) => {
      const gate = await openGate(everySwitch);
      const { status } = await ask(gate.port, method, path);
      expect([403, 400]).toContain(status);
      expect(gate.records.map(({ verdict }) => verdict)).toEqual(["refuse"]);
    });
  });

  describe("the podman command", () => {
    // What a container may have of files and processes is bounded where the tests run in a container themselves.
    const bounds = ["--network=none", "--ulimit=nofile=512:512", "--ulimit=nproc=512:512"];
    const remote = ({ host }: EngineGate, words: readonly string[], input?: string): Promise<PodmanRun> =>
      podman(["--remote", `--url=${host}`, ...words], input);

    async function startIdle(gate: EngineGate, name: string): Promise<void> {
      const words = [
        "run",
        "--detach",
        `--name=${name}`,
        ...bounds,
        "localhost/busybox:test",
        "sleep",
        "600",
      ];
      const { code, stderr } = await remote(gate, words);
      expect([code, stderr]).toEqual([0, ""]);
    }

    test("lists images, and prints what a refusal says", async () => {
      const open = await openGate({ LIBPOD_IMAGES: "1" });
      expect(await remote(open, ["images", "--format={{.Repository}}:{{.Tag}}"])).toEqual({
        code: 0,
        stdout: "localhost/busybox:test\n",
        stderr: "",
      });
      const closed = await openGate({});
      const { code, stderr } = await remote(closed, ["images"]);
      expect(code).not.toBe(0);
      expect(stderr).toContain(
        "quaygate: ImageListLibpod (GET /libpod/images/json) is not allowed for 127.0.0.1: needs LIBPOD_IMAGES=1",
      );
    });

    test("runs a container with its input and output", async () => {
      const gate = await openGate(everySwitch);
      const words = ["run", "--rm", "--interactive", ...bounds, "localhost/busybox:test", "cat"];
      expect(await remote(gate, words, "through the gate\n")).toEqual({
        code: 0,
        stdout: "through the gate\n",
        stderr: "",
      });
      const tunnels = gate.records.filter(({ stream }) => stream === "tunnel");
      expect(tunnels.map(({ operation }) => operation)).toEqual(["ContainerAttachLibpod"]);
    });

    test("executes a command in a container and prints its output", async () => {
      const gate = await openGate(everySwitch);
      await startIdle(gate, "idle");
      expect(await remote(gate, ["exec", "idle", "echo", "out of an exec"])).toEqual({
        code: 0,
        stdout: "out of an exec\n",
        stderr: "",
      });
    });

    test("is not the only client: an exec that asks for an upgrade has its input", async () => {
      const gate = await openGate(everySwitch);
      await startIdle(gate, "upgraded");
      const created = await ask(gate.port, "POST", "/v4.0.0/libpod/containers/upgraded/exec", {
        Cmd: ["cat"],
        AttachStdin: true,
        AttachStdout: true,
      });
      const id = /"Id":"([0-9a-f]+)"/u.exec(created.body)?.[1] ?? created.body;
      const body = JSON.stringify({ Detach: false, Tty: false });
      const peer = await RawPeer.connect({ kind: "tcp", host: "127.0.0.1", port: gate.port });
      onTestFinished(() => {
        peer.socket.destroy();
      });
      await peer.send(
        [
          `POST /v4.0.0/libpod/exec/${id}/start HTTP/1.1`,
          "Host: x",
          "Connection: Upgrade",
          "Upgrade: tcp",
          "Content-Type: application/json",
          `Content-Length: ${body.length}`,
          "",
          body,
        ].join("\r\n"),
      );
      await peer.until("\r\n\r\n");
      expect(peer.text).toMatch(/^HTTP\/1\.1 101 /u);
      await peer.send("into an exec\n");
      await peer.until("into an exec\n");
    });

    test("stops a container by a lifecycle switch alone", async () => {
      await startIdle(await openGate(everySwitch), "stopped");
      const gate = await openGate({ LIBPOD_ALLOW_STOP: "1" });
      const path = "/v4.0.0/libpod/containers/stopped";
      expect((await ask(gate.port, "POST", `${path}/restart?t=0`)).status).toBe(403);
      expect((await ask(gate.port, "POST", `${path}/stop?t=0`)).status).toBe(204);
    });
  });

  // Last, for some of these prune what is there.
  describe("every operation of the catalogue", () => {
    const operations = libpodOperations.filter(({ name }) => !newerThan43.has(name));
    const requests = operations.flatMap((operation) =>
      operation.methods.flatMap((method) =>
        [operation.template, ...(operation.twin === undefined ? [] : [operation.twin])].map(
          (template): readonly [OperationName, Method, string] => [
            operation.name,
            method,
            // The version 3 of the API has some manifest endpoints that newer ones have not.
            `${/Add|V3/u.test(operation.name) ? "/v3.0.0" : "/v4.0.0"}${template.replaceAll(/\{\w+(?:\.\.\.)?\}/gu, "quaygate-none")}`,
          ],
        ),
      ),
    );

    test.each(requests)("%s has a route: %s %s", async (name, method, path) => {
      const gate = await openGate(everySwitch);
      const { status, code, body } = await ask(gate.port, method, `${path}?stream=false`);
      expect([code, gate.records.map(({ operation, verdict }) => [operation, verdict])]).toEqual([
        undefined,
        [[name, "allow"]],
      ]);
      expect(status).not.toBe(405);
      expect(body.trim()).not.toBe("Not Found");
    });

    test("is asked for", () => {
      expect(requests.length).toBeGreaterThan(100);
      expect(operations.filter(({ exposes }) => exposes === "")).toEqual([]);
    });
  });
});
