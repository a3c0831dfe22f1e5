import { describe, expect, test } from "vitest";
import { parseRequestHead } from "../../../src/http1/request-head.ts";
import { refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { openRig } from "../rig.ts";

const DONE = answerEach(answerOf("done"));
/** So many of 64 that another address still finds one. */
const PLACES = 56;
/** Larger than a head that nobody counts, and not complete. */
const LARGE_START = `GET /version HTTP/1.1\r\nHost: x\r\nX-Pad: ${"a".repeat(40_000)}`;
const SMALL = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";

describe("large heads that arrive at the same time", () => {
  test("have a bound; beyond it one is told so, and small ones and those of another address pass", async () => {
    const { connect, ask, gate } = await openRig({ script: DONE });
    const waiting = [];
    for (let count = 0; count < PLACES; count += 1) {
      const peer = await connect();
      await peer.send(LARGE_START);
      waiting.push(peer);
    }
    // The answer to a later request tells that the gate has read what was sent before.
    expect(statusOf(await ask(SMALL))).toBe(200);
    const beyond = await connect();
    await beyond.send(LARGE_START);
    expect(refusalOf(await beyond.next())).toEqual({
      status: 503,
      code: "too_many_large_heads",
      message: "quaygate: too many large requests arrive at the same time; try again",
    });
    await beyond.untilOver();
    expect(gate.records.at(-1)).toMatchObject({ verdict: "refuse", code: "too_many_large_heads" });
    expect(statusOf(await ask(SMALL))).toBe(200);
    const other = await connect("127.0.0.2");
    await other.send(LARGE_START, "\r\n\r\n");
    expect(statusOf(await other.next())).toBe(200);
    expect(waiting.every((peer) => !peer.over)).toBe(true);
  });

  test.each([
    { how: "is complete", leave: "\r\n\r\n" },
    { how: "is malformed", leave: "\n\n" },
    { how: "is given up", leave: undefined },
  ])("leave their place when the head $how", async ({ leave }) => {
    const { connect } = await openRig({ script: DONE });
    for (let count = 0; count < PLACES + 2; count += 1) {
      const peer = await connect();
      await peer.send(LARGE_START);
      if (leave === undefined) {
        peer.end();
        await peer.untilOver();
        expect(peer.text).toBe("");
      } else {
        await peer.send(leave);
        expect(statusOf(await peer.next())).toBe(leave === "\n\n" ? 400 : 200);
      }
    }
  });
});

test("a path has a bound of its own, below that of a head", () => {
  const headOf = (length: number): string =>
    `GET /images/${"a".repeat(length - "/images/".length)}?x=${"q".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n`;
  const longest = parseRequestHead(headOf(8192));
  expect(longest.ok && longest.value.path.length).toBe(8192);
  expect(parseRequestHead(headOf(8193))).toMatchObject({ ok: false, error: { code: "bad_target" } });
});
