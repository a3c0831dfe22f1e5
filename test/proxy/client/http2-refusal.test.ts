import { constants, connect } from "node:http2";
import { expect, onTestFinished, test } from "vitest";
import { refusalOf, settle } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type Place } from "../../support/scripted-engine.ts";
import { openRig, READ_CONTAINERS, type Rig } from "../rig.ts";

const KINDS: readonly Place[] = ["tcp", "unix"];
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS = "\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x04\x00\x01\x00\x00";
/** The head of a request on stream 1; nobody reads its fields. */
const HEADERS = "\x00\x00\x01\x01\x05\x00\x00\x00\x01\x83";
const REASON =
  "the client speaks HTTP/2 (gRPC), and the gate HTTP/1.1 only: build with buildx's docker driver, not with its remote one";

function latin1(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

/** Asks as a real client of HTTP/2 does. */
async function askByHttp2({
  address,
}: Rig): Promise<{ status: unknown; code: unknown; body: string; debug: string }> {
  if (address.kind !== "tcp") throw new Error("Node's client has no unix sockets");
  const session = connect(`http://${address.host}:${address.port}`);
  onTestFinished(() => session.destroy());
  let debug = "";
  session.on("goaway", (_code, _last, data) => (debug = Buffer.from(data ?? []).toString("utf8")));
  session.on("error", () => undefined);
  const stream = session.request({ ":path": "/containers/json" });
  const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
    stream.once("response", (fields) => resolve({ ...fields }));
    stream.once("error", reject);
  });
  let body = "";
  stream.setEncoding("utf8").on("data", (text: string) => (body += text));
  await new Promise((resolve) => stream.once("end", resolve));
  await settle();
  return { status: headers[constants.HTTP2_HEADER_STATUS], code: headers["x-quaygate-code"], body, debug };
}

test("a client of HTTP/2 reads why it is refused, in its own protocol", async () => {
  const rig = await openRig({ env: READ_CONTAINERS });
  const { status, code, body, debug } = await askByHttp2(rig);
  expect([status, code]).toEqual([505, "unsupported_version"]);
  expect(JSON.parse(body)).toEqual({ message: `quaygate: ${REASON}` });
  expect(debug).toBe(`quaygate: ${REASON}`);
  expect(rig.engine.connections).toHaveLength(0);
  expect(rig.gate.records).toMatchObject([
    { verdict: "refuse", code: "unsupported_version", reason: REASON },
  ]);
});

test.each(KINDS)(
  "over %s it gets the same however its bytes come, and then the connection ends",
  async (client) => {
    const rig = await openRig({ client, env: READ_CONTAINERS });
    const answers = new Set<string>();
    for (const size of [1, 2, 7, 1000]) {
      const peer = await rig.connect();
      const bytes = latin1(PREFACE + SETTINGS + HEADERS);
      for (let at = 0; at < bytes.length; at += size) {
        peer.socket.write(bytes.subarray(at, at + size));
        await settle(1);
      }
      await peer.untilOver();
      answers.add(peer.text);
    }
    expect(answers.size).toBe(1);
    expect([...answers][0]).toContain(REASON);
    expect(rig.engine.connections).toHaveLength(0);
  },
);

test("what it sends behind its request goes nowhere, and no request of HTTP/1 in it is read", async () => {
  const rig = await openRig({ env: READ_CONTAINERS, script: answerEach(answerOf("done")) });
  const peer = await rig.connect();
  const smuggled = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
  await peer.send(latin1(PREFACE + smuggled + HEADERS + smuggled));
  await settle(100);
  peer.end();
  await peer.untilOver();
  expect(peer.text).not.toContain("done");
  expect(rig.engine.connections).toHaveLength(0);
  expect(rig.gate.records).toHaveLength(1);
});

test("a client that says no more than hello is let go", async () => {
  const clock = { at: 0, now: () => clock.at };
  const rig = await openRig({ env: READ_CONTAINERS, clock });
  const peer = await rig.connect();
  await peer.send(PREFACE);
  await peer.until("\x00\x00\x00\x04\x00\x00\x00\x00\x00");
  clock.at = 11_000;
  await peer.untilOver();
});

test.each([
  {
    name: "after a request of HTTP/1.1",
    before: "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n",
    preface: PREFACE,
  },
  { name: "with a field", before: "", preface: "PRI * HTTP/2.0\r\nHost: x\r\n\r\n" },
  { name: "in other words", before: "", preface: "GET / HTTP/2.0\r\n\r\n" },
])("a preface $name is answered in HTTP/1.1", async ({ before, preface }) => {
  const rig = await openRig({ env: READ_CONTAINERS, script: answerEach(answerOf("done")) });
  const peer = await rig.connect();
  await peer.send(before + preface);
  if (before !== "") await peer.next();
  expect(refusalOf(await peer.next())).toMatchObject({ status: 400, code: "unsupported_version" });
  await peer.untilOver();
});
