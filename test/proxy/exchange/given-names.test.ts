import { describe, expect, test } from "vitest";
import { OWNER_LABEL } from "../../../src/docker/objects/owner-label.ts";
import { eventually, type RawPeer, refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerOf, type EngineScript } from "../../support/scripted-engine.ts";
import { CHUNKED_JSON, chunk } from "../reviewed-gate.ts";
import { openPolicyScene } from "../client/policy-scene.ts";

const ALLOWED = "[ImageBuild, ImagePush, ImageTag, ImageDelete, ImageInspect, ContainerCreate]";
const clientAt = (address: string): string =>
  `{ from: ${address}, allow: ${ALLOWED}, powers: all, scope: { own: true } }`;
const POLICY = `clients: { a: ${clientAt("127.0.0.2")}, b: ${clientAt("127.0.0.3")} }\n`;

const ID = `sha256:${"a1".repeat(32)}`;
const TWO_NAMES = {
  Id: ID,
  RepoTags: ["own:1", "own:2"],
  Config: { Labels: { "io.quaygate.image-owner": "a", [OWNER_LABEL]: "" } },
};

/** An engine that has one image of a's, and says nothing to builds, pushes and deletes. */
const script: EngineScript = async (connection) => {
  for (;;) {
    const { startLine } = await connection.next({ mayNeverCome: true });
    const [method, path = ""] = startLine.split(" ");
    if (method === "DELETE" || path.includes("/build") || path.includes("/push")) return;
    const isOwn = /\/(?:own%3A[12]|sha256%3A(?:a1)+)\/json$/u.test(path);
    if (method !== "GET") await connection.send(answerOf("", "201 Created"));
    else await connection.send(isOwn ? answerOf(JSON.stringify(TWO_NAMES)) : answerOf("{}", "404 Not Found"));
  }
};

const request = (line: string, body = ""): string =>
  `${line} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const build = (name: string): string => request(`POST /v1.41/build?t=${name}`, "an archive");
const tag = (name: string): string => request(`POST /v1.41/images/own:1/tag?repo=${name}`);

async function openScene() {
  const scene = await openPolicyScene(POLICY, script);
  const sent = (start: string): readonly RawPeer[] =>
    scene.engine.connections.filter(({ text }) => text.startsWith(start));
  const ask = async (from: string, line: string) => {
    const client = await scene.connect(from);
    await client.send(line);
    return client.next();
  };
  return { ...scene, sent, ask };
}

describe("the name that a build gives at its end", () => {
  const TAKEN =
    "the name docker.io/library/shop:latest is that of an image which is not in the client's scope";

  test("is taken for other clients until it is over, and free for the one who builds", async () => {
    const { connect, sent, ask } = await openScene();
    const builder = await connect("127.0.0.2");
    await builder.send(build("shop"));
    await eventually(() => sent("POST /v1.41/build").length === 1, "the build");
    const refusal = refusalOf(await ask("127.0.0.3", build("docker.io/library/shop:latest")));
    expect(refusal).toMatchObject({ status: 403, code: "scope_denied" });
    expect(refusal.message).toContain(TAKEN);
    expect(sent("POST /v1.41/build")).toHaveLength(1);
    expect(statusOf(await ask("127.0.0.2", tag("shop")))).toBe(201);
    // Another tag is another name.
    const other = await connect("127.0.0.3");
    await other.send(build("shop:2"));
    await eventually(() => sent("POST /v1.41/build").length === 2, "the other build");

    await sent("POST /v1.41/build")[0]?.send(answerOf("{}").replace("text/plain", "application/json"));
    expect(statusOf(await builder.next())).toBe(200);
    await (await connect("127.0.0.3")).send(build("shop"));
    await eventually(() => sent("POST /v1.41/build").length === 3, "the build of the other client");
  });
});

describe("an image that is deleted by its id", () => {
  test("gives up none of its names while they are used, nor is one used meanwhile", async () => {
    const { connect, sent, ask } = await openScene();
    const user = await connect("127.0.0.2");
    await user.send(build("shop&cachefrom=%5B%22own:1%22%5D"));
    await eventually(() => sent("POST /v1.41/build").length === 1, "the build");
    const byId = request(`DELETE /v1.41/images/${ID}?force=1`);
    expect(refusalOf(await ask("127.0.0.2", byId))).toMatchObject({ status: 403, code: "scope_denied" });
    expect(sent("DELETE")).toHaveLength(0);

    await sent("POST /v1.41/build")[0]?.send(answerOf("{}").replace("text/plain", "application/json"));
    await user.next();
    await (await connect("127.0.0.2")).send(byId);
    await eventually(() => sent("DELETE").length === 1, "the delete");
    expect(refusalOf(await ask("127.0.0.2", tag("other")))).toMatchObject({ code: "scope_denied" });
  });
});

test("a name by which an image is pushed is not given up before the engine has found what that is", async () => {
  const { connect, sent, ask } = await openScene();
  const pusher = await connect("127.0.0.2");
  await pusher.send(request("POST /v1.41/images/own/push?tag=1"));
  await eventually(() => sent("POST /v1.41/images").length === 1, "the push");
  const byName = request("DELETE /v1.41/images/own:1");
  expect(refusalOf(await ask("127.0.0.2", byName))).toMatchObject({ status: 403, code: "scope_denied" });
  await sent("POST /v1.41/images")[0]?.send(CHUNKED_JSON, chunk("{}"));
  await pusher.until("{}");
  await (await connect("127.0.0.2")).send(byName);
  await eventually(() => sent("DELETE").length === 1, "the delete");
});
