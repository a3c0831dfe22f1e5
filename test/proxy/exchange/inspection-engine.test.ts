import { describe, expect, test } from "vitest";
import { refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript } from "../../support/scripted-engine.ts";
import { JUDGED, received, withLength } from "../judged-requests.ts";
import { openRig } from "../rig.ts";

/** Answers what is asked of the engine itself with `answer`, and does all else. */
function engineThat(answer: string): EngineScript {
  return answerEach(({ startLine }) => (startLine.startsWith("GET ") ? answer : answerOf("done")));
}

describe("the host's control groups are asked for by what the engine says of itself:", () => {
  const body = '{"Image":"a","CgroupnsMode":"host","HostConfig":{"CgroupnsMode":"host"}}';
  const info = "GET /v1.43/info HTTP/1.1\r\nHost: docker\r\n\r\n";

  test("every container has them, and it is asked once", async () => {
    const script = engineThat(answerOf('{"CgroupVersion":"1","SecurityOptions":["name=seccomp"]}'));
    const { engine, ask } = await openRig({ env: JUDGED, script });
    expect(statusOf(await ask(withLength(body)))).toBe(200);
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([info, received(body)]);
  });

  test.each([
    ["none has", answerOf('{"CgroupVersion":"2","SecurityOptions":["name=cgroupns"]}')],
    ["an error", answerOf("{}", "500 Internal Server Error")],
    ["there is no such thing", answerOf("{}", "404 Not Found")],
    ["what is no JSON", answerOf("{")],
  ])("%s, and the engine gets no request", async (_said, answer) => {
    const { engine, ask } = await openRig({ env: JUDGED, script: engineThat(answer) });
    const refusal = refusalOf(await ask(withLength(body)));
    expect(refusal).toMatchObject({ status: 403, code: "power_denied" });
    expect(refusal.message).toContain("add host:cgroupns to its powers");
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([info]);
  });

  test("where they are held it is not asked", async () => {
    const env = { ...JUDGED, QUAYGATE_POWERS: "default,host:cgroupns" };
    const { engine, ask } = await openRig({ env, script: engineThat(answerOf("{}")) });
    expect(statusOf(await ask(withLength(body)))).toBe(200);
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([received(body)]);
  });
});

describe("a read-only bind is asked for by what the engine makes of it:", () => {
  const body = '{"Image":"a","HostConfig":{"Binds":["/srv:/x:ro","/srv/a:/y:ro"]}}';
  const question = "GET /version HTTP/1.1\r\nHost: docker\r\n\r\n";
  const env = { ...JUDGED, QUAYGATE_POWERS: "default,bind:/srv/**:ro" };
  const target = "/v1.44/containers/create";

  test("of all of it, and it is asked once", async () => {
    const { engine, ask } = await openRig({ env, script: engineThat(answerOf('{"ApiVersion":"1.51"}')) });
    expect(statusOf(await ask(withLength(body, { target })))).toBe(200);
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([question, received(body, { target })]);
  });

  test("of the top alone, which is more", async () => {
    const { engine, ask } = await openRig({ env, script: engineThat(answerOf('{"ApiVersion":"1.41"}')) });
    const refusal = refusalOf(await ask(withLength(body, { target })));
    expect(refusal).toMatchObject({ status: 403, code: "power_denied" });
    expect(refusal.message).toContain(
      "add bind:/srv:ro-nonrecursive,bind:/srv/a:ro-nonrecursive to its powers (QUAYGATE_POWERS). What is mounted below the path",
    );
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([question]);
  });

  test("of the top alone, which a refusal tells beside what else lacks", async () => {
    const { engine, ask } = await openRig({ env, script: engineThat(answerOf('{"ApiVersion":"1.41"}')) });
    const more = '{"Image":"a","HostConfig":{"CapAdd":["NET_ADMIN"],"Binds":["/etc:/x:ro","v:/y"]}}';
    const refusal = refusalOf(await ask(withLength(more, { target })));
    expect(refusal.message).toContain("add cap:NET_ADMIN,bind:/etc:ro-nonrecursive to its powers");
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([question]);
  });

  test("nothing that is understood, and what is held does not go on", async () => {
    const { engine, ask } = await openRig({ env, script: engineThat(answerOf("{", "500 Oh")) });
    const refusal = refusalOf(await ask(withLength(body, { target })));
    expect(refusal).toMatchObject({ status: 502, code: "engine_answer" });
    expect(refusal.message).toContain("did not say whether it has API 1.44");
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([question]);
  });

  test("where the version of the request says it, the engine is not asked", async () => {
    const { engine, ask } = await openRig({ env, script: engineThat(answerOf("{}")) });
    expect(refusalOf(await ask(withLength(body))).message).toContain("add bind:/srv:ro-nonrecursive");
    expect(engine.connections).toHaveLength(0);
    const held = { ...JUDGED, QUAYGATE_POWERS: "default,bind:/srv/**:ro-nonrecursive" };
    const holder = await openRig({ env: held, script: engineThat(answerOf("{}")) });
    for (const version of ["/v1.43", "/v1.44", ""]) {
      const place = `${version}/containers/create`;
      expect(statusOf(await holder.ask(withLength(body, { target: place })))).toBe(200);
    }
    expect(holder.engine.connections.filter(({ text }) => text.startsWith("GET "))).toHaveLength(0);
  });
});
