import { describe, expect, onTestFinished, test } from "vitest";
import type { AuditRecord } from "../../../src/audit/record.ts";
import type { ClientObjects } from "../../../src/policy/scope/object-terms.ts";
import { type Message, refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript } from "../../support/scripted-engine.ts";
import { DANGEROUS, HARMLESS, harmlessOf, inChunks, withLength } from "../judged-requests.ts";
import { OPEN, openRig, PLACES, type Rig, type RigOptions } from "../rig.ts";
import { OWN } from "../scoped-engine.ts";

const ID = "a1".repeat(32);
const WEB = {
  Id: ID,
  Name: "/web",
  Config: { Labels: { "com.docker.compose.project": "shop", "com.example.a": "1" } },
};
/** What a record has of it. */
const RECORDED = { kind: "container", id: ID, name: "web", labels: WEB.Config.Labels };

/** Everything is open with all powers, and clients learn. */
const LEARNING: Readonly<Record<string, string>> = { ...OPEN, QUAYGATE_MODE: "learn" };
/** Nothing is, but what learning opens. */
const CLOSED = { QUAYGATE_MODE: "learn", PING: "0", EVENTS: "0", VERSION: "0" };

interface Learning extends Rig {
  /** What the engine got beside the gate's own questions. */
  readonly said: readonly Message[];
  /** The records, once there are so many. */
  recorded(count: number): Promise<readonly AuditRecord[]>;
}

/** The gate's own questions are of other versions than the requests of these tests. */
function engineOf(said: Message[], known: Readonly<Record<string, object>>): EngineScript {
  return answerEach((message) => {
    const [method, path = ""] = message.startLine.split(" ");
    if (path.startsWith("/v1.43/")) said.push(message);
    else if (method === "GET" && known[path] !== undefined) return answerOf(JSON.stringify(known[path]));
    else return answerOf('{"message":"of the engine"}', "404 Not Found");
    return answerOf("{}");
  });
}

async function openLearning(
  env: Readonly<Record<string, string>> = LEARNING,
  options: Pick<RigOptions, "client" | "engine" | "judgedMemory" | "objects"> = {},
  known: Readonly<Record<string, object>> = { "/containers/web/json": WEB },
): Promise<Learning> {
  const said: Message[] = [];
  const rig = await openRig({ ...options, env, script: engineOf(said, known) });
  const recorded = async (count: number): Promise<readonly AuditRecord[]> => {
    await rig.untilRecords(count);
    return rig.gate.records;
  };
  return { ...rig, said, recorded };
}

function request(method: string, path: string, ...fields: readonly string[]): string {
  return `${[method, `/v1.43${path}`, "HTTP/1.1"].join(" ")}\r\n${["Host: x", ...fields].join("\r\n")}\r\n\r\n`;
}

describe.each(PLACES)("a client on $client of an engine on $engine that learns", (places) => {
  test("has its body go on byte by byte, and its powers recorded although all are held", async () => {
    const { ask, recorded, said } = await openLearning(LEARNING, places);
    const spaced = DANGEROUS.replaceAll(",", " , ");
    expect(statusOf(await ask(withLength(spaced)))).toBe(200);
    expect(said[0]?.body.toString()).toBe(spaced);
    expect((await recorded(1))[0]).toMatchObject({
      verdict: "allow",
      learning: true,
      powers: expect.arrayContaining(["bind:/etc"]),
      object: { kind: "container", id: undefined, labels: {} },
    });
  });

  test("has what its path names recorded with its labels, and goes on by its own words", async () => {
    const { ask, recorded, said } = await openLearning(LEARNING, places);
    expect(statusOf(await ask(request("POST", "/containers/web/stop?t=1", "Content-Length: 0")))).toBe(200);
    expect(said[0]?.startLine).toBe("POST /v1.43/containers/web/stop?t=1 HTTP/1.1");
    expect((await recorded(1))[0]).toMatchObject({ object: RECORDED, learning: true, status: 200 });
  });
});

describe("nothing is refused for what is only looked at", () => {
  test.each([
    ["with a key that stands twice", withLength('{"Image":"a","Image":"b"}')],
    ["that is no JSON", withLength("image")],
    ["that is longer than any that is judged", withLength(harmlessOf(5 * 1024 * 1024))],
    ["in chunks that are longer than that", inChunks(harmlessOf(5 * 1024 * 1024), 65_536)],
    [
      "with a query that can't be read",
      withLength(HARMLESS, { target: "/v1.43/containers/create?name=a&name=b" }),
    ],
  ])("a body %s", async (_, text) => {
    const bare = await openLearning(OPEN);
    const { ask, recorded, said } = await openLearning();
    const [status, unlearnt] = [statusOf(await ask(text)), statusOf(await bare.ask(text))];
    expect([status, unlearnt]).toEqual([200, 200]);
    expect(said[0]?.body.equals(bare.said[0]?.body ?? Buffer.alloc(0))).toBe(true);
    expect(said[0]?.head).toBe(bare.said[0]?.head);
    expect((await recorded(1))[0]).toMatchObject({ powers: undefined, learning: true, verdict: "allow" });
  });

  test("a body, where there is no memory to look at it", async () => {
    const { ask, recorded, said } = await openLearning(LEARNING, { judgedMemory: 1 });
    expect(statusOf(await ask(withLength(HARMLESS)))).toBe(200);
    expect([said[0]?.body.toString(), (await recorded(1))[0]?.powers]).toEqual([HARMLESS, undefined]);
  });

  test("an object that is not there, or of which the engine says nothing that can be read", async () => {
    const { ask, recorded, said } = await openLearning(LEARNING, {}, { "/containers/odd/json": { Id: "x" } });
    for (const name of ["none", "odd", "a..b"]) {
      expect(statusOf(await ask(request("GET", `/containers/${name}/json`)))).toBe(200);
    }
    expect(said).toHaveLength(3);
    expect((await recorded(3)).map(({ object, status }) => [object, status])).toEqual([
      [undefined, 200],
      [undefined, 200],
      [undefined, 200],
    ]);
  });
});

describe("a body of which the rest is slow, or sent only when it is asked for", () => {
  test("is asked for, and looked at", async () => {
    const { connect, recorded, said } = await openLearning();
    const peer = await connect();
    await peer.send(
      `POST /v1.43/containers/create HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${DANGEROUS.length}\r\n\r\n`,
    );
    expect((await peer.next()).startLine).toBe("HTTP/1.1 100 Continue");
    await peer.send(DANGEROUS);
    expect(statusOf(await peer.next())).toBe(200);
    expect(said[0]?.body.toString()).toBe(DANGEROUS);
    expect((await recorded(1))[0]?.powers).toContain("bind:/etc");
  });

  test("does not hold up the next request on its connection", async () => {
    const { connect, recorded, said } = await openLearning();
    const peer = await connect();
    await peer.send(`${inChunks(HARMLESS, 5)}${request("GET", "/containers/web/json")}`);
    expect([statusOf(await peer.next()), statusOf(await peer.next())]).toEqual([200, 200]);
    expect(said.map(({ startLine }) => startLine)).toEqual([
      "POST /v1.43/containers/create HTTP/1.1",
      "GET /v1.43/containers/web/json HTTP/1.1",
    ]);
    expect((await recorded(2)).map(({ operation }) => operation)).toEqual([
      "ContainerCreate",
      "ContainerInspect",
    ]);
  });
});

describe("what passes by the ceiling alone", () => {
  test("is recorded as that", async () => {
    const { ask, recorded } = await openLearning(CLOSED);
    expect(statusOf(await ask(request("GET", "/containers/web/json")))).toBe(200);
    expect((await recorded(1))[0]).toMatchObject({
      verdict: "allow",
      rule: "the ceiling of learn (default)",
      object: RECORDED,
      learning: true,
    });
  });

  test("is held to default although all powers are held", async () => {
    const { ask, recorded, said } = await openLearning({ ...CLOSED, QUAYGATE_WITHIN: "containers:create" });
    expect(statusOf(await ask(withLength(HARMLESS)))).toBe(200);
    const refusal = refusalOf(await ask(withLength(DANGEROUS)));
    expect(refusal).toMatchObject({ status: 403, code: "power_denied" });
    expect(said).toHaveLength(1);
    expect((await recorded(2))[1]).toMatchObject({
      verdict: "deny",
      missing: ["bind:/etc"],
      rule: "default",
    });
  });

  test.each([
    ["exec", "POST", "/containers/web/exec"],
    ["logs", "GET", "/containers/web/logs?stdout=1"],
    ["files", "GET", "/containers/web/archive?path=/etc"],
    ["a whole file system", "GET", "/containers/web/export"],
    ["images", "GET", "/images/get?names=a"],
    ["secrets", "GET", "/secrets"],
    ["configs", "GET", "/configs"],
    ["the tokens of the swarm", "GET", "/swarm"],
    ["BuildKit", "POST", "/session"],
    ["registries", "GET", "/distribution/evil.example/a/json"],
  ])("is by default nothing of %s", async (_, method, path) => {
    const { ask, said } = await openLearning(CLOSED);
    const { status, message } = refusalOf(await ask(request(method, path, "Content-Length: 0")));
    expect(status).toBe(403);
    expect(message).toMatch(/; it is beyond the ceiling of learn too \(QUAYGATE_WITHIN\)$/u);
    expect(said).toEqual([]);
  });
});

describe("what is denied", () => {
  test("is recorded with all that it asks for, and with what it names", async () => {
    const { ask, recorded, said } = await openLearning(CLOSED);
    const labelled = DANGEROUS.replace("{", '{"Labels":{"com.docker.compose.project":"shop"},');
    expect(statusOf(await ask(withLength(labelled, { target: "/v1.43/containers/create?name=new" })))).toBe(
      403,
    );
    expect(statusOf(await ask(request("DELETE", "/containers/web")))).toBe(403);
    expect(said).toEqual([]);
    expect(await recorded(2)).toMatchObject([
      {
        verdict: "deny",
        code: "operation_denied",
        powers: expect.arrayContaining(["bind:/etc", "image:docker.io/library/alpine:latest"]),
        object: { kind: "container", name: "new", labels: { "com.docker.compose.project": "shop" } },
        missing: ["POST=1", "CONTAINERS=1"],
        learning: true,
      },
      { verdict: "deny", operation: "ContainerDelete", object: RECORDED },
    ]);
  });

  test("leaves its connection fit for the next request", async () => {
    const { connect } = await openLearning(CLOSED);
    const peer = await connect();
    await peer.send(`${withLength(DANGEROUS)}${request("GET", "/containers/web/json")}`);
    expect([statusOf(await peer.next()), statusOf(await peer.next())]).toEqual([403, 200]);
  });

  test("is not asked for the body that it announces", async () => {
    const { connect, recorded } = await openLearning(CLOSED);
    const peer = await connect();
    await peer.send(
      "POST /v1.43/containers/create HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n",
    );
    expect(statusOf(await peer.next())).toBe(403);
    expect((await recorded(1))[0]).toMatchObject({ verdict: "deny", powers: undefined });
  });
});

test("of a client with a scope the ceiling shows nothing that is not in it", async () => {
  const objects: ClientObjects = OWN;
  const { ask, recorded, said } = await openLearning(CLOSED, { objects });
  expect(refusalOf(await ask(request("GET", "/containers/web/json")))).toMatchObject({ status: 404 });
  expect(said).toEqual([]);
  expect((await recorded(1))[0]).toMatchObject({ scope: "out", object: RECORDED, learning: true });
});

test("a client that does not learn is looked at no more than before", async () => {
  const { ask, recorded, engine, said } = await openLearning(OPEN);
  await ask(withLength(DANGEROUS));
  await ask(request("GET", "/containers/web/json"));
  const sizes = said.map(({ head, body }) => head.length + body.length);
  expect(engine.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
  expect((await recorded(2)).map(({ powers, object, learning }) => [powers, object, learning])).toEqual([
    [undefined, undefined, undefined],
    [undefined, undefined, undefined],
  ]);
});

test("health names who learns", async () => {
  const { gate } = await openLearning(CLOSED);
  onTestFinished(() => gate.close());
  expect((await gate.gate.health()).learning).toEqual(["everybody"]);
  const other = await openLearning(OPEN);
  expect(await other.gate.gate.health()).not.toHaveProperty("learning");
});

test("the power of a name is what the engine says of it", async () => {
  const volume = { Name: "data", Driver: "local", Options: { type: "none", o: "bind", device: "/srv/a" } };
  const { ask, recorded } = await openLearning(
    LEARNING,
    {},
    { "/v1.41/volumes/data": volume, "/volumes/data": volume },
  );
  await ask(withLength('{"Image":"alpine","HostConfig":{"Binds":["data:/data"]}}'));
  expect((await recorded(1))[0]?.powers).toContain("volume:data");
});

test("where the engine does not say what a name is, it is not told that no more was asked for", async () => {
  const said: string[] = [];
  const script = answerEach(({ startLine }) => {
    said.push(startLine);
    return startLine.startsWith("GET ")
      ? answerOf('{"message":"busy"}', "500 Internal Server Error")
      : answerOf("{}");
  });
  const rig = await openRig({ env: LEARNING, script });
  const body = '{"Image":"alpine","HostConfig":{"Binds":["data:/data"]}}';
  expect(statusOf(await rig.ask(withLength(body)))).toBe(200);
  expect(said.map((line) => line.split(" ")[0])).toEqual(["GET", "POST"]);
  await rig.untilRecords(1);
  expect(rig.gate.records[0]).toMatchObject({ verdict: "allow", learning: true, powers: undefined });
});

test("input that comes early to what is denied is never a request", async () => {
  const { connect, recorded } = await openLearning(CLOSED);
  const peer = await connect();
  const attach = request("POST", "/containers/web/attach?stdin=1&stream=1", "Content-Length: 0");
  await peer.send(`${attach}${request("GET", "/containers/web/json")}`);
  expect(statusOf(await peer.next())).toBe(403);
  await peer.untilOver();
  expect((await recorded(1)).map(({ operation }) => operation)).toEqual(["ContainerAttach"]);
});

test("a record stays short, whatever the name is of what a request would make", async () => {
  const { ask, recorded } = await openLearning(CLOSED);
  const target = "/v1.43/networks/create";
  expect(statusOf(await ask(withLength(`{"Name":"${"x".repeat(1_000_000)}"}`, { target })))).toBe(403);
  expect(statusOf(await ask(withLength('{"Name":"front"}', { target })))).toBe(403);
  const records = await recorded(2);
  expect(records.map(({ object }) => object?.name)).toEqual([undefined, "front"]);
  expect(records.every((record) => JSON.stringify(record).length < 2_000)).toBe(true);
});

test.each([
  ["29", "1.52", "bind:/srv/a:ro"],
  ["24", "1.43", "bind:/srv/a:ro-nonrecursive"],
])("what a read-only path gives is what an engine %s makes of it", async (Version, ApiVersion, power) => {
  const script = answerEach(({ startLine }) =>
    answerOf(startLine.startsWith("GET /version ") ? JSON.stringify({ Version, ApiVersion }) : "{}"),
  );
  const rig = await openRig({ env: LEARNING, script });
  const body = '{"Image":"alpine","HostConfig":{"Binds":["/srv/a:/a:ro"]}}';
  expect(statusOf(await rig.ask(withLength(body, { target: "/containers/create" })))).toBe(200);
  await rig.untilRecords(1);
  expect(rig.gate.records[0]?.powers?.filter((text) => text.startsWith("bind"))).toEqual([power]);
});
