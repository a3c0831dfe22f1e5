import { describe, expect, test } from "vitest";
import { restrictTo } from "../../../src/policy/scope/restrict-to.ts";
import { makeView, type ViewWords } from "../../../src/policy/view/make-view.ts";
import { grantOf } from "../../policy/grants.ts";
import { refusalOf, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { answerEach } from "../../support/scripted-engine.ts";
import { openLimitedGate } from "../limited-gate.ts";
import { CHUNKED_JSON, chunk, grantReviewing, jsonAnswer, LAST, tableOf } from "../reviewed-gate.ts";

const OTHER = "0123456789ab".repeat(5) + "0123";
const CREATE = "POST /containers/create?name=web HTTP/1.1\r\nHost: x\r\n\r\n";
const PULL = "POST /images/create?fromImage=busybox HTTP/1.1\r\nHost: x\r\n\r\n";
const grant = grantReviewing({
  ContainerCreate: { use: { use: "create", kind: "container" } },
  ContainerList: { answer: tableOf("list"), scope: undefined },
  ImageCreate: { use: { use: "create", kind: "image" } },
});

function conflict(body: string, status = "409 Conflict"): string {
  return jsonAnswer(body, status);
}

/** The reason that a client with a view reads where the engine answers with this one. */
async function toldTo(words: ViewWords, line: string, status: number, message: string): Promise<unknown> {
  const viewing = restrictTo(grantOf("everything"), {
    scope: undefined,
    view: makeView(words),
    stamps: new Map(),
  });
  const error = jsonAnswer(JSON.stringify({ message }), `${status} Refused`);
  const { ask } = await openLimitedGate({}, { grant: viewing, script: answerEach(error) });
  const answer = await ask(`${line} HTTP/1.1\r\nHost: x\r\n\r\n`);
  expect(statusOf(answer)).toBe(status);
  const told: Readonly<Record<string, unknown>> = JSON.parse(answer.body.toString());
  return told["message"];
}

describe("an error of the engine", () => {
  test("tells a client with a scope nothing of others' objects, in Docker's own shape", async () => {
    const message = `Conflict. The container name "/web" is already in use by container "${OTHER}". You have to remove (or rename) that container to be able to reuse that name.`;
    const { ask } = await openLimitedGate(
      {},
      { grant, script: answerEach(conflict(`${JSON.stringify({ message })}\n`)) },
    );
    const answer = await ask(CREATE);
    expect(statusOf(answer)).toBe(409);
    expect(valuesOf(answer, "content-type")).toEqual(["application/json"]);
    expect(answer.body.toString()).toBe(
      '{"message":"Conflict. The container name \\"/web\\" is already in use by another container. You have to remove (or rename) that container to be able to reuse that name."}\n',
    );
  });

  test("that is plain text is read as text", async () => {
    const text = `conflict with ${OTHER}\n`;
    const plain = `HTTP/1.1 409 Conflict\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    const { ask } = await openLimitedGate({}, { grant, script: answerEach(plain) });
    expect((await ask(CREATE)).body.toString()).toBe("conflict with (hidden)\n");
  });

  test("that comes in pieces is read as a whole", async () => {
    const { ask } = await openLimitedGate(
      {},
      {
        grant,
        script: async (connection) => {
          await connection.next();
          const pieces = [...`{"message":"by container ${OTHER}"}`].map(chunk);
          await connection.send(CHUNKED_JSON.replace("200 OK", "409 Conflict"), ...pieces, LAST);
        },
      },
    );
    expect((await ask(CREATE)).body.toString()).toBe('{"message":"by container (hidden)"}\n');
  });

  test("that is longer than any is withheld", async () => {
    const long = JSON.stringify({ message: "x".repeat(70_000) });
    const { ask } = await openLimitedGate({}, { grant, script: answerEach(conflict(long)) });
    expect(refusalOf(await ask(CREATE))).toMatchObject({ status: 502, code: "engine_answer" });
  });

  test("passes as it is to a client without a scope", async () => {
    const body = JSON.stringify({ message: `by container ${OTHER}` });
    const { ask } = await openLimitedGate({}, { grant, script: answerEach(conflict(body)) });
    const answer = await ask("GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(answer.body.toString()).toBe(body);
  });

  test.each([
    [{ hide: ["names"] }, "DELETE /networks/1", 403, 'network shop has active endpoints (name:"web")'],
    [{ hide: ["host"] }, "GET /containers/web/json", 500, "open /var/lib/docker: no space left"],
    [{ only: ["names"] }, "POST /containers/1/start", 404, 'exec: "/secret": no such file'],
    [{ hide: ["state"] }, "GET /containers/web/top", 409, "container web is not running"],
    [{ hide: ["names"] }, "GET /containers/1/json", 404, "No such container: web"],
    [{ hide: ["command"] }, "POST /containers/1/attach?stream=1", 409, 'exec: "/secret": no such file'],
    [{ hide: ["command"] }, "POST /exec/1/start", 400, 'exec: "/secret": no such file'],
  ])("is not told where it may tell what is hidden: %j", async (words, line, status, message) => {
    expect(await toldTo(words, line, status, message)).toMatch(/^the engine refused it, and its reason may/u);
  });

  test.each([
    [{ hide: ["names"] }, "GET /v1.41/containers/web/json", 404, "No such container: web"],
    [{ only: ["names"] }, "GET /images/shop/web/json", 404, "No such image: shop/web:latest"],
    [{ hide: ["names"] }, "GET /containers/web/top", 409, `container ${OTHER} is not running`],
    [{ hide: ["mounts"] }, "GET /services", 503, "This node is not a swarm manager. Use it there."],
    [{ hide: ["env", "labels"] }, "POST /containers/1/start", 404, 'exec: "/secret": no such file'],
    [{ hide: ["names"] }, "POST /containers/web/attach?stream=1", 404, "No such container: web"],
  ])("is told where it says nothing that is hidden: %j", async (words, line, status, message) => {
    expect(await toldTo(words, line, status, message)).toBe(message);
  });

  test("in the place of an upgrade is told without others, and ends the connection", async () => {
    const attach =
      "POST /containers/1/attach?stream=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
    const answer = conflict(JSON.stringify({ message: `in use by ${OTHER}` }));
    const viewing = grantReviewing({ ContainerAttach: {} });
    const { connect } = await openLimitedGate({}, { grant: viewing, script: answerEach(answer) });
    const client = await connect();
    await client.send(`${attach}early input`);
    const told = await client.next();
    expect(statusOf(told)).toBe(409);
    expect(told.body.toString()).toBe('{"message":"in use by (hidden)"}\n');
    await client.untilOver();
  });

  test("in the middle of a pull is told without others, and the progress as it is", async () => {
    const status = `{"status":"Digest: sha256:${OTHER}","id":"${OTHER.slice(0, 12)}"}`;
    const error = `{"errorDetail":{"code":1,"message":"used by ${OTHER}"},"error":"used by ${OTHER}"}`;
    const { ask } = await openLimitedGate(
      {},
      {
        grant,
        script: async (connection) => {
          await connection.next();
          await connection.send(CHUNKED_JSON, chunk(`${status}\r\n`), chunk(`${error}\r\n`), LAST);
        },
      },
    );
    expect((await ask(PULL)).body.toString()).toBe(
      `${status}\n{"errorDetail":{"code":1,"message":"used by (hidden)"},"error":"used by (hidden)"}\n`,
    );
  });

  test("does not stand in the way of what was asked for and has no table", async () => {
    const body = '{"Id":"1", "Warnings":[]}';
    const { ask } = await openLimitedGate({}, { grant, script: answerEach(jsonAnswer(body, "201 Created")) });
    const answer = await ask(CREATE);
    expect(statusOf(answer)).toBe(201);
    expect(answer.body.toString()).toBe(body);
  });
});
