import { describe, expect, test } from "vitest";
import { type Message, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { DANGEROUS, HARMLESS, JUDGED, received, WITH_VOLUME, withLength } from "../judged-requests.ts";
import { OPEN, openRig, PLACES, type Rig } from "../rig.ts";

const DONE = answerEach(answerOf("done"));
const ALL = { ...OPEN, QUAYGATE_POWERS: "all" };

function post(target: string, fields = ""): string {
  return `POST ${target} HTTP/1.1\r\nHost: x\r\n${fields}\r\n`;
}

function askToCreate({ ask }: Rig, query: string, body = HARMLESS): Promise<Message> {
  return ask(withLength(body, { target: `/containers/create${query}` }));
}

describe("the query of a judged request goes on as it was judged", () => {
  test.each([
    { name: "a name", query: "?name=web", received: "?name=web" },
    { name: "escapes that need not be", query: "?%6eame=%77%65b", received: "?name=web" },
    { name: "a plus that is a space", query: "?name=a+b", received: "?name=a%20b" },
    { name: "a plus", query: "?name=a%2Bb", received: "?name=a%2Bb" },
    {
      name: "marks that mean something",
      query: "?name=a%26platform%3Db%3B%23%3f",
      received: "?name=a%26platform%3Db%3B%23%3F",
    },
    { name: "letters beyond ASCII", query: "?name=%c3%a4", received: "?name=%C3%A4" },
    {
      name: "empty pieces left out",
      query: "?&name=web&&platform=linux&",
      received: "?name=web&platform=linux",
    },
    { name: "a key without a value", query: "?name", received: "?name=" },
    { name: "an empty query left out", query: "?", received: "" },
    { name: "an unknown key that says nothing", query: "?name=web&new=", received: "?name=web&new=" },
    { name: "the order of the keys", query: "?platform=a&name=b", received: "?platform=a&name=b" },
  ])("$name: $query", async ({ query, received: expected }) => {
    const rig = await openRig({ env: JUDGED, script: DONE });
    expect(statusOf(await askToCreate(rig, query))).toBe(200);
    const { text } = await rig.engine.connection();
    expect(text).toBe(received(HARMLESS, { target: `/containers/create${expected}` }));
  });

  test("without what dockerode repeats of the body", async () => {
    const repeated =
      "?Image=alpine&Cmd=sh&Cmd=-c&Cmd=x%26y&Env=A%3D1&Env=B%3D2&HostConfig%5BBinds%5D=x&name=web&HostConfig=%7B%7D&Labels=&_query=";
    const rig = await openRig({ env: JUDGED, script: DONE });
    expect(refusalOf(await askToCreate(rig, repeated)).message).toContain(
      "asks for the power field:?HostConfig[Binds] (?HostConfig[Binds] = x), which",
    );
    const plain = repeated.replace("HostConfig%5BBinds%5D=x&", "");
    expect(statusOf(await askToCreate(rig, plain))).toBe(200);
    const { text } = await rig.engine.connection();
    expect(text).toBe(received(HARMLESS, { target: "/containers/create?name=web&_query=" }));
  });

  test.each(["?HostConfig=%7B%22Privileged%22%3Atrue%7D", "?Privileged=1&Privileged=true&Binds=%2F%3A%2Fh"])(
    "and nothing that stands for a body is in it: %s",
    async (query) => {
      const rig = await openRig({ env: JUDGED, script: DONE });
      expect(statusOf(await askToCreate(rig, query))).toBe(200);
      expect((await rig.engine.connection()).text).toBe(received(HARMLESS, { target: "/containers/create" }));
    },
  );
});

describe("a query is refused", () => {
  test("whose value is not what the engine takes, where it is the query that says it", async () => {
    const { engine, ask } = await openRig({ env: JUDGED, script: DONE });
    const create = (image: string): string =>
      `POST /images/create?fromImage=${image} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;
    expect(refusalOf(await ask(create("%21%21")))).toMatchObject({ status: 400, code: "bad_query" });
    expect(engine.connections).toHaveLength(0);
    expect(statusOf(await ask(create("alpine")))).toBe(200);
  });

  test.each([
    { name: "with a key twice", query: "?name=a&name=b", reason: "a key stands twice in the query" },
    {
      name: "with a key twice, once escaped",
      query: "?name=a&n%61me=a",
      reason: "a key stands twice in the query",
    },
    { name: "with an unknown key twice", query: "?new=&new=", reason: "a key stands twice in the query" },
    { name: "that is not UTF-8", query: "?name=%ff", reason: "the query has a bad escape or is not UTF-8" },
    {
      name: "with half a character",
      query: "?name=%ed%a0%80",
      reason: "the query has a bad escape or is not UTF-8",
    },
  ])("$name, before the body is read, and the connection stays", async ({ query, reason }) => {
    const { engine, connect, gate } = await openRig({ env: JUDGED, script: DONE });
    const client = await connect();
    const request = withLength(DANGEROUS, { target: `/containers/create${query}` });
    await client.send(request.slice(0, -10));
    expect(refusalOf(await client.next())).toStrictEqual({
      status: 400,
      code: "bad_query",
      message: `quaygate: ContainerCreate (POST /containers/create) is refused: ${reason}`,
    });
    expect(engine.connections).toHaveLength(0);
    await client.send(request.slice(-10) + withLength(HARMLESS));
    expect(statusOf(await client.next())).toBe(200);
    expect(gate.records).toMatchObject([{ verdict: "refuse", code: "bad_query" }, { verdict: "allow" }]);
  });

  test.each([
    { query: "?new=1", asked: "field:?new (?new = 1)" },
    { query: "?Name=web", asked: "field:?Name (?Name = web)" },
    { query: "?image=alpine", asked: "field:?image (?image = alpine)" },
    { query: "?a%0d%0aX:%20y=1", asked: "field:?a%0D%0AX: y (?a??X: y = 1)" },
    { query: "?%c3%a4=1", asked: "field:?%C3%A4 (?? = 1)" },
    { query: "?__proto__=1", asked: "field:?__proto__ (?__proto__ = 1)" },
  ])("with a key that nobody knows: $query", async ({ query, asked }) => {
    const { engine, ...rig } = await openRig({ env: JUDGED, script: DONE });
    const refusal = refusalOf(await askToCreate({ engine, ...rig }, query));
    expect(refusal).toMatchObject({ status: 403, code: "power_denied" });
    expect(refusal.message).toContain(` asks for the power ${asked}, which `);
    expect(engine.connections).toHaveLength(0);
  });
});

describe("an operation that is judged by its query alone", () => {
  const NO_NAMES = { ...JUDGED, QUAYGATE_POWERS: "default,-name,name:web-*" };

  test("is refused or forwarded by it", async () => {
    const { engine, ask } = await openRig({ env: NO_NAMES, script: DONE });
    const refusal = refusalOf(await ask(post("/containers/web/rename?name=db")));
    expect(refusal).toMatchObject({ status: 403, code: "power_denied" });
    expect(refusal.message).toContain(
      "ContainerRename asks for the power name:db (?name = db), which 127.0.0.1 ",
    );
    expect(statusOf(await ask(post("/containers/web/rename?n%61me=web-2")))).toBe(200);
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([
      "POST /containers/web/rename?name=web-2 HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n\r\n",
    ]);
  });

  test("has its body passed on unread, as it comes", async () => {
    const { engine, connect } = await openRig({ env: NO_NAMES });
    const client = await connect();
    await client.send(
      `${post("/containers/web/rename?name=web-2", "Transfer-Encoding: chunked\r\n")}2\r\n{{\r\n`,
    );
    const connection = await engine.connection();
    await connection.until("2\r\n{{\r\n");
  });
});

describe.each(PLACES)("over $client to an engine on $engine", (places) => {
  test.each([
    { name: "an archive for a container", method: "PUT", target: "/containers/web/archive?path=/tmp" },
    { name: "what a build needs", method: "POST", target: "/build" },
  ])("$name streams where powers are restricted", async ({ method, target }) => {
    const { engine, connect } = await openRig({
      ...places,
      env: { ...JUDGED, QUAYGATE_POWERS: "default,build" },
    });
    const client = await connect();
    await client.send(
      `${method} ${target} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n`,
    );
    const connection = await engine.connection();
    await connection.until("5\r\nfirst\r\n");
    await client.send("6\r\nsecond\r\n0\r\n\r\n");
    await connection.until("6\r\nsecond\r\n0\r\n\r\n");
  });

  test.each([
    { name: "all powers", env: ALL },
    { name: "no word about powers", env: OPEN },
    {
      name: "all but powers that it can't ask for",
      env: { ...OPEN, QUAYGATE_POWERS: "all,-swarm,-buildkit" },
    },
  ])("with $name a request is neither held nor looked at", async ({ env }) => {
    const { engine, connect } = await openRig({ ...places, env });
    const client = await connect();
    const target = "/containers/create?name=a&name=b&Cmd=c&new=%41";
    const request = withLength(`{{ not JSON ${WITH_VOLUME}`, { target });
    await client.send(request.slice(0, -20));
    const connection = await engine.connection();
    await connection.until("{{ not JSON");
    await client.send(request.slice(-20));
    await connection.until(request.slice(request.indexOf("\r\n\r\n")));
    expect(connection.text).toBe(received(`{{ not JSON ${WITH_VOLUME}`, { target }));
    await settle();
    expect(engine.connections).toHaveLength(1);
  });
});
test("a HEAD is answered without a body where the policy says no", async () => {
  const env = { ...JUDGED, QUAYGATE_POWERS: "none" };
  const { ask, engine } = await openRig({ env, script: DONE });
  const answer = await ask("HEAD /containers/web/archive?path=/etc/shadow HTTP/1.1\r\nHost: x\r\n\r\n");
  expect(statusOf(answer)).toBe(403);
  expect(engine.connections).toHaveLength(0);
});
