import { readFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { connect, type ConnectionOptions, TLSSocket } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { openListener } from "../../../src/proxy/client/listener.ts";
import { Authority, type Certificate } from "../../support/certificates.ts";
import { openTestGate, type TestGate } from "../../support/gate.ts";
import { eventually, RawPeer, refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, ScriptedEngine } from "../../support/scripted-engine.ts";
import { openRig } from "../rig.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";

/** A gate that wants its clients' certificates, and what makes them. */
interface Guarded {
  readonly gate: TestGate;
  readonly authority: Authority;
  readonly engine: ScriptedEngine;
  connect(options?: ConnectionOptions): Promise<RawPeer>;
}

async function openGuarded(oldest?: "1.2"): Promise<Guarded> {
  const authority = Authority.make();
  const engine = await ScriptedEngine.open("unix", answerEach(answerOf("done")));
  onTestFinished(() => engine.close());
  const tls = { ...authority.certify("gate"), clients: authority.path, oldest };
  const gate = await openTestGate({ env: { CONTAINERS: "1" }, engineSocket: engine.address, tls });
  onTestFinished(() => gate.close());
  const address = { kind: "tcp", host: "127.0.0.1", port: gate.port } as const;
  return {
    gate,
    authority,
    engine,
    connect: async (options) => {
      const peer = await RawPeer.connectTls(address, { ca: readFileSync(authority.path), ...options });
      onTestFinished(() => {
        peer.socket.destroy();
      });
      return peer;
    },
  };
}

function read({ certificate, key }: Certificate): ConnectionOptions {
  return { cert: readFileSync(certificate), key: readFileSync(key) };
}

describe("a listener that wants clients' certificates", () => {
  test.each(["TLSv1.2", "TLSv1.3"] as const)("lets in who has one, over %s", async (maxVersion) => {
    const { authority, connect: connectTo } = await openGuarded("1.2");
    const peer = await connectTo({ ...read(authority.certify("client")), maxVersion });
    await peer.send(GET);
    expect(statusOf(await peer.next())).toBe(200);
  });

  const STRANGERS = [
    {
      name: "none",
      make: () => ({}),
      says: "is needed, and none was shown (docker: --tlscert and --tlskey)",
    },
    {
      name: "one of another authority",
      make: () => read(Authority.make("an authority").certify("client")),
      says: 'the client certificate "CN=client" is not accepted: it is not signed by an authority',
    },
    {
      name: "one that has expired",
      make: (authority: Authority) => read(authority.certify("client", { days: -1 })),
      says: 'the client certificate "CN=client" is not accepted: it or one above it has expired',
    },
    {
      name: "one that is a server's",
      make: (authority: Authority) => read(authority.certify("client", { usage: "serverAuth" })),
      says: "it is not made for clients",
    },
  ];

  test.each(STRANGERS)(
    "tells who has $name why it is not let in, and reads nothing",
    async ({ make, says }) => {
      const { gate, authority, engine, connect: connectTo } = await openGuarded();
      const peer = await connectTo(make(authority));
      await peer.send(GET);
      const answer = refusalOf(await peer.next());
      expect(answer).toMatchObject({ status: 403, code: "certificate_refused" });
      expect(answer.message).toContain(says);
      await peer.untilOver();
      expect(gate.records).toMatchObject([{ code: "certificate_refused", status: 403 }]);
      expect(engine.connections).toHaveLength(0);
    },
  );

  // Resumed, TLS verifies nothing anew: in TLS 1.3 a session counts as authorized also where no certificate was ever shown.
  test.each([
    { name: "TLS 1.2, once with a certificate", maxVersion: "TLSv1.2", certified: true },
    { name: "TLS 1.3, once with a certificate", maxVersion: "TLSv1.3", certified: true },
    { name: "TLS 1.3, never with one", maxVersion: "TLSv1.3", certified: false },
  ] as const)("lets nobody in for a session of before, over $name", async ({ maxVersion, certified }) => {
    const { authority, connect: connectTo } = await openGuarded("1.2");
    const sessions: Buffer[] = [];
    const client = certified ? read(authority.certify("client")) : {};
    const first = await connectTo({ maxVersion, ...client });
    first.socket.on("session", (session: Buffer) => sessions.push(session));
    await first.send(GET);
    expect(statusOf(await first.next())).toBe(certified ? 200 : 403);
    const second = await connectTo({ maxVersion, session: sessions.at(-1) });
    expect(second.socket instanceof TLSSocket && second.socket.isSessionReused()).toBe(false);
    await second.send(GET);
    expect(refusalOf(await second.next())).toMatchObject({ code: "certificate_refused" });
  });

  test("has the certificate at hand for who recognises clients", async () => {
    const authority = Authority.make();
    const tls = { ...authority.certify("gate"), clients: authority.path };
    const subjects: (string | undefined)[] = [];
    const listener = await openListener({ kind: "tcp", host: "127.0.0.1", port: 0, tls }, (socket) => {
      subjects.push(socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.subject : undefined);
      socket.end();
    });
    onTestFinished(() => listener.close());
    await listener.begin();
    const port = listener.address.kind === "tcp" ? listener.address.port : 0;
    expect(await shake(port, read(authority.certify("ops")))).toBeInstanceOf(TLSSocket);
    await expect.poll(() => subjects).toEqual(["CN=ops"]);
  });
});

/** How a handshake with a gate ends. */
async function shake(port: number, options: ConnectionOptions): Promise<TLSSocket | string> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options });
  onTestFinished(() => {
    socket.destroy();
  });
  return new Promise((resolve) => {
    socket.on("secureConnect", () => resolve(socket));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("close", () => resolve("closed"));
  });
}

describe("a handshake", () => {
  test.each([
    { name: "HTTP/1.1 where HTTP/2 is offered as well", ALPNProtocols: ["h2", "http/1.1"], gets: "http/1.1" },
    { name: "HTTP/1.1 where nothing is offered", ALPNProtocols: undefined, gets: false },
  ])("agrees on $name", async ({ ALPNProtocols, gets }) => {
    const { gate } = await openRig({ client: "tls" });
    const socket = await shake(gate.port, ALPNProtocols === undefined ? {} : { ALPNProtocols });
    expect(typeof socket === "string" ? socket : socket.alpnProtocol).toBe(gets);
  });

  test.each([
    {
      name: "wants HTTP/2 alone",
      options: { ALPNProtocols: ["h2"] },
      ends: "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
      note: "it wants another protocol than HTTP/1.1",
    },
    {
      name: "speaks TLS 1.2",
      options: { maxVersion: "TLSv1.2" },
      ends: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
      note: 'it speaks no TLS version that is spoken here; oldest: "1.2" in tls takes older clients',
    },
    {
      name: "does not know the authority",
      options: { rejectUnauthorized: true },
      ends: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      note: undefined,
    },
  ] as const)("of a client that $name fails, and the log says why once", async ({ options, ends, note }) => {
    const { gate } = await openRig({ client: "tls" });
    const given: ConnectionOptions = { ...options };
    expect(await shake(gate.port, given)).toBe(ends);
    expect(await shake(gate.port, given)).toBe(ends);
    const told = note === undefined ? [] : [`notice: 127.0.0.1 can't connect to tcp://127.0.0.1:0: ${note}`];
    await expect.poll(() => gate.notes).toEqual(told);
  });

  test("in plain HTTP fails, and the log says what helps", async () => {
    const { gate } = await openRig({ client: "tls" });
    const peer = await RawPeer.connect({ kind: "tcp", host: "127.0.0.1", port: gate.port });
    await peer.send(GET);
    await peer.untilOver();
    expect(gate.notes).toEqual([expect.stringContaining("it speaks HTTP without TLS; it needs https://")]);
  });

  test("is not begun anew on an open connection", async () => {
    const { authority, connect: connectTo } = await openGuarded("1.2");
    const peer = await connectTo({ ...read(authority.certify("client")), maxVersion: "TLSv1.2" });
    const { socket } = peer;
    if (!(socket instanceof TLSSocket)) throw new Error("no TLS");
    socket.renegotiate({ rejectUnauthorized: false }, () => undefined);
    await peer.untilOver();
    expect(peer.failure).toBe("ERR_SSL_NO_RENEGOTIATION");
  });

  test("that is broken off, at any byte, ends nothing", async () => {
    const { gate, connect: connectTo } = await openRig({
      client: "tls",
      script: answerEach(answerOf("done")),
    });
    const hello = Buffer.from("16030100c8010000c40303", "hex");
    for (let length = 0; length <= hello.length; length += 1) {
      const socket = connectTcp({ host: "127.0.0.1", port: gate.port });
      socket.on("error", () => undefined);
      await eventually(() => !socket.connecting, "the connection opens");
      socket.write(hello.subarray(0, length), () =>
        length % 2 === 0 ? socket.resetAndDestroy() : socket.destroy(),
      );
    }
    const peer = await connectTo();
    await peer.send(GET);
    expect(statusOf(await peer.next())).toBe(200);
  });
});
