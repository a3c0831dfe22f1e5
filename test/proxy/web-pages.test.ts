import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { describe, expect, onTestFinished, test } from "vitest";
import type { AuditRecord } from "../../src/audit/record.ts";
import { EnginePool } from "../../src/engine/pool.ts";
import type { Origins } from "../../src/policy/origins.ts";
import { openListener } from "../../src/proxy/client/listener.ts";
import { grantOf } from "../policy/grants.ts";
import { noOrigins } from "../support/no-origins.ts";
import { type Message, RawPeer, refusalOf, statusOf, valuesOf } from "../support/raw-peer.ts";
import { answerEach, answerOf, ScriptedEngine } from "../support/scripted-engine.ts";
import { OPEN, openRig, type Rig } from "./rig.ts";
import { openConnections } from "./open-connections.ts";

const answering = answerEach(answerOf("engine"));
const EVIL = "Origin: https://evil.example";

function requestOf(line: string, ...fields: readonly string[]): string {
  const host = fields.some((field) => /^host:/iu.test(field)) ? [] : ["Host: localhost:2375"];
  return `${[`${line} HTTP/1.1`, ...host, ...fields].join("\r\n")}\r\n\r\n`;
}

const ATTACH = requestOf(
  "GET /containers/web/attach/ws?stdin=1&stream=1",
  EVIL,
  "Connection: Upgrade",
  "Upgrade: websocket",
);

/** What a page's requests look like on the wire. */
const PAGES: readonly (readonly [name: string, request: string])[] = [
  [
    "a fetch of text",
    requestOf("POST /containers/web/start", EVIL, "Content-Type: text/plain", "Content-Length: 0"),
  ],
  ["a question before a fetch of JSON", requestOf("OPTIONS /containers/create", EVIL)],
  ["a fetch of what hides its page", requestOf("DELETE /containers/web", "Origin: null")],
  ["an image", requestOf("GET /containers/json", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: image")],
  ["a frame of another port", requestOf("GET /containers/json", "Sec-Fetch-Site: same-site")],
  ["what an engine's answer shows as a page", requestOf("GET /_ping", "sec-fetch-site: same-origin")],
  ["a name pointed here", requestOf("GET /containers/json", "Host: evil.example:2375")],
  [
    "a name pointed here, with its own origin",
    requestOf("POST /build", "Host: evil.example", "Content-Length: 0"),
  ],
  ["a WebSocket", ATTACH],
];

async function expectRefusal(rig: Rig, answer: Message): Promise<void> {
  expect(refusalOf(answer)).toMatchObject({ status: 403, code: "browser_request" });
  expect(answer.fields.filter(([name]) => /^access-control-/iu.test(name))).toEqual([]);
  expect(rig.engine.connections.length).toBe(0);
  await rig.untilRecords(1);
  expect(rig.gate.records).toMatchObject([
    { verdict: "refuse", code: "browser_request", status: 403, address: "127.0.0.1" },
  ]);
}

describe("on loopback a web page is refused, and the engine hears nothing", () => {
  test.each(PAGES)("%s", async (_, request) => {
    const rig = await openRig({ script: answering });
    await expectRefusal(rig, await rig.ask(request));
  });

  test("and the record says what was asked for, and by whom", async () => {
    const rig = await openRig({ script: answering });
    await rig.ask(requestOf("POST /v1.41/containers/web/start", EVIL, "Content-Length: 0"));
    await rig.untilRecords(1);
    expect(rig.gate.records).toMatchObject([
      {
        method: "POST",
        path: "/v1.41/containers/web/start",
        operation: "ContainerStart",
        reason:
          "a web page sent it (Origin: https://evil.example): to let that page's requests in, add https://evil.example to QUAYGATE_ORIGINS",
      },
    ]);
  });

  test("on a kept connection too, which serves the next request", async () => {
    const { connect } = await openRig({ script: answering });
    const client = await connect();
    const get = requestOf("GET /containers/json");
    await client.send(get + requestOf("GET /containers/json", EVIL) + get);
    const statuses = [await client.next(), await client.next(), await client.next()].map((answer) =>
      statusOf(answer),
    );
    expect(statuses).toEqual([200, 403, 200]);
  });

  test.each(["tcp://[::1]:0", "tcp://[::]:0"])("by IPv6, or by IPv4 on its socket: %s", async (listen) => {
    const { gate } = await openRig({ script: answering, env: { ...OPEN, QUAYGATE_LISTEN: listen } });
    for (const host of listen.includes("::1") ? ["::1"] : ["::1", "127.0.0.1"]) {
      const peer = await RawPeer.connect({ kind: "tcp", host, port: gate.port });
      onTestFinished(() => {
        peer.socket.destroy();
      });
      await peer.send(requestOf("GET /_ping", EVIL));
      expect(refusalOf(await peer.next()).code).toBe("browser_request");
      await peer.send(requestOf("GET /_ping"));
      expect(statusOf(await peer.next())).toBe(200);
    }
  });
});

describe("on loopback everybody else is served", () => {
  test.each([
    ["curl", requestOf("GET /containers/json", "Host: 127.0.0.1:2375", "User-Agent: curl/8.5.0")],
    [
      "an address typed into a browser",
      requestOf("GET /_ping", "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"),
    ],
    ["an empty Host", requestOf("GET /_ping", "Host:")],
    ["no Host in HTTP/1.0", "GET /_ping HTTP/1.0\r\n\r\n"],
    ["docker through a socket that is passed on", requestOf("GET /_ping", "Host: api.moby.localhost")],
    ["a container of Docker Desktop", requestOf("GET /_ping", "Host: host.docker.internal:2375")],
  ])("%s", async (_, request) => {
    const rig = await openRig({ script: answering });
    expect(statusOf(await rig.ask(request))).toBe(200);
  });

  test.each([
    ["a page that is listed", requestOf("POST /build", "Origin: https://a.example", "Content-Length: 0")],
    [
      "its question without an Origin",
      requestOf("GET /_ping", "Sec-Fetch-Site: same-origin", "Referer: https://a.example/x"),
    ],
    ["a name that is listed", requestOf("GET /_ping", "Host: gate.example:2375")],
  ])("%s, and gets no field that opens answers to pages", async (_, request) => {
    const env = { ...OPEN, QUAYGATE_ORIGINS: "https://a.example, gate.example" };
    const rig = await openRig({ script: answering, env });
    const answer = await rig.ask(request);
    expect(statusOf(answer)).toBe(200);
    expect(valuesOf(answer, "access-control-allow-origin")).toEqual([]);
  });
});

describe("on a unix socket, which no browser reaches", () => {
  test.each(PAGES.filter(([name]) => name !== "a WebSocket" && !name.startsWith("a question")))(
    "%s is served, even with everywhere",
    async (_, request) => {
      const env = { ...OPEN, QUAYGATE_ORIGINS: "everywhere" };
      const rig = await openRig({ client: "unix", script: answering, env });
      expect(statusOf(await rig.ask(request))).toBe(200);
    },
  );

  test("a WebSocket with an Origin is refused, and the engine hears nothing", async () => {
    const rig = await openRig({ client: "unix", script: answering });
    expect(refusalOf(await rig.ask(ATTACH)).code).toBe("browser_request");
    expect(rig.engine.connections.length).toBe(0);
  });
});

/** Sends one request on a connection that seems to come from a network. */
async function askFromNetwork(request: string, origins: Origins): Promise<readonly [Message, AuditRecord[]]> {
  const engine = await ScriptedEngine.open("unix", answering);
  onTestFinished(() => engine.close());
  const records: AuditRecord[] = [];
  const connections = openConnections({
    grant: grantOf("everything"),
    origins,
    engine: new EnginePool({ kind: "unix", path: engine.address }, performance),
    audit: (record) => records.push(record),
  });
  const accept = (socket: Socket, place: string): void => {
    Object.defineProperty(socket, "remoteAddress", { value: "::ffff:172.18.0.5" });
    connections.accept(socket, place);
  };
  const listener = await openListener({ kind: "tcp", host: "127.0.0.1", port: 0 }, accept);
  onTestFinished(() => listener.close());
  const client = await RawPeer.connect(listener.address);
  onTestFinished(() => {
    client.socket.destroy();
  });
  await client.send(request);
  return [await client.next(), records];
}

describe("over a network", () => {
  test.each(PAGES.filter(([name]) => name !== "a WebSocket" && !name.startsWith("a question")))(
    "a server that passes its browser's fields on is served: %s",
    async (_, request) => {
      const [answer] = await askFromNetwork(request, noOrigins);
      expect(statusOf(answer)).toBe(200);
    },
  );

  test("a WebSocket with an Origin is refused", async () => {
    const [answer, records] = await askFromNetwork(ATTACH, noOrigins);
    expect(refusalOf(answer).code).toBe("browser_request");
    expect(records).toMatchObject([{ operation: "ContainerAttachWebsocket", address: "172.18.0.5" }]);
  });

  test.each(PAGES)("with everywhere a web page is refused as on loopback: %s", async (_, request) => {
    const [answer] = await askFromNetwork(request, { ...noOrigins, everywhere: true });
    expect(refusalOf(answer).code).toBe("browser_request");
  });
});
