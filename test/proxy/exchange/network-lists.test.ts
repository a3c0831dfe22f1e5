import { describe, expect, test } from "vitest";
import { refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerEach } from "../../support/scripted-engine.ts";
import { CHUNKED_JSON, chunk, jsonAnswer, LAST } from "../reviewed-gate.ts";
import { OPEN, openRig } from "../rig.ts";

const LIMITED = { ...OPEN, QUAYGATE_POWERS: "none,network:shop,network-driver:bridge" };
const BODY = '{"Container":"web"}';
const CONNECT = `POST /v1.43/networks/shop/connect HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

const network = (name: string, id: string, labels: object = {}): string =>
  JSON.stringify({ Name: name, Id: id.repeat(64), Driver: "bridge", Labels: labels });
const shop = network("shop", "a");

/** Answers the lists of what the name can mean with this, and all else with the network itself. */
async function ask(list: string, isChunked = false) {
  const pieces = [...list.matchAll(/.{1,65536}/gsu)].map(([part]) => chunk(part)).join("");
  const answer = isChunked ? CHUNKED_JSON + pieces + LAST : jsonAnswer(list);
  const script = answerEach(({ startLine }) =>
    startLine.includes("/networks?") ? answer : jsonAnswer(startLine.startsWith("GET") ? shop : "{}"),
  );
  const rig = await openRig({ env: LIMITED, script });
  return rig.ask(CONNECT);
}

describe("a network that a request names", () => {
  test.each([1, 5_000_000])(
    "is found whatever others of a like name have: %d bytes of labels",
    async (length) => {
      const like = network("shop-2", "b", { text: "x".repeat(length) });
      const many = Array.from({ length: 30 }, () =>
        network("shop-3", "c", { text: "x".repeat(200_000) }),
      ).join(",");
      for (const isChunked of [false, true])
        expect(statusOf(await ask(`[${like},${many},${shop}]`, isChunked))).toBe(200);
    },
  );

  test("may be any that has its name, or of whose id that is the beginning", async () => {
    for (const other of [
      network("shop", "b").replace("bridge", "macvlan"),
      shop.replace('"shop"', '"other"').replaceAll("aa", "shop"),
    ])
      expect(refusalOf(await ask(`[${shop},${other}]`))).toMatchObject({ code: "power_denied" });
  });

  test.each(["{}", "[{}", "[{}]x", '[{"Name":1,"Name":2}]', "hello"])(
    "is not known where the engine gives no list of them: %s",
    async (list) => {
      expect([403, 502]).toContain(statusOf(await ask(list)));
    },
  );

  test("is not known where the engine goes away without an answer, which is told as such", async () => {
    const rig = await openRig({
      env: LIMITED,
      script: async (connection) => {
        await connection.next({ mayNeverCome: true });
        connection.socket.end();
      },
    });
    expect(refusalOf(await rig.ask(CONNECT))).toMatchObject({ status: 502, code: "engine_closed" });
  });
});
