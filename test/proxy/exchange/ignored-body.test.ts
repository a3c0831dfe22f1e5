import { describe, expect, test } from "vitest";
import { refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { openRig, PLACES } from "../rig.ts";

const DONE = answerEach(answerOf("done"));
const VERSION = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";
/** What must not become a request of its own. */
const HIDDEN = "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
const DELETE_RECEIVED = "DELETE /containers/web HTTP/1.1\r\nHost: docker\r\n\r\n";
const VERSION_RECEIVED = "GET /version HTTP/1.1\r\nHost: docker\r\n\r\n";

function withBody(line: string, body: string, ...fields: readonly string[]): string {
  return `${[line, "Host: x", ...fields, `Content-Length: ${body.length}`].join("\r\n")}\r\n\r\n${body}`;
}

describe.each(PLACES)("over $client to an engine on $engine", ({ client, engine: place }) => {
  test.each([
    { method: "GET", line: "GET /containers/json HTTP/1.1", status: 200 },
    { method: "HEAD", line: "HEAD /_ping HTTP/1.1", status: 200 },
    { method: "DELETE", line: "DELETE /containers/web HTTP/1.1", status: 200 },
  ])(
    "a body with $method is read and dropped, and the connection goes on",
    async ({ method, line, status }) => {
      const { engine, connect } = await openRig({ client, engine: place, script: DONE });
      const peer = await connect();
      await peer.send(withBody(line, HIDDEN) + VERSION);
      expect(statusOf(await peer.next({ toHead: method === "HEAD" }))).toBe(status);
      expect(statusOf(await peer.next())).toBe(200);
      const received = engine.connections.map(({ text }) => text).join("");
      expect(received).toContain(`${line}\r\nHost: docker\r\n\r\n`);
      expect(received).toContain(VERSION_RECEIVED);
      expect(received).not.toContain("Content-Length");
      expect(received).not.toContain("create");
    },
  );
});

test("a body that is dropped may be split at any byte", async () => {
  const { engine, connect } = await openRig({ script: DONE });
  const request = withBody("DELETE /containers/web HTTP/1.1", HIDDEN);
  for (let at = 1; at < request.length; at += 7) {
    const peer = await connect();
    await peer.send(request.slice(0, at), request.slice(at) + VERSION);
    expect([statusOf(await peer.next()), statusOf(await peer.next())], `split at ${at}`).toStrictEqual([
      200, 200,
    ]);
    peer.socket.destroy();
  }
  const requests = engine.connections.flatMap(({ text }) => text.split(/(?<=\r\n\r\n)/u));
  expect(new Set(requests)).toStrictEqual(new Set([DELETE_RECEIVED, VERSION_RECEIVED]));
});

test("nothing goes to the engine before the body is whole, and one that never is whole is told so", async () => {
  const time = { milliseconds: 0 };
  const { engine, connect, gate } = await openRig({
    script: DONE,
    clock: { now: () => time.milliseconds },
  });
  const peer = await connect();
  await peer.send("DELETE /containers/web HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nfour");
  await settle();
  expect(engine.connections).toHaveLength(0);
  time.milliseconds = 60_000;
  expect(refusalOf(await peer.next())).toMatchObject({ status: 408, code: "body_timeout" });
  await peer.untilOver();
  expect(engine.connections).toHaveLength(0);
  expect(gate.records).toMatchObject([{ operation: "ContainerDelete", code: "body_timeout", bytesIn: 4 }]);
});

test("a client that waits is told to send the body that will be dropped", async () => {
  const { connect } = await openRig({ script: DONE });
  const peer = await connect();
  await peer.send(
    "DELETE /containers/web HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
  );
  await peer.until("HTTP/1.1 100 Continue\r\n\r\n");
  await peer.send("{}");
  await peer.until("HTTP/1.1 200 OK");
});

test("a form that is dropped overrides nothing", async () => {
  const { engine, connect } = await openRig({ script: DONE });
  const peer = await connect();
  await peer.send(
    withBody(
      "DELETE /containers/web?force=0 HTTP/1.1",
      "force=1",
      "Content-Type: application/x-www-form-urlencoded",
    ),
  );
  expect(statusOf(await peer.next())).toBe(200);
  expect((await engine.connection()).text).not.toContain("force=1");
});

test("the operation is denied by its name, whatever body it has", async () => {
  const { engine, connect } = await openRig({ env: { CONTAINERS: "1" }, script: DONE });
  const peer = await connect();
  await peer.send(withBody("DELETE /containers/web HTTP/1.1", HIDDEN) + VERSION);
  expect(refusalOf(await peer.next())).toMatchObject({ status: 403, code: "operation_denied" });
  expect(statusOf(await peer.next())).toBe(200);
  expect(engine.connections.map(({ text }) => text).join("")).not.toContain("containers");
});

test("what a query asks for is judged as without a body", async () => {
  const env = { CONTAINERS: "1", IMAGES: "1", POST: "1", QUAYGATE_POWERS: "default,-read-file:/etc" };
  const { engine, connect } = await openRig({ env, script: DONE });
  const peer = await connect();
  const line = (path: string): string => `GET /containers/web/archive?path=${path} HTTP/1.1`;
  await peer.send(withBody(line("/etc/shadow"), "{}") + withBody(line("/srv"), "{}"));
  expect(refusalOf(await peer.next())).toMatchObject({ status: 403, code: "power_denied" });
  expect(statusOf(await peer.next())).toBe(200);
  const received = engine.connections.map(({ text }) => text).join("");
  expect(received).not.toContain("shadow");
  expect(received).not.toContain("{}");
});

test("an HTTP/1.0 client's POST with a length goes on as HTTP/1.1", async () => {
  const { engine, connect } = await openRig({ script: DONE });
  const peer = await connect();
  const body = '{"Cmd":["true"]}';
  await peer.send(
    `POST /containers/web/exec HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(statusOf(await peer.next())).toBe(200);
  await peer.untilOver();
  expect((await engine.connection()).text).toBe(
    "POST /containers/web/exec HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n" +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  );
});
