import { describe, expect, test } from "vitest";
import { type Message, refusalOf, settle, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { answerOf } from "../../support/scripted-engine.ts";
import { OPEN, openRig, PLACES, type Rig } from "../rig.ts";
import { CONTAINERS, MINE, OTHERS, OWN, scopedEngine } from "../scoped-engine.ts";

interface Scoped extends Rig {
  /** What the engine got beside the gate's own questions. */
  readonly said: readonly Message[];
}

async function openScoped(
  objects = CONTAINERS,
  places: Partial<(typeof PLACES)[number]> = {},
): Promise<Scoped> {
  const said: Message[] = [];
  const rig = await openRig({ ...places, env: OPEN, objects: OWN, script: scopedEngine(objects, said) });
  return { ...rig, said };
}

function request(method: string, path: string, ...fields: readonly string[]): string {
  return `${[method, `/v1.41${path}`, "HTTP/1.1"].join(" ")}\r\n${["Host: x", ...fields].join("\r\n")}\r\n\r\n`;
}

function startLines(said: readonly Message[]): readonly string[] {
  return said.map(({ startLine }) => startLine);
}

/** An answer without the second that it was given in. */
function timeless({ head, body }: Message): string {
  return head.replace(/^Date: .*\r\n/mu, "") + body.toString();
}

describe.each(PLACES)("a client on $client of an engine on $engine", (places) => {
  test("has its own object by its whole id, whatever it called it", async () => {
    const { ask, said } = await openScoped(
      { ...CONTAINERS, "/containers/a1a1/json": CONTAINERS["/containers/web/json"] ?? {} },
      places,
    );
    for (const word of ["web", "/web", "a1a1", MINE]) {
      expect(statusOf(await ask(request("POST", `/containers/${word}/stop?t=1`, "Content-Length: 0")))).toBe(
        200,
      );
    }
    expect(startLines(said)).toEqual(
      Array.from({ length: 4 }, () => `POST /v1.41/containers/${MINE}/stop?t=1 HTTP/1.1`),
    );
  });

  test("can't tell another's object from none", async () => {
    const { ask, said, engine } = await openScoped(CONTAINERS, places);
    const others = await ask(request("DELETE", "/containers/db?force=1"));
    const questions = engine.connections.length;
    const missing = await ask(request("DELETE", "/containers/no?force=1"));
    expect(refusalOf(others)).toEqual({
      status: 404,
      code: "no_such_object",
      message: "No such container: db",
    });
    expect(timeless(others).replaceAll("db", "no")).toBe(timeless(missing));
    expect(engine.connections).toHaveLength(2 * questions);
    expect(said).toEqual([]);
  });
});

describe("what acts on an object", () => {
  test.each([
    ["GET", "/containers/db/json"],
    ["GET", `/containers/${OTHERS}/logs?follow=1`],
    ["GET", "/containers/db/archive?path=/etc"],
    ["POST", "/containers/db/attach?stream=1"],
    ["GET", "/containers/db/attach/ws"],
    ["POST", "/containers/db/exec"],
    ["GET", "/libpod/containers/db/json"],
  ])("never reaches another's: %s %s", async (method, path) => {
    const { ask, said, gate } = await openScoped();
    const target = path.startsWith("/libpod") ? path : `/v1.41${path}`;
    const answer = await ask(`${method} ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`);
    expect([403, 404]).toContain(statusOf(answer));
    expect(said).toEqual([]);
    expect(JSON.stringify(gate.records)).not.toContain("engine_");
  });

  test("goes on in a version that the engine speaks, by its id", async () => {
    const said: Message[] = [];
    const versions = { "/version": { ApiVersion: "1.55", MinAPIVersion: "1.44" } };
    const script = scopedEngine({ ...CONTAINERS, ...versions }, said);
    const { ask } = await openRig({ env: { ...OPEN, QUAYGATE_API_SHIM: "reads" }, objects: OWN, script });
    expect(statusOf(await ask("GET /v1.24/containers/web/json HTTP/1.1\r\nHost: x\r\n\r\n"))).toBe(200);
    const missing = await ask("GET /v1.24/containers/db/json HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(refusalOf(missing).message).toBe("No such container: db");
    expect(startLines(said)).toEqual([`GET /v1.44/containers/${MINE}/json HTTP/1.1`]);
  });

  test("goes on without a body that its method gives no meaning to", async () => {
    const { connect, said } = await openScoped();
    const client = await connect();
    await client.send(
      `${request("DELETE", "/containers/web", "Content-Length: 2")}{}`,
      request("GET", "/_ping"),
    );
    expect([statusOf(await client.next()), statusOf(await client.next())]).toEqual([200, 200]);
    expect(said.map(({ startLine, body }) => `${startLine} ${body.toString()}`)).toEqual([
      `DELETE /v1.41/containers/${MINE} HTTP/1.1 `,
      "GET /v1.41/_ping HTTP/1.1 ",
    ]);
  });

  test("is answered to HEAD without a body, and the connection goes on", async () => {
    const { connect, said } = await openScoped();
    const client = await connect();
    await client.send(request("HEAD", "/containers/db/archive?path=/"));
    const head = await client.next({ toHead: true });
    expect([statusOf(head), valuesOf(head, "x-quaygate-code")]).toEqual([404, ["no_such_object"]]);
    await client.send(request("HEAD", "/containers/web/archive?path=/"));
    expect(statusOf(await client.next({ toHead: true }))).toBe(200);
    expect(startLines(said)).toEqual([`HEAD /v1.41/containers/${MINE}/archive?path=%2F HTTP/1.1`]);
  });

  test("has its exec instance judged by its container, in a second question", async () => {
    const [mine, others] = ["e1".repeat(32), "e2".repeat(32)];
    const objects = {
      ...CONTAINERS,
      [`/exec/${mine}/json`]: { ID: mine, ContainerID: MINE },
      [`/exec/${others}/json`]: { ID: others, ContainerID: OTHERS },
    };
    const { ask, said, gate, untilRecords } = await openScoped(objects);
    const resize = (id: string): Promise<Message> =>
      ask(request("POST", `/exec/${id}/resize?h=1&w=1`, "Content-Length: 0"));
    expect(statusOf(await resize(mine))).toBe(200);
    expect(refusalOf(await resize(others)).message).toBe(`No such exec instance: ${others}`);
    expect(startLines(said)).toEqual([`POST /v1.41/exec/${mine}/resize?h=1&w=1 HTTP/1.1`]);
    await untilRecords(2);
    expect(gate.records[0]).toMatchObject({
      object: { kind: "exec", id: mine, name: "web" },
      scope: undefined,
    });
    expect(gate.records[1]).toMatchObject({ object: { kind: "exec", id: others, name: "db" }, scope: "out" });
  });

  test("has no exec instance found in as many questions as one that is another's", async () => {
    const others = "e2".repeat(32);
    const objects = { ...CONTAINERS, [`/exec/${others}/json`]: { ID: others, ContainerID: OTHERS } };
    const { ask, engine } = await openScoped(objects);
    for (const [id, questions] of [
      [others, 2],
      ["e3".repeat(32), 4],
    ] as const) {
      expect(refusalOf(await ask(request("GET", `/exec/${id}/json`)))).toMatchObject({
        code: "no_such_object",
      });
      expect(engine.connections).toHaveLength(questions);
    }
  });

  test("is refused where a name without a tag is every tag", async () => {
    const image = {
      Id: `sha256:${MINE}`,
      RepoTags: ["mine/app:latest"],
      Config: { Labels: { "io.quaygate.image-owner": "ci" } },
    };
    const { ask, said } = await openScoped({
      "/images/mine/app/json": image,
      "/images/docker.io/mine/app%3Alatest/json": image,
    });
    const push = (query: string): Promise<Message> =>
      ask(request("POST", `/images/mine/app/push${query}`, "Content-Length: 0"));
    expect(refusalOf(await push(""))).toMatchObject({
      status: 403,
      code: "scope_denied",
      message: expect.stringContaining("name one tag"),
    });
    expect(statusOf(await push("?tag=latest"))).toBe(200);
    expect(startLines(said)).toEqual(["POST /v1.41/images/docker.io/mine/app/push?tag=latest HTTP/1.1"]);
  });

  test("has nothing to do where a volume that is not there is deleted with force", async () => {
    const volumes = { "/volumes/others": { Name: "others", Labels: {} } };
    const { ask, said, connect } = await openScoped(volumes);
    const [others, missing] = [
      await ask(request("DELETE", "/volumes/others?force=1")),
      await ask(request("DELETE", "/volumes/none?force=1")),
    ];
    expect(statusOf(others)).toBe(204);
    expect(timeless(others)).toBe(timeless(missing));
    expect(refusalOf(await ask(request("DELETE", "/volumes/others?force=0"))).message).toBe(
      "get others: no such volume",
    );
    const client = await connect();
    await client.send(request("DELETE", "/volumes/others?force=true"), request("GET", "/_ping"));
    expect([statusOf(await client.next()), statusOf(await client.next())]).toEqual([204, 200]);
    expect(startLines(said)).toEqual(["GET /v1.41/_ping HTTP/1.1"]);
  });

  test("records which object it was, and that the client was not told of it", async () => {
    const { ask, gate, untilRecords } = await openScoped();
    await ask(request("GET", "/containers/web/json"));
    await ask(request("GET", "/containers/db/json"));
    await ask(request("GET", "/containers/no/json"));
    await untilRecords(3);
    expect(gate.records).toMatchObject([
      {
        path: "/v1.41/containers/web/json",
        object: { kind: "container", id: MINE, name: "web" },
        scope: undefined,
        status: 200,
      },
      {
        path: "/v1.41/containers/db/json",
        object: { kind: "container", id: OTHERS, name: "db" },
        scope: "out",
        status: 404,
      },
      {
        object: undefined,
        scope: undefined,
        status: 404,
        code: "no_such_object",
        reason: "No such container: no",
      },
    ]);
  });
});

describe("while the engine is asked", () => {
  const put =
    "PUT /v1.41/containers/web/archive?path=/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-tar\r\n";
  const answer = JSON.stringify(CONTAINERS["/containers/web/json"]);

  async function beginUpload(
    framing: string,
  ): Promise<Rig & { readonly client: Awaited<ReturnType<Rig["connect"]>> }> {
    const rig = await openRig({ env: OPEN, objects: OWN });
    const client = await rig.connect();
    await client.send(`${put}${framing}\r\n\r\n`);
    await (await rig.engine.connection()).next();
    return { ...rig, client };
  }

  test("a body waits, of which little is held and nothing lost", async () => {
    const size = 8 * 1024 * 1024;
    const { client, engine } = await beginUpload(`Content-Length: ${size}`);
    const body = Buffer.alloc(size, "quay");
    client.socket.write(body);
    await settle(100);
    // It stands still at what the kernel and the gate take, however long the engine thinks.
    expect(client.socket.writableLength).toBeGreaterThan(size / 4);
    await (await engine.connection()).send(answerOf(answer));
    const upload = await engine.connection(1);
    const received = await upload.next();
    expect(received.startLine).toBe(`PUT /v1.41/containers/${MINE}/archive?path=%2F HTTP/1.1`);
    expect(received.body.equals(body)).toBe(true);
    await upload.send(answerOf(""));
    expect(statusOf(await client.next())).toBe(200);
  });

  test("a body in chunks, the next request behind it, and both in one piece go where they belong", async () => {
    const { client, engine } = await beginUpload("Transfer-Encoding: chunked");
    await client.send(`3\r\ntar\r\n0\r\n\r\n${request("GET", "/_ping")}`);
    await (await engine.connection()).send(answerOf(answer));
    const upload = await engine.connection(1);
    expect((await upload.next()).body.toString()).toBe("tar");
    await upload.send(answerOf("first"));
    expect((await client.next()).body.toString()).toBe("first");
    expect((await upload.next()).startLine).toBe("GET /v1.41/_ping HTTP/1.1");
    await upload.send(answerOf("second"));
    expect((await client.next()).body.toString()).toBe("second");
  });

  test("a client that goes away is not waited for", async () => {
    const { client, engine, gate, untilRecords } = await beginUpload("Content-Length: 3");
    client.reset();
    await untilRecords(1);
    await (await engine.connection()).untilOver();
    expect(gate.records).toMatchObject([{ status: 0, end: "client", operation: "PutContainerArchive" }]);
    expect(engine.connections).toHaveLength(1);
  });

  test.each(["tcp", "unix"] as const)(
    "a client on %s that goes away is not waited for either while its body stands still",
    async (place) => {
      const rig = await openRig({ client: place, env: OPEN, objects: OWN, clock: { now: () => 0 } });
      const client = await rig.connect();
      await client.send(`${put}Transfer-Encoding: chunked\r\n\r\n`);
      const question = await rig.engine.connection();
      await question.next();
      client.socket.write(`100000\r\n${"x".repeat(0x10_00_00)}\r\n`);
      await settle(100);
      client.reset();
      await question.untilOver();
      await rig.untilRecords(1);
      expect(rig.gate.records).toMatchObject([{ status: 0, end: "client" }]);
    },
  );

  test("a client that has ended its direction gets its answer", async () => {
    const rig = await openRig({ env: OPEN, objects: OWN });
    const client = await rig.connect();
    await client.send(request("GET", "/containers/db/json"));
    const question = await rig.engine.connection();
    await question.next();
    client.end();
    await settle();
    await question.send(answerOf(JSON.stringify(CONTAINERS["/containers/db/json"])));
    expect(refusalOf(await client.next())).toMatchObject({ status: 404, message: "No such container: db" });
    await client.untilOver();
  });

  test("input for an attach waits until it is known whose the container is, and is never a request", async () => {
    for (const [word, status] of [
      ["web", 101],
      ["db", 404],
    ] as const) {
      const rig = await openRig({ env: OPEN, objects: OWN });
      const client = await rig.connect();
      const head = request(
        "POST",
        `/containers/${word}/attach?stream=1`,
        "Connection: Upgrade",
        "Upgrade: tcp",
      );
      const input = request("GET", "/_ping");
      await client.send(head, input);
      const question = await rig.engine.connection();
      await question.next();
      await question.send(answerOf(JSON.stringify(CONTAINERS[`/containers/${word}/json`])));
      if (status === 101) {
        const attach = await rig.engine.connection(1);
        expect((await attach.next()).startLine).toBe(
          `POST /v1.41/containers/${MINE}/attach?stream=1 HTTP/1.1`,
        );
        await attach.send("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
        await attach.until(input);
        expect(statusOf(await client.next({ headOnly: true }))).toBe(101);
      } else {
        expect(statusOf(await client.next())).toBe(404);
        await client.untilOver();
        expect(rig.engine.connections).toHaveLength(1);
        expect(client.unread).toBe("");
      }
    }
  });
});

describe("an engine that does not say what an object is", () => {
  const get = request("GET", "/services/web");

  test.each([
    [
      "fails",
      "500 Internal Server Error",
      '{"message":"db is broken"}',
      { status: 502, code: "engine_answer" },
    ],
    ["says no JSON", "200 OK", "web", { status: 502, code: "engine_answer" }],
    ["says no id", "200 OK", '{"Spec":{"Name":"web"}}', { status: 502, code: "engine_answer" }],
    [
      "means several",
      "400 Bad Request",
      '{"message":"service web is ambiguous"}',
      { status: 404, code: "no_such_object" },
    ],
    [
      "manages no swarm",
      "503 Service Unavailable",
      '{"message":"This node is not a swarm manager."}',
      { status: 503, code: "swarm_unavailable", message: "quaygate: This node is not a swarm manager." },
    ],
  ])("because it %s is no way to one", async (_, status, body, refusal) => {
    const rig = await openRig({ env: OPEN, objects: OWN });
    const client = await rig.connect();
    await client.send(get);
    const question = await rig.engine.connection();
    expect((await question.next()).startLine).toBe("GET /services/web HTTP/1.1");
    await question.send(answerOf(body, status));
    const answer = refusalOf(await client.next());
    expect(answer).toMatchObject(refusal);
    expect(answer.message).not.toContain("db");
    expect(rig.engine.connections).toHaveLength(1);
  });

  test.each(["a/../../containers/db", "data?all=1", "..", "a b"])(
    "in an id that a path could be led astray by, %s, is no way to one",
    async (name) => {
      const volume = { Name: name, Labels: { "io.quaygate.owner": "ci" } };
      const { ask, said } = await openScoped({ "/volumes/data": volume });
      const answer = await ask(request("DELETE", "/volumes/data"));
      expect(refusalOf(answer)).toMatchObject({ status: 502, code: "engine_answer" });
      expect(said).toEqual([]);
    },
  );

  test("in time is no way to one either", async () => {
    let now = 0;
    const rig = await openRig({ env: OPEN, objects: OWN, clock: { now: () => now } });
    const client = await rig.connect();
    await client.send(get);
    const question = await rig.engine.connection();
    await question.next();
    now += 11_000;
    expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_answer" });
    await question.untilOver();
  });
});
