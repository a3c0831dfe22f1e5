import { describe, expect, test } from "vitest";
import { eventually, refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript } from "../../support/scripted-engine.ts";
import { OPEN, openRig, PLACES } from "../rig.ts";

const ID = "k3jxr0n8w2";
const LIMITED = { ...OPEN, QUAYGATE_POWERS: "none,config:shop_*,network:shop_*,volume" };
const READ = `GET /v1.43/configs/${ID} HTTP/1.1\r\nHost: x\r\n\r\n`;

/** Answers a question about one thing, or all of them, with `answer`, and does all else. */
function engineThat(answer: string): EngineScript {
  let isAsked = false;
  return answerEach(({ startLine }) => {
    if (startLine.startsWith("DELETE ") || isAsked) return answerOf("done");
    isAsked = startLine.includes("/configs/");
    return answer;
  });
}

function configCalled(name: string): string {
  return answerOf(JSON.stringify({ ID, Spec: { Name: name, Data: "c2VjcmV0" } }));
}

describe.each(PLACES)("over $client to an engine on $engine", ({ client, engine: place }) => {
  test("the engine says whose id a path has, and then gets the request as it came", async () => {
    const script = engineThat(configCalled("shop_app"));
    const { engine, ask } = await openRig({ client, engine: place, env: LIMITED, script });
    expect(statusOf(await ask(READ))).toBe(200);
    const asked = READ.replace("Host: x", "Host: docker");
    expect(engine.connections.map(({ text }) => text).join("")).toBe(asked + asked);
  });

  test("an id of something that is not held is refused by its name, and the engine gets no request", async () => {
    const script = engineThat(configCalled("other_app"));
    const { engine, ask, gate, untilRecords } = await openRig({
      client,
      engine: place,
      env: LIMITED,
      script,
    });
    const refusal = refusalOf(await ask(READ));
    expect(refusal).toMatchObject({ status: 403, code: "power_denied" });
    // Its name is for those who may read all of them.
    expect(refusal.message).toContain(
      `the power config with a value which the gate's log names ({id} = ${ID})`,
    );
    await untilRecords(1);
    expect(gate.records[0]?.missing).toEqual(["config:other_app"]);
    expect(engine.connections).toHaveLength(1);
  });
});

describe("a path that names something", () => {
  const remove = (target: string): string => `DELETE ${target} HTTP/1.1\r\nHost: x\r\n\r\n`;

  test("goes on with what came behind it, which is the next request", async () => {
    const script = answerEach(({ startLine }) =>
      startLine.startsWith("GET /v1.43/networks?")
        ? answerOf('[{"Name":"shop_web","Id":"0f"}]')
        : answerOf("{}", "404 Not Found"),
    );
    const { engine, connect } = await openRig({ env: LIMITED, script });
    const client = await connect();
    await client.send(remove("/v1.43/networks/0f") + remove("/v1.43/networks/shop_b"));
    const isDone = (end: string): boolean =>
      engine.connections.some(({ text }) => text.startsWith(`DELETE /v1.43${end} `));
    await eventually(() => isDone("/networks/0f") && isDone("/networks/shop_b"), "both to go on");
  });

  test("is not asked about where nobody restricts such things", async () => {
    const { engine, ask } = await openRig({ env: LIMITED, script: engineThat("") });
    expect(statusOf(await ask(remove("/v1.43/volumes/data")))).toBe(200);
    expect(engine.connections).toHaveLength(1);
  });

  test("is refused where the engine does not say what it is", async () => {
    const script = engineThat(answerOf("{}", "503 Service Unavailable"));
    const { ask } = await openRig({ env: LIMITED, script });
    const refusal = refusalOf(await ask(READ.replace(ID, "shop_app")));
    expect(refusal).toMatchObject({ status: 502, code: "engine_answer" });
    expect(refusal.message).toContain("what the config is");
  });
});
