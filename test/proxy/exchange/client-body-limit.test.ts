import { describe, expect, test } from "vitest";
import { grantOf } from "../../policy/grants.ts";
import { refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { openLimitedGate } from "../limited-gate.ts";

const MESSAGE =
  "quaygate: ImageBuild (POST /build) is refused: a body of ci may have 8 bytes (clients.ci.limits.body)";
const LIMITS = { body: 8, concurrent: 9 };
const HEAD = "POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
/** Two chunks, of which the second passes the limit in its fourth byte. */
const CHUNKS = "5\r\nhello\r\n8\r\n, engine\r\n0\r\n\r\n";

function build(length: number): string {
  return `POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;
}

describe("a body that is longer than its client may send", () => {
  test("is refused by its length at once, before the engine hears of it", async () => {
    const { ask, engine, counted } = await openLimitedGate(LIMITS);
    expect(refusalOf(await ask(build(9)))).toEqual({ status: 413, code: "body_too_large", message: MESSAGE });
    expect(engine.connections).toHaveLength(0);
    expect(counted()).toEqual([0, 0]);
  });

  test("leaves the connection fit where it is short", async () => {
    const { connect, records } = await openLimitedGate(LIMITS, { script: answerEach(answerOf("built")) });
    const client = await connect();
    await client.send(`${build(9)}123456789${build(8)}12345678`);
    expect(statusOf(await client.next())).toBe(413);
    expect(statusOf(await client.next())).toBe(200);
    expect(records).toMatchObject([{ code: "body_too_large", status: 413, bytesIn: 9 }, { status: 200 }]);
  });

  test("is cut at the chunk that passes it, wherever the bytes are split, and never completed", async () => {
    const whole = HEAD + CHUNKS;
    for (let at = HEAD.length; at < whole.length; at += 1) {
      const { connect, engine, records, untilCounted } = await openLimitedGate(LIMITS);
      const client = await connect();
      await client.send(whole.slice(0, at), whole.slice(at));
      expect(refusalOf(await client.next())).toEqual({
        status: 413,
        code: "body_too_large",
        message: MESSAGE,
      });
      await client.untilOver();
      await untilCounted(0, 0);
      const [server] = engine.connections;
      await server?.untilOver();
      expect(server?.text ?? "").not.toContain("\r\n0\r\n");
      expect(contentOf(server?.text ?? "").length).toBeLessThanOrEqual(8);
      expect(records).toMatchObject([{ code: "body_too_large", status: 413, end: "client" }]);
    }
  });

  test("is cut without a second answer where the engine has begun to answer", async () => {
    const { connect, engine, records } = await openLimitedGate(LIMITS);
    const client = await connect();
    await client.send(`${HEAD}5\r\nhello\r\n`);
    const server = await engine.connection();
    await server.until("hello");
    await server.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
    await client.until((text) => text.endsWith("ok\r\n"));
    await client.send("8\r\n, engine\r\n0\r\n\r\n");
    await client.untilOver();
    await server.untilOver();
    expect(client.text.split("HTTP/1.1")).toHaveLength(2);
    expect(server.text).not.toContain("engine");
    expect(records).toMatchObject([{ code: "body_too_large", status: 200, end: "client" }]);
  });
});

test.each([
  { how: "tells its length", request: `${build(8)}12345678` },
  { how: "comes in chunks", request: `${HEAD}5\r\nhello\r\n3\r\n, e\r\n0\r\n\r\n` },
])("a body as long as its client may send that $how goes on", async ({ request }) => {
  const { ask } = await openLimitedGate(LIMITS, { script: answerEach(answerOf("built")) });
  expect(statusOf(await ask(request))).toBe(200);
});

const JUDGED = grantOf("CONTAINERS=1 POST=1 QUAYGATE_POWERS=default");
const EVERYTHING = grantOf("everything");
const UPGRADE = "Connection: Upgrade\r\nUpgrade: tcp\r\n";

test.each([
  { what: "is judged whole", line: "POST /containers/create", fields: "", grant: JUDGED },
  { what: "is judged by its start", line: "PUT /containers/web/archive?path=/", fields: "", grant: JUDGED },
  { what: "is for an upgrade", line: "POST /exec/0123/start", fields: UPGRADE, grant: EVERYTHING },
])("a chunked body that $what is held to the limit too", async ({ line, fields, grant }) => {
  const { ask, engine } = await openLimitedGate(LIMITS, { grant });
  const head = `${line} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${fields}`;
  const refused = await ask(`${head}Transfer-Encoding: chunked\r\n\r\n9\r\n{        \r\n`);
  expect(refusalOf(refused)).toMatchObject({ status: 413, code: "body_too_large" });
  expect(refusalOf(refused).message).toContain("clients.ci.limits.body");
  expect(engine.connections).toHaveLength(0);
});

test("a body that a GET does not need is held to the limit too", async () => {
  const { ask } = await openLimitedGate(LIMITS);
  const request = "GET /info HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n";
  expect(refusalOf(await ask(request))).toMatchObject({ status: 413, code: "body_too_large" });
});

test("what is not allowed hears the verdict, however long it is", async () => {
  const { ask } = await openLimitedGate(LIMITS, { grant: grantOf("") });
  expect(refusalOf(await ask(build(9)))).toMatchObject({ status: 403, code: "operation_denied" });
});

/** The content in the chunks that a text ends in. */
function contentOf(text: string): string {
  const [, ...chunks] = text
    .split("\r\n\r\n")
    .slice(1)
    .join("\r\n\r\n")
    .split(/(?:^|\r\n)[0-9a-f]+\r\n/u);
  return chunks.join("").replaceAll("\r\n", "");
}
