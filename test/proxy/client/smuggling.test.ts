import { describe, expect, test } from "vitest";
import { settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type Place } from "../../support/scripted-engine.ts";
import { openRig, READ_CONTAINERS } from "../rig.ts";

const KINDS: readonly Place[] = ["tcp", "unix"];
const DONE = answerEach(answerOf("done"));

/** What an attacker wants the engine to see. The policy here allows GET only. */
const HIDDEN = "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
const CHUNK = `${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`;

function get(...fields: readonly string[]): string {
  return `${["GET /containers/json HTTP/1.1", "Host: x", ...fields].join("\r\n")}\r\n\r\n`;
}

function post(...fields: readonly string[]): string {
  return `${["POST /containers/web/start HTTP/1.1", "Host: x", ...fields].join("\r\n")}\r\n\r\n`;
}

interface Smuggling {
  readonly name: string;
  readonly bytes: string;
  readonly statuses: readonly number[];
}

/** Refused as soon as they are read: one answer, and the connection closes. */
const REFUSED: readonly Smuggling[] = [
  { name: "the body of a GET in chunks", bytes: get("Transfer-Encoding: chunked") + CHUNK, statuses: [400] },
  {
    name: "what is behind the length, inside the chunks",
    bytes: get("Content-Length: 0", "Transfer-Encoding: chunked") + CHUNK,
    statuses: [400],
  },
  {
    name: "what is behind the chunks, inside the length",
    bytes: `${post(`Content-Length: ${HIDDEN.length + 5}`, "Transfer-Encoding: chunked")}0\r\n\r\n${HIDDEN}`,
    statuses: [400],
  },
  {
    name: "the body of the longer of two lengths",
    bytes: get("Content-Length: 0", `Content-Length: ${HIDDEN.length}`) + HIDDEN,
    statuses: [400],
  },
  {
    name: "the body of a length with a sign",
    bytes: get(`Content-Length: +${HIDDEN.length}`) + HIDDEN,
    statuses: [400],
  },
  {
    name: "the body of a length that is a list",
    bytes: post(`Content-Length: ${HIDDEN.length}, ${HIDDEN.length}`) + HIDDEN,
    statuses: [400],
  },
  {
    name: "chunks with another coding before them",
    bytes: post("Transfer-Encoding: gzip, chunked") + CHUNK,
    statuses: [400],
  },
  {
    name: "chunks of an unknown coding",
    bytes: post("Transfer-Encoding: xchunked") + CHUNK,
    statuses: [400],
  },
  { name: "chunks of a coding without a name", bytes: post("Transfer-Encoding:") + CHUNK, statuses: [400] },
  {
    name: "chunks of HTTP/1.0",
    bytes: `POST /containers/web/start HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNK}`,
    statuses: [400],
  },
  {
    name: "chunks whose field has a space before the colon",
    bytes: post("Transfer-Encoding : chunked") + CHUNK,
    statuses: [400],
  },
  {
    name: "chunks whose field is folded",
    bytes: post("X-A: b", " Transfer-Encoding: chunked") + CHUNK,
    statuses: [400],
  },
  {
    name: "what is behind a head that ends in LF",
    bytes: `GET /containers/json HTTP/1.1\nHost: x\n\n${HIDDEN}`,
    statuses: [400],
  },
  {
    name: "what is behind a bare CR in a field",
    bytes: get(`X-A: b\r\r${HIDDEN.split("\r\n").join("\r")}`) + HIDDEN,
    statuses: [400],
  },
  {
    name: "what is behind a target with a line end in it",
    bytes: `GET /containers/json\r\n\r\n${HIDDEN} HTTP/1.1\r\nHost: x\r\n\r\n`,
    statuses: [400],
  },
  {
    name: "the length as a field of one connection",
    bytes: get("Connection: close, Content-Length", `Content-Length: ${HIDDEN.length}`) + HIDDEN,
    statuses: [400],
  },
  {
    name: "what is behind an expectation that can't be met",
    bytes: get("Expect: 200-ok", `Content-Length: ${HIDDEN.length}`) + HIDDEN,
    statuses: [417],
  },
];

/** Read as what they are: the hidden request is a body that is dropped, or a request that is judged. */
const UNDERSTOOD: readonly Smuggling[] = [
  {
    name: "the body of a GET with a length",
    bytes: get(`Content-Length: ${HIDDEN.length}`) + HIDDEN + get(),
    statuses: [200, 200],
  },
  {
    name: "the body of a GET with a length and an Upgrade",
    bytes: get("Upgrade: websocket", `Content-Length: ${HIDDEN.length}`) + HIDDEN + get(),
    statuses: [200, 200],
  },
  {
    name: "the body of an HTTP/1.0 request",
    bytes: `GET /containers/json HTTP/1.0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
    statuses: [200],
  },
  {
    name: "the body of a denied request",
    bytes: post(`Content-Length: ${HIDDEN.length}`) + HIDDEN + get(),
    statuses: [403, 200],
  },
  {
    name: "the chunks of a denied request",
    bytes: post("Transfer-Encoding: chunked") + CHUNK,
    statuses: [403],
  },
  { name: "what is behind an allowed request", bytes: get() + HIDDEN + get(), statuses: [200, 403, 200] },
  {
    name: "what is behind an allowed request with an Upgrade",
    bytes: get("Connection: Upgrade", "Upgrade: tcp") + HIDDEN + get(),
    statuses: [200, 403, 200],
  },
  {
    name: "what is behind an upgrade that is denied",
    bytes: `POST /containers/web/attach HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\n\r\n${HIDDEN}${get()}`,
    statuses: [403, 403, 200],
  },
  {
    name: "a method for those who override it",
    bytes: get("X-HTTP-Method-Override: POST", "X-Method-Override: POST"),
    statuses: [200],
  },
  {
    name: "another path for those who look for one",
    bytes: get("X-Original-URL: /containers/create", "X-Rewrite-URL: /containers/create"),
    statuses: [200],
  },
];

describe.each(KINDS)("over %s the engine never gets a request hidden as", (client) => {
  test.each([...REFUSED, ...UNDERSTOOD])("$name", async ({ bytes, statuses }) => {
    const { connect, engine } = await openRig({ client, env: READ_CONTAINERS, script: DONE });
    const peer = await connect();
    await peer.send(bytes);
    const answers: number[] = [];
    while (answers.length < statuses.length) {
      answers.push(statusOf(await peer.next()));
    }
    expect(answers).toStrictEqual(statuses);
    await settle();
    expect(peer.unread).toBe("");
    const received = engine.connections.map(({ text }) => text).join("");
    expect(received).not.toContain("/containers/create HTTP");
    expect(received.split("\r\n\r\n").length - 1).toBe(statuses.filter((status) => status === 200).length);
  });

  test.each(REFUSED)("$name, split at any byte", async ({ bytes, statuses }) => {
    const { connect, engine } = await openRig({ client, env: READ_CONTAINERS, script: DONE });
    const step = Math.ceil(bytes.length / 12);
    for (let at = 1; at < bytes.length; at += step) {
      const peer = await connect();
      await peer.send(bytes.slice(0, at), bytes.slice(at));
      expect([statusOf(await peer.next())], `split at ${at}`).toStrictEqual(statuses);
      await peer.untilOver();
      expect(peer.unread, `split at ${at}`).toBe("");
      peer.socket.destroy();
    }
    expect(engine.connections).toHaveLength(0);
  });
});
