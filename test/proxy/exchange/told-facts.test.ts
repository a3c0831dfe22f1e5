import { describe, expect, test } from "vitest";
import { refusalOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { JUDGED, WITH_NETWORK, WITH_VOLUME, withLength } from "../judged-requests.ts";
import { openRig } from "../rig.ts";

/** Lets a client make containers, and read no volumes or networks. */
const BLIND = { ...JUDGED, VOLUMES: "0", NETWORKS: "0" };

const LAN = '{"Name":"backend","Id":"0f","Driver":"secret-driver"}';
const LAN_LIST = answerOf(`[${LAN}]`);

const IN_THE_LOG = "To allow it, add that, which the gate's log names, to its powers (QUAYGATE_POWERS).";

async function refusalWith(
  env: Readonly<Record<string, string>>,
  body: string,
  answer: string,
): Promise<{
  readonly message: string;
  readonly missing: readonly string[];
}> {
  const script = answerEach(({ startLine }) =>
    answer.includes(LAN) && startLine.includes("/networks?") ? LAN_LIST : answer,
  );
  const { ask, gate, untilRecords } = await openRig({ env, script });
  const refusal = refusalOf(await ask(withLength(body)));
  expect(refusal).toMatchObject({ status: 403, code: "power_denied" });
  await untilRecords(1);
  return { message: refusal.message, missing: gate.records[0]?.missing ?? [] };
}

describe("what the engine says of what a request names", () => {
  const secret = answerOf('{"Driver":"local","Options":{"type":"none","o":"bind","device":"/srv/secret"}}');
  const lan = answerOf(LAN);

  test.each([
    { what: "a volume's folder", body: WITH_VOLUME, answer: secret, noun: "bind", power: "bind:/srv/secret" },
    {
      what: "a network's driver",
      body: WITH_NETWORK,
      answer: lan,
      noun: "network-driver",
      power: "network-driver:secret-driver",
    },
  ])(
    "is for clients that may read it there, and for the log: $what",
    async ({ body, answer, noun, power }) => {
      const blind = await refusalWith(BLIND, body, answer);
      expect(blind.message).toContain(`asks for the power ${noun} with a value which the gate's log names (`);
      expect(blind.message).toContain(IN_THE_LOG);
      expect(blind.message).not.toContain("secret");
      expect(blind.missing).toStrictEqual([power]);
      const seeing = await refusalWith(JUDGED, body, answer);
      expect(seeing.message).toContain(`To allow it, add ${power} to its powers`);
      expect(seeing.missing).toStrictEqual([power]);
    },
  );

  test("is no sign of whether a thing is there that the client may neither name nor read", async () => {
    const env = { ...BLIND, QUAYGATE_POWERS: "default,-volume,-network,network:bridge,volume:own" };
    const answers = [
      secret,
      lan,
      answerOf("{}", "404 Not Found"),
      answerOf("{}", "500 Internal Server Error"),
    ];
    for (const body of [WITH_VOLUME, WITH_NETWORK]) {
      const messages = [];
      for (const answer of answers) messages.push((await refusalWith(env, body, answer)).message);
      expect(new Set(messages).size).toBe(1);
    }
  });
});
