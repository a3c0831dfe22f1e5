import { describe, expect, test } from "vitest";
import { eventually, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript } from "../../support/scripted-engine.ts";
import { JUDGED, received, WITH_NETWORK, WITH_VOLUME, withLength } from "../judged-requests.ts";
import { openGate, openRig, PLACES } from "../rig.ts";

const LOOKUP = "GET /v1.43/volumes/data HTTP/1.1\r\nHost: docker\r\n\r\n";
const PLAIN_VOLUME = '{"Name":"data","Driver":"local","Options":null}';
const SERVED = /^HTTP\/1\.1 200 /;

function volume(options: string): string {
  return `{"Name":"data","Driver":"local","Options":${options}}`;
}

/** Answers what is asked of a volume or of all networks with `answer`, knows no network by itself, and does all else. */
function engineThat(answer: string): EngineScript {
  return answerEach(({ startLine }) => {
    if (!startLine.startsWith("GET ")) return answerOf("done");
    return startLine.includes("/networks/") ? answerOf("{}", "404 Not Found") : answer;
  });
}

describe.each(PLACES)("over $client to an engine on $engine", ({ client, engine: place }) => {
  test("the engine is asked first, then gets the request on another connection", async () => {
    const script = engineThat(answerOf(PLAIN_VOLUME));
    const { engine, ask } = await openRig({ client, engine: place, env: JUDGED, script });
    expect(statusOf(await ask(withLength(WITH_VOLUME)))).toBe(200);
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([LOOKUP, received(WITH_VOLUME)]);
  });

  test("a volume that shows the host is refused, and the engine gets no request", async () => {
    const script = engineThat(answerOf(volume('{"type":"none","o":"bind","device":"/etc"}')));
    const { engine, ask } = await openRig({ client, engine: place, env: JUDGED, script });
    const refusal = refusalOf(await ask(withLength(WITH_VOLUME)));
    expect(refusal).toMatchObject({ status: 403, code: "power_denied" });
    expect(refusal.message).toContain("asks for the power bind:/etc (HostConfig.Binds[0] = data, Options)");
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([LOOKUP]);
  });
});

test("a volume's labels are the host's where the engine says that it shows the host", async () => {
  const script = engineThat(answerOf(volume('{"type":"none","o":"bind","device":"/etc"}')));
  const held = "default,bind:/etc,relabel-volume:data";
  const relabelled = WITH_VOLUME.replace("data:/data", "data:/data:Z");
  const limited = await openRig({ env: { ...JUDGED, QUAYGATE_POWERS: held }, script });
  const refusal = refusalOf(await limited.ask(withLength(relabelled)));
  expect(refusal.message).toContain("asks for the power relabel:/etc (");
  expect(statusOf(await limited.ask(withLength(WITH_VOLUME)))).toBe(200);
  const open = await openRig({ env: { ...JUDGED, QUAYGATE_POWERS: `${held},relabel:/etc` }, script });
  expect(statusOf(await open.ask(withLength(relabelled)))).toBe(200);
});

describe("what the engine says decides", () => {
  test.each([
    { said: "there is no such volume yet", body: WITH_VOLUME, answer: answerOf("{}", "404 Not Found") },
    { said: "a plain volume", body: WITH_VOLUME, answer: answerOf(PLAIN_VOLUME) },
    { said: "no options", body: WITH_VOLUME, answer: answerOf(volume("{}")) },
    {
      said: "a file system in memory",
      body: WITH_VOLUME,
      answer: answerOf(volume('{"type":"tmpfs","device":"tmpfs"}')),
    },
    {
      said: "it in chunks",
      body: WITH_VOLUME,
      answer: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n${(PLAIN_VOLUME.length - 1).toString(16)}\r\n${PLAIN_VOLUME.slice(1)}\r\n0\r\n\r\n`,
    },
    {
      said: "it after an interim answer",
      body: WITH_VOLUME,
      answer: `HTTP/1.1 103 Early Hints\r\n\r\n${answerOf(PLAIN_VOLUME)}`,
    },
    { said: "there is no such network", body: WITH_NETWORK, answer: answerOf("[]") },
    {
      said: "a bridge",
      body: WITH_NETWORK,
      answer: answerOf('[{"Name":"backend","Id":"0f","Driver":"bridge"}]'),
    },
  ])("let through: $said", async ({ body, answer }) => {
    const { engine, ask } = await openRig({ env: JUDGED, script: engineThat(answer) });
    expect((await ask(withLength(body))).startLine).toMatch(SERVED);
    expect(engine.connections.at(-1)?.text).toBe(received(body));
  });

  test.each([
    {
      said: "a mount",
      body: WITH_VOLUME,
      answer: volume('{"type":"nfs","o":"addr=1","device":":/x"}'),
      asked: "mount:nfs",
    },
    {
      said: "a plugin",
      body: WITH_VOLUME,
      answer: '{"Name":"data","Driver":"rclone"}',
      asked: "volume-driver:rclone",
    },
    { said: "no driver", body: WITH_VOLUME, answer: "{}", asked: "volume-driver:(unknown)" },
    { said: "a list", body: WITH_VOLUME, answer: "[]", asked: "volume-driver:(unknown)" },
    { said: "null", body: WITH_VOLUME, answer: "null", asked: "volume-driver:(unknown)" },
    {
      said: "options that are a list",
      body: WITH_VOLUME,
      answer: volume("[]"),
      asked: "volume-driver:(unknown)",
    },
    {
      said: "an option that is no text",
      body: WITH_VOLUME,
      answer: volume('{"size":1}'),
      asked: "volume-driver:(unknown)",
    },
    {
      said: "an option of tomorrow",
      body: WITH_VOLUME,
      answer: volume('{"root":"/"}'),
      asked: "field:Options.root",
    },
    {
      said: "a macvlan",
      body: WITH_NETWORK,
      answer: '[{"Name":"backend","Id":"0f","Driver":"macvlan"}]',
      asked: "network-driver:macvlan",
    },
    {
      said: "a network without a driver",
      body: WITH_NETWORK,
      answer: '[{"Name":"backend","Id":"0f"}]',
      asked: "network-driver:(unknown)",
    },
    {
      said: "a network's name to be a list",
      body: WITH_NETWORK,
      answer: '[{"Name":[],"Id":"0f","Driver":"ipvlan"}]',
      asked: "network-driver:ipvlan",
    },
  ])("refused: $said", async ({ body, answer, asked }) => {
    const { engine, ask } = await openRig({ env: JUDGED, script: engineThat(answerOf(answer)) });
    const refusal = refusalOf(await ask(withLength(body)));
    expect(refusal).toMatchObject({ status: 403, code: "power_denied" });
    expect(refusal.message).toMatch(/ asks for the powers? /u);
    expect(refusal.message).toContain(` ${asked} (`);
    expect(engine.connections.map(({ text }) => text).join("")).not.toContain("POST ");
  });

  test("a network is known by the name that the engine gives it, whatever the request calls it", async () => {
    const env = { ...JUDGED, QUAYGATE_POWERS: "default,-network,network:bridge,network:backend" };
    const listed =
      '[{"Name":"backend","Id":"9a","Driver":"bridge"},{"Name":"secret","Id":"0123","Driver":"bridge"}]';
    const { engine, ask } = await openRig({ env, script: engineThat(answerOf(listed)) });
    const bodyFor = (name: string): string => WITH_NETWORK.replace("backend", name);
    expect(statusOf(await ask(withLength(bodyFor("backend"))))).toBe(200);
    expect(statusOf(await ask(withLength(bodyFor("9a"))))).toBe(200);
    for (const name of ["0123", "01"]) {
      expect(refusalOf(await ask(withLength(bodyFor(name)))).message).toContain(
        `asks for the power network:secret (HostConfig.NetworkMode = ${name}), which`,
      );
    }
    const asked = (name: string): readonly string[] => [
      `GET /v1.43/networks?filters={"name":["${name}"]}`,
      `GET /v1.43/networks?filters={"id":["${name}"]}`,
      `GET /v1.43/networks/${name}`,
    ];
    const lines = engine.connections.map(({ text }) => decodeURIComponent(text.split(" HTTP", 1)[0] ?? ""));
    expect(lines).toStrictEqual([
      ...[...asked("backend"), "POST /v1.43/containers/create"],
      ...[...asked("9a"), "POST /v1.43/containers/create"],
      ...[...asked("0123"), ...asked("01")],
    ]);
  });

  test("a network is asked for once, however often a request names it", async () => {
    const body =
      '{"Image":"a","HostConfig":{"NetworkMode":"x"},"NetworkingConfig":{"EndpointsConfig":{"x":{},"y":{}}}}';
    const { engine, ask } = await openRig({ env: JUDGED, script: engineThat(answerOf("[]")) });
    expect(statusOf(await ask(withLength(body)))).toBe(200);
    expect(engine.connections).toHaveLength(7);
  });

  test("what the engine says of all names together has a bound", async () => {
    const said = answerOf(`{"Driver":"local","Labels":{"a":"${"x".repeat(1_500_000)}"}}`);
    const { ask } = await openRig({ env: JUDGED, script: engineThat(said) });
    const bodyWith = (names: readonly string[]): string =>
      withLength(
        JSON.stringify({ Image: "a", HostConfig: { Binds: names.map((name) => `${name}:/${name}`) } }),
      );
    expect(statusOf(await ask(bodyWith(["a", "b"])))).toBe(200);
    expect(refusalOf(await ask(bodyWith(["a", "b", "c"])))).toStrictEqual({
      status: 502,
      code: "engine_answer",
      message: "quaygate: the Docker engine says too much about what the request names",
    });
  });

  test("of a volume's options, which may hold passwords, the client gets to know nothing but what it needs", async () => {
    const options = '{"type":"cifs","o":"username=u,password=secret-word","device":"//secret-host/x"}';
    const { ask, gate } = await openRig({ env: JUDGED, script: engineThat(answerOf(volume(options))) });
    const { message } = refusalOf(await ask(withLength(WITH_VOLUME)));
    expect(message).toContain("asks for the power mount:cifs (HostConfig.Binds[0] = data, Options), which");
    expect(message + JSON.stringify(gate.records)).not.toContain("secret");
  });
});

describe("an engine that does not say it", () => {
  const NOT_UNDERSTOOD = "quaygate: the Docker engine's answer was not understood";
  const UNSAID = "quaygate: the Docker engine did not say what the volume is that the request names";
  const HALF = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
  const LARGE = 4 * 1024 * 1024 + 1;

  test.each([
    { how: "fails", answer: answerOf("{}", "500 Internal Server Error"), message: `${UNSAID} (status 500)` },
    {
      how: "does not know the version",
      answer: answerOf("{}", "400 Bad Request"),
      message: `${UNSAID} (status 400)`,
    },
    { how: "says nothing", answer: "HTTP/1.1 204 No Content\r\n\r\n", message: `${UNSAID} (status 204)` },
    {
      how: "sends elsewhere",
      answer: "HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
      message: `${UNSAID} (status 301)`,
    },
    { how: "answers with no JSON", answer: answerOf("<html>"), message: `${UNSAID} (status 200)` },
    {
      how: "answers a key twice",
      answer: answerOf('{"Driver":"local","Driver":"x"}'),
      message: `${UNSAID} (status 200)`,
    },
    {
      how: "is none",
      answer: "220 smtp ready\r\n\r\n",
      message: `${NOT_UNDERSTOOD}: the answer does not start with an HTTP/1.1 status line: set QUAYGATE_ENGINE to the Docker engine's own socket`,
    },
    {
      how: "changes the protocol",
      answer: "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
      message: `${NOT_UNDERSTOOD}: it changed the protocol without being asked`,
    },
    {
      how: "breaks the coding of its chunks",
      answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
      message: `${NOT_UNDERSTOOD}: a chunk size is not a hexadecimal number`,
    },
    {
      how: "announces two lengths",
      answer: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
      message: `${NOT_UNDERSTOOD}: Content-Length is not a plain number`,
    },
    {
      how: "says far too much",
      answer: `HTTP/1.1 200 OK\r\nContent-Length: ${LARGE}\r\n\r\n${" ".repeat(LARGE)}`,
      message: "quaygate: the Docker engine says too much about what the request names",
    },
  ])("because it $how is answered for with 502", async ({ answer, message }) => {
    const { engine, connect, untilRecords, gate } = await openRig({
      env: JUDGED,
      script: engineThat(answer),
    });
    const client = await connect();
    await client.send(withLength(WITH_VOLUME));
    expect(refusalOf(await client.next())).toStrictEqual({ status: 502, code: "engine_answer", message });
    await client.untilOver();
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ code: "engine_answer", status: 502, end: "engine" }]);
    const connection = await engine.connection();
    await connection.untilOver();
    expect(engine.connections).toHaveLength(1);
  });

  test.each([
    { how: "before it answers", said: "", code: "engine_closed" },
    { how: "in the middle of its answer", said: HALF, code: "engine_answer" },
  ])("because it closes $how is answered for with 502", async ({ said, code }) => {
    const { engine, ask } = await openRig({
      env: JUDGED,
      script: async (connection) => {
        await connection.next();
        await connection.send(said);
        connection.end();
      },
    });
    expect(refusalOf(await ask(withLength(WITH_VOLUME)))).toMatchObject({ status: 502, code });
    expect(engine.connections).toHaveLength(1);
  });

  test("an answer that lasts until the engine closes is whole then", async () => {
    const { engine, ask } = await openRig({
      env: JUDGED,
      script: async (connection, index) => {
        await connection.next();
        await connection.send(index === 0 ? `HTTP/1.1 200 OK\r\n\r\n${PLAIN_VOLUME}` : answerOf("done"));
        if (index === 0) connection.end();
      },
    });
    expect(statusOf(await ask(withLength(WITH_VOLUME)))).toBe(200);
    expect(engine.connections).toHaveLength(2);
  });

  test("because it can't be reached is answered for with 502 and its cure", async () => {
    const { ask } = await openGate("tcp", JUDGED, "/nowhere/quaygate-no-such.sock");
    expect(refusalOf(await ask(withLength(WITH_VOLUME)))).toMatchObject({
      status: 502,
      code: "engine_unreachable",
    });
  });

  test("because it breaks the connection is answered for with 502", async () => {
    const { ask } = await openRig({
      engine: "tcp",
      env: JUDGED,
      script: async (connection) => {
        await connection.next();
        connection.reset();
      },
    });
    expect(refusalOf(await ask(withLength(WITH_VOLUME)))).toMatchObject({
      status: 502,
      code: "engine_closed",
    });
  });

  test("within 10 seconds is answered for with 502, and let go", async () => {
    let now = 0;
    const { engine, connect } = await openRig({ env: JUDGED, clock: { now: () => now } });
    const client = await connect();
    await client.send(withLength(WITH_VOLUME));
    const connection = await engine.connection();
    await connection.next();
    now = 10_000;
    expect(refusalOf(await client.next())).toStrictEqual({
      status: 502,
      code: "engine_answer",
      message: "quaygate: the Docker engine did not say in time what the request names",
    });
    await connection.untilOver();
    await client.untilOver();
  });
});

describe("an engine is not asked", () => {
  test.each([
    { why: "the name can't stand in a path", body: WITH_VOLUME.replace("data:", "a b:"), answer: 403 },
    {
      why: "the name could be another path",
      body: WITH_NETWORK.replace("backend", "../volumes/x"),
      answer: 403,
    },
    { why: "the name has an escape", body: WITH_NETWORK.replace("backend", "a%2fb"), answer: 403 },
    { why: "the name has a query", body: WITH_NETWORK.replace("backend", "a?b"), answer: 403 },
    { why: "the name ends a line", body: WITH_NETWORK.replace("backend", "a\\r\\nX: y"), answer: 403 },
    { why: "there is none to name", body: WITH_NETWORK.replace("backend", "bridge"), answer: 200 },
    {
      why: "something else is refused anyway",
      body: WITH_VOLUME.replace("{", '{"HostConfig2":[],'),
      answer: 403,
    },
  ])("where $why", async ({ body, answer }) => {
    const { engine, ask } = await openRig({ env: JUDGED, script: engineThat(answerOf(PLAIN_VOLUME)) });
    expect(statusOf(await ask(withLength(body)))).toBe(answer);
    expect(engine.connections.map(({ text }) => text).join("")).not.toContain("GET ");
  });

  test("where all that it could say is held", async () => {
    const env = { ...JUDGED, QUAYGATE_POWERS: "default,volume-driver,bind,mount,field" };
    const { engine, ask } = await openRig({ env });
    const answer = ask(withLength(WITH_VOLUME));
    const connection = await engine.connection();
    await connection.next();
    await connection.send(answerOf("done"));
    expect(statusOf(await answer)).toBe(200);
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([received(WITH_VOLUME)]);
  });

  test("about more than 32 names: the request is refused", async () => {
    const binds = (count: number): string =>
      JSON.stringify({
        Image: "a",
        HostConfig: { Binds: Array.from({ length: count }, (_, at) => `v${at}:/v`) },
      });
    const { engine, ask } = await openRig({ env: JUDGED, script: engineThat(answerOf(PLAIN_VOLUME)) });
    expect(refusalOf(await ask(withLength(binds(33))))).toMatchObject({ status: 400, code: "bad_body" });
    expect(engine.connections).toHaveLength(0);
    expect(statusOf(await ask(withLength(binds(32))))).toBe(200);
    expect(engine.connections).toHaveLength(33);
  });
});

test.each([
  { version: "", target: "/containers/create" },
  { version: "/v1.24", target: "/v1.24/containers/create" },
  { version: "/v1.55", target: "/v1.55/containers/create" },
])("the engine is asked in the request's own version: $version", async ({ version, target }) => {
  const { engine, ask } = await openRig({ env: JUDGED, script: engineThat(answerOf(PLAIN_VOLUME)) });
  expect(statusOf(await ask(withLength(WITH_VOLUME, { target })))).toBe(200);
  expect((await engine.connection()).text).toBe(
    `GET ${version}/volumes/data HTTP/1.1\r\nHost: docker\r\n\r\n`,
  );
});

test("one request asks on one connection at a time, and each name once", async () => {
  const { engine, connect } = await openRig({ env: JUDGED });
  const client = await connect();
  const binds = ["a:/a", "b:/b", "a:/c"];
  await client.send(withLength(JSON.stringify({ Image: "x", HostConfig: { Binds: binds } })));
  for (const [index, name] of ["a", "b"].entries()) {
    const connection = await engine.connection(index);
    await connection.next();
    await settle();
    expect(engine.connections).toHaveLength(index + 1);
    expect(connection.text).toContain(`/volumes/${name} `);
    await connection.send(answerOf(PLAIN_VOLUME));
  }
  const last = await engine.connection(2);
  await last.next();
  await last.send(answerOf("done"));
  expect(statusOf(await client.next())).toBe(200);
  await eventually(() => engine.connections.slice(0, 2).every(({ over }) => over), "the questions are over");
});
