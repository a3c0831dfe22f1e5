import { describe, expect, test } from "vitest";
import type { AuditRecord } from "../../../src/audit/record.ts";
import { settle } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript, type Place } from "../../support/scripted-engine.ts";
import { openTunnel } from "../open-tunnel.ts";
import { OPEN, openRig, READ_CONTAINERS } from "../rig.ts";

const KINDS: readonly Place[] = ["tcp", "unix"];
const DONE = answerEach(answerOf("done"));
const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";

/** The record of a GET that was allowed and answered with "done". */
const PLAIN: Partial<AuditRecord> = {
  client: "everybody",
  address: "127.0.0.1",
  method: "GET",
  path: "/containers/json",
  operation: "ContainerList",
  verdict: "allow",
  code: undefined,
  reason: undefined,
  rule: "CONTAINERS=1",
  missing: [],
  powers: undefined,
  object: undefined,
  scope: undefined,
  learning: undefined,
  status: 200,
  withheld: undefined,
  bytesIn: 0,
  bytesOut: 4,
  stream: "none",
  end: "complete",
  trace: undefined,
  span: undefined,
  repeated: undefined,
};
const NO_REQUEST: Partial<AuditRecord> = {
  ...PLAIN,
  method: undefined,
  path: undefined,
  operation: undefined,
  verdict: "refuse",
  rule: undefined,
  bytesOut: 0,
};

const UNANSWERED =
  "the Docker engine closed the connection without an answer; is it stopping, or is QUAYGATE_ENGINE a TLS port or another program's socket?";
const CLOSED = "the Docker engine closed the connection before its answer was complete";

interface Recorded {
  readonly name: string;
  readonly request: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly script?: EngineScript;
  readonly record: Partial<AuditRecord>;
}

const CASES: readonly Recorded[] = [
  { name: "an allowed request", request: GET, record: PLAIN },
  {
    name: "a path with a version and escapes, in its canonical spelling",
    request: "GET /v1.41/containers/%77eb%20%22/json?size=1 HTTP/1.1\r\nHost: x\r\n\r\n",
    record: { ...PLAIN, path: "/v1.41/containers/web%20%22/json", operation: "ContainerInspect" },
  },
  {
    name: "a HEAD, whose answer has no body",
    request: "HEAD /_ping HTTP/1.1\r\nHost: x\r\n\r\n",
    script: answerEach("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"),
    record: {
      ...PLAIN,
      method: "HEAD",
      path: "/_ping",
      operation: "SystemPingHead",
      rule: "PING=1",
      bytesOut: 0,
    },
  },
  {
    name: "bytes of content and not of framing, both ways",
    request:
      "POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n2\r\n!!\r\n0\r\nX: y\r\n\r\n",
    env: OPEN,
    script: answerEach(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n2\r\n!?\r\n0\r\n\r\n",
    ),
    record: {
      ...PLAIN,
      method: "POST",
      path: "/build",
      operation: "ImageBuild",
      rule: "POST=1 and BUILD=1",
      bytesIn: 7,
      bytesOut: 5,
      stream: "upload+stream",
    },
  },
  {
    name: "the status of the engine",
    request: GET,
    script: answerEach(answerOf("gone", "404 Not Found")),
    record: { ...PLAIN, status: 404 },
  },
  {
    name: "a denied request, with what is missing",
    request: "POST /v1.41/secrets/create?a=b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
    record: {
      ...PLAIN,
      method: "POST",
      path: "/v1.41/secrets/create",
      operation: "SecretCreate",
      verdict: "deny",
      code: "operation_denied",
      rule: "POST=1 and SECRETS=1",
      missing: ["POST=1", "SECRETS=1"],
      status: 403,
      bytesIn: 5,
      bytesOut: 0,
    },
  },
  {
    name: "a request to no endpoint",
    request: "GET /containers/web/secrets HTTP/1.1\r\nHost: x\r\n\r\n",
    record: {
      ...PLAIN,
      path: "/containers/web/secrets",
      operation: undefined,
      verdict: "refuse",
      code: "unknown_operation",
      reason: "the Engine API has no such endpoint that this version of quaygate knows",
      rule: undefined,
      status: 403,
      bytesOut: 0,
    },
  },
  {
    name: "a request at a path that is not canonical, with that path as it came",
    request: "GET /containers/../secrets HTTP/1.1\r\nHost: x\r\n\r\n",
    record: {
      ...NO_REQUEST,
      method: "GET",
      path: "/containers/../secrets",
      code: "bad_path",
      reason: "the path has a dot segment",
      status: 400,
    },
  },
  {
    name: "bytes that are no request, with what their first line says",
    request: "GET /v1.41/containers/json?all=1 HTTP/1.1\nHost: x\n\n",
    record: {
      ...NO_REQUEST,
      method: "GET",
      path: "/v1.41/containers/json",
      operation: "ContainerList",
      code: "bad_line_end",
      reason: "a line ends in a bare LF instead of CRLF",
      status: 400,
    },
  },
  {
    name: "a request whose fields are malformed",
    request: "PUT /containers/web/archive?path=%2F HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    record: {
      ...NO_REQUEST,
      method: "PUT",
      path: "/containers/web/archive",
      operation: "PutContainerArchive",
      code: "bad_host",
      reason: "Host is given twice",
      status: 400,
    },
  },
  {
    name: "a request by another method, at no endpoint",
    request: "PROPFIND /x HTTP/1.1\r\nHost: x\r\n\r\n",
    record: {
      ...NO_REQUEST,
      method: "PROPFIND",
      path: "/x",
      code: "unsupported_method",
      reason: "the Engine API has no such method",
      status: 400,
    },
  },
  {
    name: "bytes that are not like HTTP",
    request: "SSH-2.0-OpenSSH_9.2 x\r\n\r\n",
    record: {
      ...NO_REQUEST,
      code: "bad_request_line",
      reason: "the request line is not method, target and version",
      status: 400,
    },
  },
  {
    name: "a form that could override what was judged",
    request:
      "POST /containers/web/exec HTTP/1.1\r\nHost: x\r\n" +
      "Content-Type: multipart/form-data; boundary=a\r\nContent-Length: 3\r\n\r\nabc",
    env: OPEN,
    record: {
      ...PLAIN,
      method: "POST",
      path: "/containers/web/exec",
      operation: "ContainerExec",
      verdict: "refuse",
      code: "form_body",
      reason: "a form body could override the query that was judged",
      rule: undefined,
      status: 400,
      bytesIn: 3,
      bytesOut: 0,
    },
  },
  {
    name: "an allowed request whose body is malformed",
    request: "POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    env: OPEN,
    record: {
      ...PLAIN,
      method: "POST",
      path: "/build",
      operation: "ImageBuild",
      rule: "POST=1 and BUILD=1",
      code: "bad_chunk",
      reason: "a chunk size is not a hexadecimal number",
      status: 400,
      bytesOut: 0,
      stream: "upload+stream",
      end: "client",
    },
  },
  {
    name: "an upgrade with a body too large",
    request: "POST /exec/a/start HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\nContent-Length: 100000\r\n\r\n",
    env: OPEN,
    record: {
      ...PLAIN,
      method: "POST",
      path: "/exec/a/start",
      operation: "ExecStart",
      rule: "POST=1 and EXEC=1",
      code: "body_too_large",
      reason: "the body of a request that upgrades is longer than 65536 bytes",
      status: 413,
      bytesOut: 0,
      stream: "stream",
      end: "client",
    },
  },
  {
    name: "an engine that does not answer",
    request: GET,
    script: async (connection) => {
      await connection.next();
      connection.end();
    },
    record: { ...PLAIN, code: "engine_closed", reason: UNANSWERED, status: 502, bytesOut: 0, end: "engine" },
  },
  {
    name: "an engine whose answer breaks off",
    request: GET,
    script: async (connection) => {
      await connection.next();
      await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
      connection.end();
    },
    record: { ...PLAIN, code: "engine_closed", reason: CLOSED, bytesOut: 5, end: "engine" },
  },
];

test.each(CASES)("there is exactly one record of $name", async ({ request, record, ...rest }) => {
  const { connect, gate, untilRecords } = await openRig({ env: READ_CONTAINERS, script: DONE, ...rest });
  const client = await connect();
  await client.send(request);
  await untilRecords(1);
  client.socket.destroy();
  await settle();
  const [{ engineTime } = expect.fail("nothing is recorded")] = gate.records;
  const measured = { time: expect.any(String), duration: expect.any(Number), engineTime };
  expect(gate.records).toStrictEqual([{ ...record, ...measured }]);
});

describe.each(KINDS)("over %s there is", (client) => {
  test("a record of each of several requests on one connection, in their order", async () => {
    const { connect, gate, untilRecords } = await openRig({ client, env: READ_CONTAINERS, script: DONE });
    const peer = await connect();
    await peer.send(`${GET}GET /info HTTP/1.1\r\nHost: x\r\n\r\n${GET}nonsense\r\n\r\n${GET}`);
    await peer.untilOver();
    await untilRecords(4);
    await settle();
    expect(gate.records.map(({ verdict, status, code }) => [verdict, status, code])).toStrictEqual([
      ["allow", 200, undefined],
      ["deny", 403, "operation_denied"],
      ["allow", 200, undefined],
      ["refuse", 400, "bad_request_line"],
    ]);
  });

  test("one record of a tunnel, at its end", async () => {
    const { client: peer, server, gate, untilRecords } = await openTunnel({ client });
    await peer.send("input", "and more");
    await server.send("output");
    await peer.until("output");
    await server.until("and more");
    await settle();
    expect(gate.records).toStrictEqual([]);
    peer.end();
    server.end();
    await untilRecords(1);
    await settle();
    expect(gate.records).toMatchObject([
      {
        method: "POST",
        path: "/containers/web/attach",
        operation: "ContainerAttach",
        verdict: "allow",
        code: undefined,
        status: 101,
        bytesIn: 13,
        bytesOut: 6,
        stream: "tunnel",
        end: "complete",
      },
    ]);
    expect(gate.records).toHaveLength(1);
  });

  test("one record of an exchange whose client goes away, at every moment of it", async () => {
    const rig = await openRig({ client, env: READ_CONTAINERS });
    const moments = ["", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"];
    for (const [index, said] of moments.entries()) {
      const peer = await rig.connect();
      await peer.send(GET);
      const connection = await rig.engine.connection(index);
      await connection.next();
      await connection.send(said);
      await settle();
      peer.socket.destroy();
      await connection.untilOver();
      connection.socket.destroy();
      await rig.untilRecords(index + 1);
    }
    await settle();
    expect(rig.gate.records.map(({ bytesOut }) => bytesOut)).toStrictEqual([0, 0, 5]);
  });

  test("no record of a connection that ends before its first request is whole", async () => {
    const { connect, gate } = await openRig({ client, env: READ_CONTAINERS });
    const [silent, begun] = [await connect(), await connect()];
    await begun.send(GET.slice(0, -1));
    silent.end();
    begun.end();
    await silent.untilOver();
    await begun.untilOver();
    await settle();
    expect(gate.records).toStrictEqual([]);
  });
});

test("an upgrade whose engine never agrees has one record as well", async () => {
  const { connect, engine, gate, untilRecords } = await openRig({ env: OPEN });
  const client = await connect();
  await client.send(
    "POST /exec/a/start HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}early input",
  );
  const connection = await engine.connection();
  await connection.next();
  await connection.send(answerOf("no such exec", "404 Not Found"));
  await client.untilOver();
  await untilRecords(1);
  await settle();
  expect(gate.records).toMatchObject([
    { operation: "ExecStart", status: 404, bytesIn: 2, bytesOut: 12, stream: "stream", end: "complete" },
  ]);
  expect(gate.records).toHaveLength(1);
});
