import { describe, expect, test } from "vitest";
import { OWNER_LABEL } from "../../../src/docker/objects/owner-label.ts";
import { type Message, refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerOf } from "../../support/scripted-engine.ts";
import { OPEN, openRig, PLACES } from "../rig.ts";
import { MINE, OTHERS, OWN, scopedEngine } from "../scoped-engine.ts";
import { stampsOf } from "../../../src/policy/scope/stamps.ts";

const objects = { ...OWN, stamps: stampsOf("ci", [{ own: true }], new Map()) };

const ARCHIVE = "an archive";
const QUESTION = "GET /v1.41/images/docker.io/library/app%3A1/json HTTP/1.1";
const TAKEN = JSON.stringify({ Id: `sha256:${OTHERS}`, RepoTags: ["app:1"], Config: { Labels: {} } });
const NONE = answerOf('{"message":"No such image: app:1"}', "404 Not Found");

function build(body: string, length = body.length): string {
  return `POST /v1.41/build?t=app:1 HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

describe.each(PLACES)("a build of a client with a scope on $client of an engine on $engine", (places) => {
  const open = { ...places, env: OPEN, objects };

  test("waits until it is known whose the names are, and goes on with labels", async () => {
    const rig = await openRig(open);
    const client = await rig.connect();
    // The second request is none of the first one's body.
    await client.send(`${build(ARCHIVE)}GET /v1.41/_ping HTTP/1.1\r\nHost: x\r\n\r\n`);
    const question = await rig.engine.connection();
    expect((await question.next()).startLine).toBe(QUESTION);
    expect(rig.engine.connections).toHaveLength(1);
    await question.send(NONE);
    const built = await rig.engine.connection(1);
    const { startLine, body } = await built.next();
    expect(body.toString()).toBe(ARCHIVE);
    expect(decodeURIComponent(startLine)).toContain('"io.quaygate.image-owner":"ci"');
    await built.send(answerOf('{"stream":"built"}\n').replace("text/plain", "application/json"));
    expect(statusOf(await client.next())).toBe(200);
  });

  test("is refused where a name is another's, and nothing of its body goes on", async () => {
    const rig = await openRig(open);
    const client = await rig.connect();
    await client.send(build(ARCHIVE, 1_000_000));
    const question = await rig.engine.connection();
    await question.next();
    await question.send(answerOf(TAKEN));
    expect(refusalOf(await client.next())).toMatchObject({ status: 403, code: "scope_denied" });
    expect(rig.engine.connections).toHaveLength(1);
    expect(rig.gate.records.at(-1)).toMatchObject({ scope: "out", code: "scope_denied" });
  });

  test("ends at once with a client that ends in the midst of its body, and so does the question", async () => {
    const rig = await openRig({ ...open, clock: { now: () => 0 } });
    const client = await rig.connect();
    await client.send(build(ARCHIVE, 1_000));
    const question = await rig.engine.connection();
    await question.next();
    client.end();
    await question.untilOver();
    await client.untilOver();
    await rig.untilRecords(1);
    expect(rig.gate.records).toMatchObject([{ end: "client", status: 0 }]);
    expect(rig.engine.connections).toHaveLength(1);
  });

  test("ends with its client, at the latest when the names have to be known, and so does the question", async () => {
    let now = 0;
    const rig = await openRig({ ...open, clock: { now: () => now } });
    const client = await rig.connect();
    await client.send(build(ARCHIVE));
    const question = await rig.engine.connection();
    await question.next();
    client.socket.destroy();
    // A body that waits on the connection hides from the gate that nobody is there any more.
    now += 11_000;
    await question.untilOver();
    expect(rig.engine.connections).toHaveLength(1);
  });
});

test("a build goes on with the id of its network, which may have another's name at its next step", async () => {
  const lan = { Name: "lan", Id: MINE, Driver: "bridge", Labels: { [OWNER_LABEL]: "ci" } };
  const narrowed = (key: string): string =>
    `/v1.41/networks?filters=${encodeURIComponent(JSON.stringify({ [key]: ["lan"] }))}`;
  const said: Message[] = [];
  const networks = { [narrowed("name")]: [lan], [narrowed("id")]: [], "/v1.41/networks/lan": lan };
  const rig = await openRig({ env: OPEN, objects, script: scopedEngine(networks, said) });
  for (const mode of ["lan", "none"]) {
    const head = `POST /v1.41/build?networkmode=${mode} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n`;
    expect(statusOf(await rig.ask(`${head}x`))).toBe(200);
  }
  const modes = said.map(
    ({ startLine }) => /[?&]networkmode=(?<mode>[^& ]*)/u.exec(startLine)?.groups?.["mode"],
  );
  expect(modes).toEqual([MINE, "none"]);
});

test("a build whose names nobody explains in time does not go on", async () => {
  let now = 0;
  const rig = await openRig({ env: OPEN, objects, clock: { now: () => now } });
  const client = await rig.connect();
  await client.send(build(ARCHIVE));
  const question = await rig.engine.connection();
  await question.next();
  now += 11_000;
  expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_answer" });
  await question.untilOver();
});
