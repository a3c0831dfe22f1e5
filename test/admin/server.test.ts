import { Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Health } from "../../src/admin/health.ts";
import { type AdminPages, openAdminServer } from "../../src/admin/server.ts";
import { openGate, OPEN } from "../proxy/rig.ts";
import { noOrigins } from "../support/no-origins.ts";
import { eventually, type Message, RawPeer, settle, statusOf, valuesOf } from "../support/raw-peer.ts";
import { answerEach, answerOf, ScriptedEngine } from "../support/scripted-engine.ts";

const LOOPBACK = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;

/** Tells that all is well, and the metrics where they are on: here they are what was asked for. */
function pagesOf(
  readHealth: () => Promise<Health> = () => Promise.resolve(alive),
  readMetrics: AdminPages["readMetrics"] = (accept) =>
    Promise.resolve({ contentType: "text/metrics", text: `accept ${accept ?? "anything"}` }),
): AdminPages {
  return { readHealth, readMetrics };
}

/** Opens the admin server until the test is over; gives what asks it. */
async function openAdmin(
  pages: AdminPages = pagesOf(),
): Promise<(request: string, host?: string) => Promise<Message>> {
  const server = await openAdminServer(LOOPBACK, noOrigins, pages);
  onTestFinished(() => server.close());
  return async (request, host = "Host: x\r\n") => {
    const peer = await RawPeer.connect(server.address);
    onTestFinished(() => {
      peer.socket.destroy();
    });
    const head = request.includes(" HTTP/1.1\r\n") ? request : `${request} HTTP/1.1`;
    await peer.send(`${head}\r\n${host}\r\n`);
    return peer.next({ toHead: request.startsWith("HEAD ") });
  };
}

const alive: Health = { gate: "alive", engine: "reachable", apiVersion: "1.47" };

const states: readonly { readonly health: Health; readonly status: number }[] = [
  { health: alive, status: 200 },
  { health: { gate: "alive", engine: "reachable" }, status: 200 },
  { health: { gate: "draining", engine: "reachable", apiVersion: "1.47" }, status: 503 },
  { health: { gate: "alive", engine: "unreachable", reason: "there is no such socket" }, status: 503 },
  { health: { gate: "draining", engine: "unreachable", reason: "there is no such socket" }, status: 503 },
];

describe("the admin address", () => {
  test.each(states)("answers GET /health with $status for $health", async ({ health, status }) => {
    const ask = await openAdmin(pagesOf(() => Promise.resolve(health)));
    const answer = await ask("GET /health");
    expect(statusOf(answer)).toBe(status);
    expect(valuesOf(answer, "content-type")).toEqual(["application/json"]);
    expect(valuesOf(answer, "cache-control")).toEqual(["no-store"]);
    expect(JSON.parse(answer.body.toString())).toEqual(health);
  });

  test.each(states)(
    "answers HEAD /health with $status for $health and without a body",
    async ({ health, status }) => {
      const ask = await openAdmin(pagesOf(() => Promise.resolve(health)));
      const answer = await ask("HEAD /health");
      expect(statusOf(answer)).toBe(status);
      expect(valuesOf(answer, "content-type")).toEqual(["application/json"]);
    },
  );

  test("does not care for a query", async () => {
    const ask = await openAdmin();
    expect(statusOf(await ask("GET /health?verbose=1"))).toBe(200);
  });

  test.each(["text/plain", undefined])("answers GET /metrics as %s is asked for", async (accept) => {
    const ask = await openAdmin();
    const answer = await ask(
      accept === undefined ? "GET /metrics" : `GET /metrics HTTP/1.1\r\nAccept: ${accept}`,
    );
    expect(statusOf(answer)).toBe(200);
    expect(valuesOf(answer, "content-type")).toEqual(["text/metrics"]);
    expect(valuesOf(answer, "cache-control")).toEqual(["no-store"]);
    expect(answer.body.toString()).toBe(`accept ${accept ?? "anything"}`);
  });

  test("answers HEAD /metrics without a body", async () => {
    const ask = await openAdmin();
    const answer = await ask("HEAD /metrics");
    expect([statusOf(answer), valuesOf(answer, "content-type")]).toEqual([200, ["text/metrics"]]);
  });

  test.each(
    ["/health", "/metrics"].flatMap((path) =>
      ["POST", "PUT", "DELETE", "OPTIONS"].map((method) => ({ method, path })),
    ),
  )("refuses $method $path with 405 and says what it takes", async ({ method, path }) => {
    const ask = await openAdmin();
    const answer = await ask(`${method} ${path}`);
    expect([statusOf(answer), valuesOf(answer, "allow")]).toEqual([405, ["GET, HEAD"]]);
    expect(JSON.parse(answer.body.toString())).toEqual({ message: `quaygate: ${path} is read with GET` });
  });

  test.each(["/", "/health/", "/Health", "/healthz", "/health%20", "/metrics/"])(
    "has nothing at %s: 404, and the answer says what there is",
    async (target) => {
      const ask = await openAdmin();
      const answer = await ask(`GET ${target}`);
      expect(statusOf(answer)).toBe(404);
      expect(JSON.parse(answer.body.toString())).toEqual({
        message: "quaygate: the admin address serves GET /health and GET /metrics",
      });
    },
  );

  test.each([
    { request: "PATCH /health", status: 405, allow: ["GET, HEAD"] },
    { request: "CONNECT /health", status: 405, allow: ["GET, HEAD"] },
    { request: "GET //health", status: 400, allow: [] },
    { request: "GET http://x/metrics", status: 400, allow: [] },
    { request: "GET /health HTTP/1.1\r\nHost: y", status: 400, allow: [] },
    { request: "GET /health HTTP/1.1\r\n Host: y", status: 400, allow: [] },
    { request: "GET /health HTTP/1.1\r\nX: y\nZ: 1", status: 400, allow: [] },
    { request: `GET /health HTTP/1.1\r\nX: ${"y".repeat(17_000)}`, status: 400, allow: [] },
  ])("refuses what is no request that it knows, and closes: $request", async ({ request, status, allow }) => {
    const ask = await openAdmin();
    const answer = await ask(request);
    expect([statusOf(answer), valuesOf(answer, "allow")]).toEqual([status, allow]);
    expect(valuesOf(answer, "connection")).toEqual(["close"]);
  });

  test("answers who has sent all that it has to send", async () => {
    const pages = pagesOf(async () => {
      await settle();
      return alive;
    });
    const server = await openAdminServer(LOOPBACK, noOrigins, pages);
    onTestFinished(() => server.close());
    const peer = await RawPeer.connect(server.address);
    await peer.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2));
    peer.end();
    expect(statusOf(await peer.next())).toBe(200);
    expect(statusOf(await peer.next())).toBe(200);
    await peer.untilOver();
  });

  test("answers one request after the other, of those that come at once too", async () => {
    const server = await openAdminServer(LOOPBACK, noOrigins, pagesOf());
    onTestFinished(() => server.close());
    const peer = await RawPeer.connect(server.address);
    onTestFinished(() => {
      peer.socket.destroy();
    });
    const requests = ["/health", "/metrics", "/nothing", "/health"].map(
      (path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    await peer.send(requests.join(""));
    const statuses = [];
    for (const _ of requests) statuses.push(statusOf(await peer.next()));
    expect(statuses).toEqual([200, 200, 404, 200]);
    await peer.send(`POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nGET `);
    expect(statusOf(await peer.next())).toBe(405);
    await peer.untilOver();
  });

  test("makes no further answer for who takes none", async () => {
    let made = 0;
    const text = "x".repeat(1024 * 1024);
    const readMetrics = (): ReturnType<NonNullable<AdminPages["readMetrics"]>> => {
      made += 1;
      return Promise.resolve({ contentType: "text/metrics", text });
    };
    const server = await openAdminServer(LOOPBACK, noOrigins, pagesOf(undefined, readMetrics));
    onTestFinished(() => server.close());
    const socket = new Socket().connect(server.address.port, server.address.host);
    onTestFinished(() => {
      socket.destroy();
    });
    socket.pause();
    socket.write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000));
    await eventually(() => made > 0, "the first answer");
    await settle(50);
    expect(made).toBeLessThan(20);
  });

  test("begins one answer a round of the event loop, however many ask", async () => {
    let round = 0;
    let isOver = false;
    const begun: number[] = [];
    const count = (): void => {
      round += 1;
      if (!isOver) setImmediate(count);
    };
    count();
    onTestFinished(() => {
      isOver = true;
    });
    const readHealth = (): Promise<Health> => {
      begun.push(round);
      return Promise.resolve(alive);
    };
    const server = await openAdminServer(LOOPBACK, noOrigins, pagesOf(readHealth));
    onTestFinished(() => server.close());
    const peers = await Promise.all(Array.from({ length: 40 }, () => RawPeer.connect(server.address)));
    onTestFinished(() => peers.forEach(({ socket }) => socket.destroy()));
    for (const { socket } of peers) socket.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    await Promise.all(peers.map((peer) => peer.next()));
    expect(begun).toHaveLength(40);
    expect(new Set(begun).size).toBe(40);
  });

  test("has no metrics where they are off", async () => {
    const ask = await openAdmin({ ...pagesOf(), readMetrics: undefined });
    const answer = await ask("GET /metrics");
    expect(statusOf(answer)).toBe(404);
    expect(JSON.parse(answer.body.toString())).toEqual({
      message: "quaygate: the admin address serves GET /health",
    });
  });

  test("answers 500 when metrics can't be read", async () => {
    const ask = await openAdmin(pagesOf(undefined, () => Promise.reject(new Error("no"))));
    const answer = await ask("GET /metrics");
    expect(statusOf(answer)).toBe(500);
    expect(JSON.parse(answer.body.toString())).toEqual({
      message: "quaygate: metrics can't be read: Error: no",
    });
  });

  test("answers 500 when health can't be read", async () => {
    const ask = await openAdmin(pagesOf(() => Promise.reject(new Error("no"))));
    const answer = await ask("GET /health");
    expect(statusOf(answer)).toBe(500);
    expect(JSON.parse(answer.body.toString())).toEqual({
      message: "quaygate: health can't be read: Error: no",
    });
  });

  describe.each(["/health", "/metrics"])("at %s", (path) => {
    test.each([
      ["a page's", "Origin: https://evil.example"],
      ["a page's that has none", "Sec-Fetch-Site: cross-site"],
      ["one of two pages'", "Origin: https://a.example\r\nOrigin: https://b.example"],
    ])("refuses a request on loopback that is %s", async (_, field) => {
      const ask = await openAdmin();
      const answer = await ask(`GET ${path} HTTP/1.1\r\n${field}`);
      expect(statusOf(answer)).toBe(403);
      expect(answer.body.toString()).toContain("quaygate: the request is refused: a web page sent it");
      expect(valuesOf(answer, "access-control-allow-origin")).toEqual([]);
    });

    test("refuses a name that a page can have pointed here", async () => {
      const ask = await openAdmin();
      const answer = await ask(`GET ${path} HTTP/1.1\r\nHost: evil.example`, "");
      expect([statusOf(answer), answer.body.toString()]).toEqual([
        403,
        expect.stringContaining("it is for evil.example"),
      ]);
    });
  });

  test("answers what a person typed into a browser", async () => {
    const ask = await openAdmin();
    expect(statusOf(await ask("GET /health HTTP/1.1\r\nSec-Fetch-Site: none"))).toBe(200);
  });

  test("answers whoever comes last, however many connections are held open", async () => {
    const server = await openAdminServer(LOOPBACK, noOrigins, pagesOf());
    onTestFinished(() => server.close());
    const held: RawPeer[] = [];
    for (let count = 0; count < 150; count += 1) held.push(await RawPeer.connect(server.address));
    onTestFinished(() => held.forEach(({ socket }) => socket.destroy()));
    const last = held.at(-1);
    await last?.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(statusOf((await last?.next()) ?? expect.fail("nobody"))).toBe(200);
    const isOpen = ({ socket }: RawPeer): boolean => !socket.destroyed && !socket.readableEnded;
    await eventually(() => held.filter(isOpen).length === 100, "the others are closed");
    expect(held.slice(-100).every(isOpen)).toBe(true);
  });

  test("rejects a place that is taken", async () => {
    const first = await openAdminServer(LOOPBACK, noOrigins, pagesOf());
    onTestFinished(() => first.close());
    await expect(openAdminServer(first.address, noOrigins, pagesOf())).rejects.toThrow("EADDRINUSE");
  });
});

/** A gate with everything open, its admin address, and what the engine got. */
async function openGateWithAdmin(): Promise<{
  readonly gate: Awaited<ReturnType<typeof openGate>>;
  readonly engine: ScriptedEngine;
  askAdmin(request: string): Promise<Message>;
}> {
  const engine = await ScriptedEngine.open("unix", answerEach(answerOf("engine")));
  onTestFinished(() => engine.close());
  const gate = await openGate("tcp", { ...OPEN, QUAYGATE_ADMIN: "tcp://127.0.0.1:0" }, engine.address);
  const askAdmin = async (request: string): Promise<Message> => {
    const peer = await RawPeer.connect(gate.gate.gate.admin ?? LOOPBACK);
    onTestFinished(() => {
      peer.socket.destroy();
    });
    await peer.send(request);
    return peer.next();
  };
  return { gate, engine, askAdmin };
}

const HEALTH = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

describe("a gate's admin address", () => {
  test.each([
    "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
    "GET /health/../containers/json HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /containers/web/attach HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
    "POST /session HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
  ])("never serves the Docker API, though every switch is on: %j", async (request) => {
    const { engine, askAdmin } = await openGateWithAdmin();
    expect(statusOf(await askAdmin(request))).toBe(404);
    expect(engine.connections.length).toBe(0);
  });

  test("is not the clients' address: /health there is refused as any unknown path", async () => {
    const { gate } = await openGateWithAdmin();
    expect(statusOf(await gate.ask(HEALTH))).toBe(403);
  });

  test("tells that the engine went away", async () => {
    const first = await ScriptedEngine.open("tcp", answerEach(answerOf("OK")));
    const gate = await openGate("tcp", { QUAYGATE_ADMIN: "tcp://127.0.0.1:0" }, first.address);
    expect(await gate.gate.gate.health()).toEqual({ gate: "alive", engine: "reachable" });
    first.close();
    expect(await gate.gate.gate.health()).toEqual({
      gate: "alive",
      engine: "unreachable",
      reason: `the Docker engine at ${first.address} can't be reached: nobody listens on that port`,
    });
  });

  test("tells that the gate is draining while an exchange is under way, and closes with it", async () => {
    let release: (() => void) | undefined;
    const engine = await ScriptedEngine.open("unix", async (connection) => {
      const request = await connection.next({ mayNeverCome: true });
      if (request.startLine.includes("/version")) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      await connection.send(answerOf("OK"));
    });
    onTestFinished(() => engine.close());
    const { gate, connect } = await openGate("tcp", { QUAYGATE_ADMIN: "tcp://127.0.0.1:0" }, engine.address);
    const admin = gate.gate.admin ?? LOOPBACK;
    const client = await connect();
    await client.send("GET /version HTTP/1.1\r\nHost: x\r\n\r\n");
    await eventually(() => release !== undefined, "the request at the engine");
    const drained = gate.gate.drain();
    const peer = await RawPeer.connect(admin);
    await peer.send(HEALTH);
    const answer = await peer.next();
    expect(statusOf(answer)).toBe(503);
    expect(JSON.parse(answer.body.toString())).toEqual({ gate: "draining", engine: "reachable" });
    release?.();
    await client.next();
    client.end();
    await drained;
    await peer.untilOver();
    await expect(RawPeer.connect(admin)).rejects.toThrow("ECONNREFUSED");
  });
});
