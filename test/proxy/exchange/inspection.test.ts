import { describe, expect, test } from "vitest";
import { eventually, refusalOf, settle, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { DANGEROUS, HARMLESS, inChunks, JUDGED, received, withLength } from "../judged-requests.ts";
import { openRig, PLACES } from "../rig.ts";

const DONE = answerEach(answerOf("done"));
const VERSION = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";
/** White space, escapes, a key that `JSON.parse` would move to the front, and numbers that it would change. */
const ODD =
  ' {\r\n\t"Image" : "al\\u0070ine" , "Labels":{"2":"b\\/c","1":"\\u00e4", "__proto__":""},' +
  '"HostConfig":{ "Memory":9223372036854775807,"NanoCpus":1.50E+2 , "Binds" : [ ] } } \n';
const ODD_CANONICAL =
  '{"Image":"alpine","Labels":{"2":"b/c","1":"\u00c3\u00a4","__proto__":""},' +
  '"HostConfig":{"Memory":9223372036854775807,"NanoCpus":1.50E+2,"Binds":[]}}';

describe.each(PLACES)("over $client to an engine on $engine", ({ client, engine: place }) => {
  test.each([
    { framing: "with a length", request: withLength(ODD) },
    { framing: "in one chunk", request: inChunks(ODD, 10_000) },
    { framing: "in many chunks", request: inChunks(ODD, 7) },
  ])(
    "the engine gets a body $framing as it was judged, with a length, in the order of its members",
    async ({ request }) => {
      const { engine, ask } = await openRig({ client, engine: place, env: JUDGED, script: DONE });
      expect(statusOf(await ask(request))).toBe(200);
      const { text } = await engine.connection();
      expect(text).toBe(received(ODD_CANONICAL));
    },
  );

  test("a body that asks for too much is answered with 403, reaches no engine and costs no connection", async () => {
    const { engine, connect } = await openRig({ client, engine: place, env: JUDGED, script: DONE });
    const peer = await connect();
    for (const request of [withLength(DANGEROUS), inChunks(DANGEROUS, 9), withLength(DANGEROUS)]) {
      await peer.send(request);
      const answer = await peer.next();
      expect(refusalOf(answer)).toMatchObject({ status: 403, code: "power_denied" });
      expect(valuesOf(answer, "connection")).toStrictEqual([]);
    }
    expect(engine.connections).toHaveLength(0);
    await peer.send(withLength(HARMLESS));
    expect(statusOf(await peer.next())).toBe(200);
    expect((await engine.connection()).text).toBe(received(HARMLESS));
  });
});

test.each([
  { framing: "with a length", request: withLength(ODD) },
  { framing: "in chunks", request: inChunks(ODD, 20) },
])("a body $framing that is split at any byte reaches the engine as the same bytes", async ({ request }) => {
  const { engine, connect } = await openRig({ env: JUDGED, script: DONE });
  const client = await connect();
  const bodyStart = request.indexOf("\r\n\r\n");
  for (let at = bodyStart; at < request.length; at += 1) {
    await client.send(request.slice(0, at), request.slice(at));
    expect(statusOf(await client.next()), `split at ${at}`).toBe(200);
  }
  expect([...new Set(engine.connections.map(({ text }) => text))]).toStrictEqual([received(ODD_CANONICAL)]);
  expect(engine.connections).toHaveLength(request.length - bodyStart);
});

test("a body that comes byte by byte is refused and forwarded like another", async () => {
  const { engine, connect } = await openRig({ env: JUDGED, script: DONE });
  const client = await connect();
  await client.send(...inChunks(DANGEROUS, 3));
  expect(refusalOf(await client.next())).toMatchObject({ status: 403, code: "power_denied" });
  await client.send(...withLength(HARMLESS));
  expect(statusOf(await client.next())).toBe(200);
  expect(engine.connections.map(({ text }) => text)).toStrictEqual([received(HARMLESS)]);
});

test("the engine hears nothing of a request before its body is whole", async () => {
  const { engine, connect } = await openRig({ env: JUDGED, script: DONE });
  const client = await connect();
  await client.send(withLength(HARMLESS).slice(0, -1));
  await settle();
  expect(engine.connections).toHaveLength(0);
  await client.send(HARMLESS.slice(-1));
  expect(statusOf(await client.next())).toBe(200);
});

describe("a client that asks before it sends its body", () => {
  const EXPECT = { fields: ["Expect: 100-continue"] };
  const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

  test.each([
    { body: HARMLESS, answer: /^HTTP\/1\.1 200 / },
    { body: DANGEROUS, answer: /^HTTP\/1\.1 403 / },
  ])("is told to, once, while the engine hears nothing: $body", async ({ body, answer }) => {
    const { engine, connect } = await openRig({ env: JUDGED, script: DONE });
    const client = await connect();
    await client.send(withLength(body, EXPECT).slice(0, -body.length));
    await client.until(CONTINUE);
    expect(engine.connections).toHaveLength(0);
    await client.send(body);
    await client.until((text) => text.length > CONTINUE.length && text.includes("\r\n\r\n", CONTINUE.length));
    expect(client.text.slice(CONTINUE.length)).toMatch(answer);
    expect(client.text.lastIndexOf("100 Continue")).toBeLessThan(CONTINUE.length);
    for (const { text } of engine.connections) expect(text).not.toContain("Expect");
  });

  test("is refused without it by a head that says enough", async () => {
    const env = { ...JUDGED, QUAYGATE_POWERS: "default,-name" };
    const { engine, connect } = await openRig({ env, script: DONE });
    const client = await connect();
    const request = withLength(HARMLESS, { ...EXPECT, target: "/containers/create?name=web" });
    await client.send(request.slice(0, -HARMLESS.length));
    const answer = await client.next();
    expect(refusalOf(answer)).toMatchObject({ status: 403, code: "power_denied" });
    await client.send(HARMLESS);
    await client.untilOver();
    expect(client.text).not.toContain("100 Continue");
    expect(engine.connections).toHaveLength(0);
  });

  test("is refused without it when the body is too long to be judged", async () => {
    const { connect } = await openRig({ env: JUDGED, script: DONE });
    const client = await connect();
    await client.send(
      `POST /containers/create HTTP/1.1\r\nHost: x\r\n${EXPECT.fields.join("")}\r\nContent-Length: 4194305\r\n\r\n`,
    );
    expect(refusalOf(await client.next())).toMatchObject({ status: 413, code: "body_too_large" });
    expect(client.text).not.toContain("100 Continue");
  });
});

describe("requests that follow without waiting", () => {
  test.each([
    { first: withLength(HARMLESS), statuses: [200, 200, 403, 400, 200] },
    { first: inChunks(DANGEROUS, 5), statuses: [403, 200, 403, 400, 200] },
  ])("are each answered in their turn: $statuses", async ({ first, statuses }) => {
    const { engine, connect } = await openRig({ env: JUDGED, script: DONE });
    const client = await connect();
    await client.send(
      first + VERSION + withLength(DANGEROUS) + withLength('{"Image":}') + inChunks(HARMLESS, 4),
    );
    const seen = [];
    for (const _ of statuses) seen.push(statusOf(await client.next()));
    expect(seen).toStrictEqual(statuses);
    const texts = engine.connections.map(({ text }) => text).join("");
    expect(texts).not.toContain("host-etc");
  });

  test("are not read as input of a request that wanted to upgrade, for which no route would", async () => {
    const { engine, connect } = await openRig({ env: JUDGED });
    const client = await connect();
    const upgrade = { fields: ["Connection: Upgrade", "Upgrade: tcp"] };
    await client.send(withLength(HARMLESS, upgrade) + VERSION);
    const connection = await engine.connection();
    await connection.next();
    await settle();
    expect(connection.text).toBe(received(HARMLESS));
    await connection.send("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_answer" });
    await client.untilOver();
    await eventually(() => connection.over, "the engine's connection ends");
    expect(connection.text).not.toContain("/version");
  });
});

describe("a body is judged", () => {
  test.each([
    { how: "of an old version", target: "/v1.24/containers/create" },
    { how: "of no version", target: "/containers/create" },
    { how: "of an escaped path", target: "/%63ontainers/%63reate" },
    { how: "of a start", target: "/containers/web/start", body: '{"Privileged":true}' },
    {
      how: "of an update",
      target: "/containers/web/update",
      body: '{"Devices":[{"PathOnHost":"/dev/sda"}]}',
    },
    { how: "of an exec", target: "/containers/web/exec", body: '{"Cmd":["a"],"Privileged":true}' },
    { how: "without a Content-Type", target: "/containers/create", fields: [] },
    { how: "of another Content-Type", target: "/containers/create", fields: ["Content-Type: text/plain"] },
    {
      how: "that claims another character set",
      target: "/containers/create",
      fields: ["Content-Type: application/json; charset=utf-16"],
    },
    {
      how: "that claims to be compressed",
      target: "/containers/create",
      fields: ["Content-Type: application/json", "Content-Encoding: gzip"],
    },
    { how: "of a request that wants to upgrade", target: "/containers/create", fields: ["Upgrade: tcp"] },
    {
      how: "of a request that wants HTTP/2",
      target: "/containers/create",
      fields: ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"],
    },
  ])("$how", async ({ target, body = DANGEROUS, fields = ["Content-Type: application/json"] }) => {
    const { engine, ask } = await openRig({ env: JUDGED, script: DONE });
    expect(refusalOf(await ask(withLength(body, { target, fields })))).toMatchObject({
      status: 403,
      code: "power_denied",
    });
    expect(engine.connections).toHaveLength(0);
  });

  test.each([
    "application/x-www-form-urlencoded",
    "Multipart/Form-Data; boundary=a",
    "APPLICATION/X-WWW-FORM-URLENCODED; charset=utf-8",
  ])("and not at all as a form: %s", async (type) => {
    const { engine, ask } = await openRig({ env: JUDGED, script: DONE });
    const answer = await ask(withLength(HARMLESS, { fields: [`Content-Type: ${type}`] }));
    expect(refusalOf(answer)).toMatchObject({ status: 400, code: "form_body" });
    expect(engine.connections).toHaveLength(0);
  });
});

test.each([
  { name: "no JSON", body: "Image=alpine", reason: "it is not JSON" },
  { name: "nothing", body: "", reason: "it is not JSON" },
  { name: "a byte order mark", body: `\u00ef\u00bb\u00bf${HARMLESS}`, reason: "it is not JSON" },
  { name: "two values", body: `${HARMLESS}{}`, reason: "something follows the JSON value" },
  { name: "what an engine would ignore", body: `${HARMLESS}}`, reason: "something follows the JSON value" },
  { name: "a NUL behind it", body: `${HARMLESS}\0`, reason: "something follows the JSON value" },
  { name: "no UTF-8", body: '{"Image":"\u00ff"}', reason: "it is not UTF-8" },
  { name: "UTF-16", body: '{\0"\0A\0"\0:\0"\0b\0"\0}\0', reason: "it is not JSON" },
  { name: "a key twice", body: '{"Image":"a","Image":"b"}', reason: "a key stands twice in one object" },
  {
    name: "a key twice, once escaped",
    body: '{"Image":"a","Im\\u0061ge":"b"}',
    reason: "a key stands twice in one object",
  },
])("a body of $name is answered with 400, and the connection stays", async ({ body, reason }) => {
  const { engine, connect } = await openRig({ env: JUDGED, script: DONE });
  const client = await connect();
  await client.send(inChunks(body, 5));
  expect(refusalOf(await client.next())).toStrictEqual({
    status: 400,
    code: "bad_body",
    message: `quaygate: ContainerCreate (POST /containers/create) is refused: the body can't be judged: ${reason}`,
  });
  expect(engine.connections).toHaveLength(0);
  await client.send(VERSION);
  expect(statusOf(await client.next())).toBe(200);
});

test.each([
  { name: "two lengths", fields: "Content-Length: 18\r\nContent-Length: 63" },
  { name: "a length and chunks", fields: "Content-Length: 18\r\nTransfer-Encoding: chunked" },
  { name: "chunks spelt otherwise", fields: "Transfer-Encoding: xchunked" },
])("a judged operation with $name is refused before anything is read", async ({ fields }) => {
  const { engine, connect } = await openRig({ env: JUDGED, script: DONE });
  const client = await connect();
  await client.send(`POST /containers/create HTTP/1.1\r\nHost: x\r\n${fields}\r\n\r\n${DANGEROUS}`);
  expect(refusalOf(await client.next())).toMatchObject({ status: 400, code: "bad_framing" });
  await client.untilOver();
  expect(engine.connections).toHaveLength(0);
});

test("chunks that break their coding end the request and the connection", async () => {
  const { engine, connect } = await openRig({ env: JUDGED, script: DONE });
  const client = await connect();
  await client.send(`${inChunks(HARMLESS, 50).replace("0\r\n\r\n", "0x\r\n\r\n")}${VERSION}`);
  expect(refusalOf(await client.next())).toMatchObject({ status: 400, code: "bad_chunk" });
  await client.untilOver();
  expect(client.unread).toBe("");
  expect(engine.connections).toHaveLength(0);
});

test.each([
  { name: "no body", fields: "" },
  { name: "a body of length zero", fields: "Content-Length: 0\r\n" },
])("an operation with $name is forwarded without one", async ({ fields }) => {
  const { engine, ask } = await openRig({ env: JUDGED, script: DONE });
  expect(statusOf(await ask(`POST /containers/web/start HTTP/1.1\r\nHost: x\r\n${fields}\r\n`))).toBe(200);
  expect((await engine.connection()).text).toBe(
    "POST /containers/web/start HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n\r\n",
  );
});

test.each([
  { name: "no body", request: "POST /containers/web/exec HTTP/1.1\r\nHost: x\r\n\r\n" },
  {
    name: "a body of length zero",
    request: "POST /containers/web/exec HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
  },
  { name: "null for a body", request: withLength("null", { target: "/containers/web/exec" }) },
  { name: "an empty body", request: withLength("{}", { target: "/containers/web/exec" }) },
])("$name asks for what an engine gives to those who say nothing", async ({ request }) => {
  const env = { ...JUDGED, QUAYGATE_POWERS: "default,-user,user:1000" };
  const { engine, connect } = await openRig({ env, script: DONE });
  const client = await connect();
  await client.send(request);
  const refusal = refusalOf(await client.next());
  expect(refusal).toMatchObject({ status: 403, code: "power_denied" });
  expect(refusal.message).toContain("ContainerExec asks for the power user:(image) (User), which");
  expect(engine.connections).toHaveLength(0);
  await client.send(VERSION);
  expect(statusOf(await client.next())).toBe(200);
});

describe("an operation that is a power by itself", () => {
  const session = "POST /session HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

  test("is refused with what to do instead, and nothing is upgraded", async () => {
    const { engine, connect } = await openRig({ env: JUDGED, script: DONE });
    const client = await connect();
    await client.send(session);
    const refusal = refusalOf(await client.next());
    expect(refusal).toMatchObject({ status: 403, code: "power_denied" });
    expect(refusal.message).toMatch(
      /^quaygate: Session asks for the power buildkit .* set DOCKER_BUILDKIT=0\.$/u,
    );
    await client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    expect(statusOf(await client.next())).toBe(400);
    await client.untilOver();
    expect(engine.connections).toHaveLength(0);
  });

  test("is upgraded where it is held", async () => {
    const { engine, connect } = await openRig({ env: { ...JUDGED, QUAYGATE_POWERS: "default,buildkit" } });
    const client = await connect();
    await client.send(session);
    const connection = await engine.connection();
    await connection.until("Upgrade: h2c\r\n\r\n");
    await connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    await client.until("101 Switching Protocols");
    await client.send("any bytes");
    await connection.until("any bytes");
  });
});
