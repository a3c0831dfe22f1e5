import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeBody, writeBody } from "../../src/policy/judge.ts";
import { grantWith, restricted } from "../policy/judging.ts";
import { chunksOf, JUDGED } from "../proxy/judged-requests.ts";
import { openRig } from "../proxy/rig.ts";
import { type RawPeer, statusOf } from "../support/raw-peer.ts";
import { answerEach, answerOf } from "../support/scripted-engine.ts";
import { jsonBytes } from "./body-arbitrary.ts";
import { cut, places } from "./request-arbitrary.ts";

const RUNS = 1500;
const target = fc.constantFrom(
  "/containers/create",
  "/v1.43/containers/create?name=web",
  "/containers/web/start",
  "/containers/web/update",
  "/containers/web/exec",
);
/** Names a few volumes and networks, each of another kind. */
const script = answerEach(({ startLine }) => {
  if (startLine.startsWith("POST ")) return answerOf("{}", "201 Created");
  if (startLine.includes("/volumes/v ")) return answerOf('{"Name":"v","Driver":"local","Options":null}');
  if (!startLine.includes("backend")) return answerOf("{}", "404 Not Found");
  const network = `{"Name":"backend","Id":"${"ab".repeat(32)}","Driver":"bridge"}`;
  return answerOf(startLine.includes("/networks?") ? `[${network}]` : network);
});

/** The text of the JSON that any reader sees, or undefined where it is none. */
function asNodeReads(bytes: Buffer): string | undefined {
  try {
    return JSON.stringify(JSON.parse(bytes.toString("utf8")));
  } catch {
    return undefined;
  }
}

describe("whatever body a client sends", () => {
  test("the engine gets what was judged, or nothing and the client a refusal", async () => {
    const { engine, connect, gate } = await openRig({ env: JUDGED, script });
    const grant = grantWith("default");
    const tally = { forwarded: 0, refused: 0, denied: 0, runs: 0 };
    let client: RawPeer = await connect();
    await fc.assert(
      fc.asyncProperty(jsonBytes, target, fc.boolean(), places, async (body, path, inChunks, ends) => {
        tally.runs += 1;
        if (client.over) client = await connect();
        const before = engine.connections.length;
        const framing = inChunks ? "Transfer-Encoding: chunked" : `Content-Length: ${body.length}`;
        const content = inChunks ? Buffer.from(chunksOf(body.toString("latin1"), 11), "latin1") : body;
        const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`;
        await client.send(head, ...cut(content, ends));
        const status = statusOf(await client.next());
        const posts = engine.connections.slice(before).filter(({ text }) => text.startsWith("POST "));
        if (body.length === 0 && !inChunks) return;
        const judged = judgeBody(grant, restricted(grant, path.replace(/\?.*/u, "")), body);
        if (status >= 400) {
          expect(posts).toHaveLength(0);
          expect([400, 403]).toContain(status);
          tally[judged.ok ? "denied" : "refused"] += 1;
          expect(status === 400).toBe(!judged.ok);
          return;
        }
        expect(status).toBe(201);
        const [post] = posts;
        const [, received = ""] = /\r\n\r\n([^]*)$/u.exec(post?.text ?? "") ?? [];
        const bytes = Buffer.from(received, "latin1");
        expect(posts).toHaveLength(1);
        expect(post?.text).toContain(`\r\nContent-Length: ${bytes.length}\r\n\r\n`);
        expect(judged.ok && writeBody(judged.value.canonical).equals(bytes)).toBe(true);
        expect(asNodeReads(bytes)).toBeDefined();
        expect(asNodeReads(bytes)).toBe(asNodeReads(body));
        tally.forwarded += 1;
      }),
      { numRuns: RUNS },
    );
    // Without enough of each the comparison would prove nothing.
    expect(Math.min(tally.forwarded, tally.refused, tally.denied)).toBeGreaterThan(RUNS / 50);
    expect(gate.records).toHaveLength(tally.runs);
  }, 90_000);

  test("judging it never throws, and what was judged is judged the same again", () => {
    const grant = grantWith("none");
    const verdict = restricted(grant);
    fc.assert(
      fc.property(jsonBytes, (body) => {
        const judged = judgeBody(grant, verdict, body);
        if (!judged.ok) {
          expect(judged.error.reason).toMatch(/^[ -~]+$/u);
          return;
        }
        const written = writeBody(judged.value.canonical);
        const again = judgeBody(grant, verdict, written);
        expect(again.ok && writeBody(again.value.canonical).equals(written)).toBe(true);
        const plain = (powers: readonly { noun: string; value: string; place: string }[]): string[] =>
          powers.map(({ noun, value, place }) => `${noun} ${value} ${place}`);
        expect(again.ok ? plain(again.value.powers) : []).toStrictEqual(plain(judged.value.powers));
      }),
      { numRuns: 5000 },
    );
  });
});
