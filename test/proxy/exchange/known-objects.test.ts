import { describe, expect, test } from "vitest";
import { isJsonObject, stringOf } from "../../../src/docker/json/value.ts";
import type { AnswerTable } from "../../../src/docker/answers/answer-table.ts";
import type { Grant } from "../../../src/policy/grant.ts";
import { makeScope } from "../../../src/policy/scope/make-scope.ts";
import type { Scope } from "../../../src/policy/scope/scope.ts";
import { eventually, refusalOf } from "../../support/raw-peer.ts";
import { answerEach, type EngineScript } from "../../support/scripted-engine.ts";
import { openLimitedGate } from "../limited-gate.ts";
import {
  CHUNKED_JSON,
  chunk,
  grantReviewing,
  jsonAnswer,
  LAST,
  OURS as OURS_BY_LABEL,
} from "../reviewed-gate.ts";

const TASKS = "GET /v1.43/tasks HTTP/1.1\r\nHost: x\r\n\r\n";
const OURS = "a".repeat(25);
const THEIRS = "b".repeat(25);

/** Tasks whose service is known. */
const tasks: AnswerTable = {
  layout: "list",
  needs: ["service"],
  part: {
    review: (task, viewer) =>
      isJsonObject(task) && viewer.knows("service", stringOf(task.get("ServiceID"))) ? task : undefined,
  },
};
const grant = grantReviewing({ TaskList: { answer: tasks, use: { use: "list", kind: "task" } } });

function service(id: string, team: string): string {
  return JSON.stringify({ ID: id, Spec: { Name: "web", Labels: { team } } });
}

const services = `[${service(OURS, "ours")},${service(THEIRS, "theirs")}]`;
const list = `[{"ID":"1","ServiceID":"${OURS}"},{"ID":"2","ServiceID":"${THEIRS}"},{"ID":"3"}]`;

/** Answers the question about services, and then the request for tasks. */
function answering(asked: string): EngineScript {
  return answerEach(({ startLine }) => (startLine.includes("/services ") ? asked : jsonAnswer(list)));
}

describe("an answer that has ids alone", () => {
  test("is read by what is in scope when the request has come", async () => {
    const { ask, engine } = await openLimitedGate({}, { grant, script: answering(jsonAnswer(services)) });
    expect((await ask(TASKS)).body.toString()).toBe(`[{"ID":"1","ServiceID":"${OURS}"}]\n`);
    expect(engine.connections.map(({ text }) => text.split(" HTTP")[0])).toEqual([
      "GET /services",
      "GET /v1.43/tasks",
    ]);
    await ask(TASKS);
    expect(engine.connections.filter(({ text }) => text.includes("/services")).length).toBe(2);
  });

  test("waits for a list that comes in pieces, as long as it may be", async () => {
    const script: EngineScript = async (connection) => {
      const { startLine } = await connection.next();
      if (!startLine.includes("/services")) return connection.send(jsonAnswer(list));
      const many = Array.from({ length: 20_000 }, () => `${service(THEIRS, "theirs")},`).join("");
      await connection.send(
        CHUNKED_JSON,
        ...[...`[${many}`.matchAll(/.{1,65536}/gsu)].map(([part]) => chunk(part)),
      );
      await connection.send(...[...service(OURS, "ours"), "]"].map(chunk), LAST);
    };
    const { ask } = await openLimitedGate({}, { grant, script });
    expect((await ask(TASKS)).body.toString()).toBe(`[{"ID":"1","ServiceID":"${OURS}"}]\n`);
  });

  test("knows nothing where the engine is in no swarm", async () => {
    const none = jsonAnswer('{"message":"This node is not a swarm manager."}', "503 Service Unavailable");
    const { ask } = await openLimitedGate({}, { grant, script: answering(none) });
    expect((await ask(TASKS)).body.toString()).toBe("[]\n");
  });

  test.each([
    ["no list", jsonAnswer("{}")],
    ["a list that breaks off", jsonAnswer("[{}")],
    ["no JSON", jsonAnswer("hello")],
    ["no HTTP", "hello there, whoever asks"],
  ])("is not asked for where the engine gives %s of what has to be known", async (_, asked) => {
    const { ask, engine, records } = await openLimitedGate({}, { grant, script: answering(asked) });
    expect(refusalOf(await ask(TASKS))).toMatchObject({ status: 502, code: "engine_answer" });
    expect(engine.connections.length).toBe(1);
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ code: "engine_answer", end: "engine" }]);
  });

  test("is not asked for, nor anything else, for a client that has gone", async () => {
    const { connect, engine, records } = await openLimitedGate({}, { grant });
    const client = await connect();
    await client.send(TASKS);
    const question = await engine.connection();
    await question.next();
    client.reset();
    await question.untilOver();
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ end: "client", status: 0 }]);
    expect(engine.connections.length).toBe(1);
  });

  test("gets to a client that has ended its direction meanwhile", async () => {
    const { connect, engine } = await openLimitedGate({}, { grant });
    const client = await connect();
    await client.send(TASKS);
    client.end();
    const question = await engine.connection();
    await question.next();
    await question.send(jsonAnswer(services));
    const connection = await engine.connection(1);
    await connection.next();
    await connection.send(jsonAnswer(list));
    expect((await client.next()).body.toString()).toBe(`[{"ID":"1","ServiceID":"${OURS}"}]\n`);
  });
});

describe("volumes, which an engine lists as a whole", () => {
  const volumes: AnswerTable = {
    ...tasks,
    needs: ["volume"],
    part: {
      review: (told, viewer) =>
        isJsonObject(told) && viewer.knows("volume", stringOf(told.get("Name"))) ? told : undefined,
    },
  };
  const ours = '{"Name":"ours","Labels":{"team":"ours"}}';
  const answers = (asked: string): EngineScript =>
    answerEach(({ startLine }) =>
      jsonAnswer(startLine.includes("/volumes") ? `{"Volumes":[${asked}${ours}]}` : `[${ours},{"Name":"b"}]`),
    );
  const knowing = (scope: Scope): Grant =>
    grantReviewing({ TaskList: { answer: volumes, use: { use: "list", kind: "task" }, scope } });

  test("are asked for by the labels that say whose they are", async () => {
    const scope = makeScope("ci", [{ label: ["team=ours"] }]);
    const { ask, engine } = await openLimitedGate({}, { grant: knowing(scope), script: answers("") });
    expect((await ask(TASKS)).body.toString()).toBe(`[${ours}]\n`);
    const label = encodeURIComponent('{"label":["team=ours"]}');
    expect(engine.connections[0]?.text).toMatch(new RegExp(`^GET /volumes\\?filters=${label} `, "u"));
  });

  test("are known where there are thousands, and whatever stands among them", async () => {
    const many = (count: number): string => '{"Name":"b","Labels":{"a":"","b":"","c":""}},'.repeat(count);
    for (const asked of [many(25_000), "0,".repeat(400_000)]) {
      const { ask } = await openLimitedGate({}, { grant: knowing(OURS_BY_LABEL), script: answers(asked) });
      expect((await ask(TASKS)).body.toString()).toBe(`[${ours}]
`);
    }
  });
});
