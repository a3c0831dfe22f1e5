import { describe, expect, test } from "vitest";
import { OWNER_LABEL } from "../../../src/docker/objects/owner-label.ts";
import { eventually, type RawPeer, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript } from "../../support/scripted-engine.ts";
import { CHUNKED_JSON, chunk, jsonAnswer, LAST } from "../reviewed-gate.ts";
import { openPolicyScene, type PolicyScene } from "./policy-scene.ts";

const [MINE, OTHERS] = ["a1".repeat(32), "b2".repeat(32)] as const;
const ALLOWED = "[ContainerList, ContainerInspect, ContainerStop, ContainerCreate, ImageBuild, SystemEvents]";

function policy(terms: string, more = ""): string {
  return `${more}clients: { ci: { from: 127.0.0.1, allow: ${ALLOWED}, powers: all${terms} } }\n`;
}

const OWN = policy(", scope: { own: true }");
const EVERYTHING = policy("");
const NAMED = policy(", scope: { name: [db] }");
const WIDER = policy(", scope: [{ own: true }, { name: [db] }]");
const HIDING = policy(", hide: [names, labels]");
const revoking = (text: string): string => `revoke: true\n${text}`;

function listed(id: string, name: string, owner: string): string {
  return JSON.stringify({ Id: id, Names: [`/${name}`], Image: "x", Labels: { [OWNER_LABEL]: owner } });
}

function inspected(id: string, name: string, owner: string): string {
  return jsonAnswer(
    JSON.stringify({ Id: id, Name: `/${name}`, Config: { Labels: { [OWNER_LABEL]: owner } } }),
  );
}

function started(id: string, name: string, owner: string): string {
  const attributes = { name, image: "x", [OWNER_LABEL]: owner };
  return `${JSON.stringify({ Type: "container", Action: "start", Actor: { ID: id, Attributes: attributes } })}\n`;
}

const get = (path: string): string => `GET /v1.41${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const stop = (name: string): string =>
  `POST /v1.41/containers/${name}/stop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;

/** Says nothing to what clients ask for, and to the gate's questions of lists that there is nothing. */
const waiting: EngineScript = async (connection) => {
  const { startLine } = await connection.next({ mayNeverCome: true });
  if (startLine.startsWith("GET /v1") || startLine.includes("/containers/")) return;
  await connection.send(jsonAnswer(startLine.includes("/volumes") ? '{"Volumes":[]}' : "[]"));
};

/** The engine's side of the first request for what begins so. */
async function asked({ engine }: PolicyScene, start: string): Promise<RawPeer> {
  const find = (): RawPeer | undefined =>
    engine.connections.find(({ text }) => text.startsWith(start) && text.includes("\r\n\r\n"));
  await eventually(() => find() !== undefined, `the engine to get ${start}`);
  return find() ?? engine.connection();
}

function requestsFor({ engine }: PolicyScene, path: string): number {
  return engine.connections
    .flatMap(({ text }) => text.split("\r\n"))
    .filter((line) => line.includes(`${path} `)).length;
}

const first = listed(MINE, "web", "ci");
const second = `,${listed(OTHERS, "db", "ops")}`;

/** A list that begins under one policy and ends under another; undefined where it was cut. */
async function listAcross(before: string, after: string): Promise<string | undefined> {
  const scene = await openPolicyScene(before, waiting);
  const client = await scene.connect();
  await client.send(get("/containers/json"));
  const engine = await asked(scene, "GET /v1.41/containers/json");
  await engine.send(CHUNKED_JSON, chunk(`[${first}`));
  await client.until("Id");
  await scene.reload(after);
  await engine.send(chunk(`${second}]`), LAST).catch(() => undefined);
  await eventually(() => client.over || client.text.endsWith(LAST), "the end of the list");
  return client.over ? undefined : (await client.next()).body.toString();
}

describe("a list that has begun", () => {
  test.each([
    ["when its scope goes", OWN, EVERYTHING],
    ["when its scope gets wider", OWN, WIDER],
    ["when its scope is another", OWN, NAMED],
    ["when its scope gives way to a view", OWN, HIDING],
    // It holds all the same what it held.
    ["when its scope goes, also where the policy revokes", OWN, revoking(EVERYTHING)],
  ])("has what was in scope when it began: %s", async (_when, before, after) => {
    const list = await listAcross(before, after);
    expect(list).toContain('"/web"');
    expect(list).not.toContain("db");
    expect(list).not.toContain(OWNER_LABEL);
  });

  test.each([
    ["a scope", OWN],
    ["a view", HIDING],
  ])("has all where %s comes", async (_what, after) => {
    expect(await listAcross(EVERYTHING, after)).toBe(`[${first}${second}]`);
  });

  test.each([
    ["when a scope comes", EVERYTHING, OWN],
    ["when its scope gets narrower", WIDER, OWN],
    ["when its scope gets wider", OWN, WIDER],
    ["when a view comes", EVERYTHING, HIDING],
  ])("is cut where the policy revokes: %s", async (_when, before, after) => {
    expect(await listAcross(before, revoking(after))).toBeUndefined();
  });
});

test("a list whose bytes stay the same is at each poll what the policy says now", async () => {
  const list = `[${first}${second}]`;
  const scene = await openPolicyScene(OWN, answerEach(jsonAnswer(list)));
  const client = await scene.connect();
  const poll = async (): Promise<readonly string[]> => {
    await client.send(get("/containers/json"));
    const body = (await client.next()).body.toString();
    return [`"/web"`, `"/db"`, OWNER_LABEL].filter((word) => body.includes(word));
  };
  const polls: (readonly string[])[] = [];
  for (const next of [OWN, NAMED, WIDER, EVERYTHING, HIDING, OWN]) {
    await scene.reload(next);
    polls.push(await poll(), await poll());
  }
  const [own, named, wider, all, hiding] = [
    ['"/web"'],
    ['"/db"'],
    ['"/web"', '"/db"'],
    ['"/web"', '"/db"', OWNER_LABEL],
    [],
  ];
  expect(polls).toEqual([own, named, wider, all, hiding, own].flatMap((seen) => [seen, seen]));
});

test("events go on as they began, and the next ones as the policy says now", async () => {
  const scene = await openPolicyScene(OWN, waiting);
  const client = await scene.connect();
  await client.send(get("/events"));
  const engine = await asked(scene, "GET /v1.41/events");
  await engine.send(CHUNKED_JSON);
  await scene.reload(EVERYTHING);
  await engine.send(chunk(started(OTHERS, "db", "ops") + started(MINE, "web", "ci")), LAST);
  const { body } = await client.next();
  expect(body.toString()).toContain(MINE);
  expect(body.toString()).not.toContain(OTHERS);
  await client.send(get("/events"));
  await eventually(() => requestsFor(scene, "/events") === 2, "the next request for events");
});

describe("a question about an object that is under way", () => {
  async function stopAcross(name: string, after: string) {
    const scene = await openPolicyScene(OWN, waiting);
    const client = await scene.connect();
    // The one behind it is the next policy's.
    await client.send(stop(name) + get("/containers/json"));
    const question = await asked(scene, `GET /containers/${name}/json`);
    await scene.reload(after);
    return { scene, client, question };
  }

  test("is answered for the scope that it was asked for", async () => {
    const { client, question, scene } = await stopAcross("db", EVERYTHING);
    await question.send(inspected(OTHERS, "db", "ops"));
    expect(refusalOf(await client.next())).toMatchObject({ status: 404, code: "no_such_object" });
    const list = await asked(scene, "GET /v1.41/containers/json");
    await list.send(jsonAnswer(`[${first}${second}]`));
    expect((await client.next()).body.toString()).toBe(`[${first}${second}]`);
  });

  test("goes on by the rights that it began with, where those are gone", async () => {
    const { client, question, scene } = await stopAcross(
      "web",
      "clients: { other: { from: 10.0.0.1, allow: [ping] } }\n",
    );
    await question.send(inspected(MINE, "web", "ci"));
    await (await asked(scene, `POST /v1.41/containers/${MINE}/stop`)).send(answerOf("", "204 No Content"));
    expect(statusOf(await client.next())).toBe(204);
    expect(refusalOf(await client.next())).toMatchObject({ status: 403 });
  });

  test("ends where the policy revokes and the scope is another", async () => {
    const { client, question, scene } = await stopAcross("web", revoking(NAMED));
    expect(refusalOf(await client.next())).toMatchObject({ status: 403, code: "rights_revoked" });
    await question.untilOver();
    await settle();
    expect(scene.engine.connections.some(({ text }) => text.startsWith("POST"))).toBe(false);
  });
});
