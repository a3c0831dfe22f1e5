import { describe, expect, test } from "vitest";
import { refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript } from "../../support/scripted-engine.ts";
import { JUDGED, received, withLength } from "../judged-requests.ts";
import { openRig, type Rig } from "../rig.ts";

const DB = "db".repeat(32);
const SECRET = "5ec".padEnd(64, "0");
const HELD = { ...JUDGED, QUAYGATE_POWERS: "default,volumes-from:db,join:pid:db,link:db" };

const inspected = (id: string, name: string): string =>
  answerOf(JSON.stringify({ Id: id, Name: `/${name}`, Config: { Env: ["PASSWORD=hunter2"] } }));

/** Knows containers as an engine does, by the words that mean them, and does all else. */
function engineWith(words: () => Readonly<Record<string, string>>): EngineScript {
  return answerEach(({ startLine }) => {
    const word = /^GET \/v1\.43\/containers\/(?<word>.+)\/json /u.exec(startLine)?.groups?.["word"];
    if (word === undefined) return answerOf("done");
    return words()[word] ?? answerOf('{"message":"No such container"}', "404 Not Found");
  });
}

const CONTAINERS = {
  db: inspected(DB, "db"),
  [DB]: inspected(DB, "db"),
  dbd: inspected(DB, "db"),
  "web/data": inspected(DB, "db"),
  secret: inspected(SECRET, "secret"),
  [SECRET]: inspected(SECRET, "secret"),
  "5e": inspected(SECRET, "secret"),
};

const withMounts = (...from: readonly string[]): string =>
  JSON.stringify({ Image: "a", HostConfig: { VolumesFrom: from } });

const posts = ({ engine }: Pick<Rig, "engine">): readonly string[] =>
  engine.connections.map(({ text }) => text).filter((text) => text.startsWith("POST "));

describe("a container that a request names", () => {
  test.each([
    { word: "db", sent: DB },
    { word: "/db:ro", sent: `${DB}:ro` },
    { word: "dbd", sent: DB },
    { word: DB, sent: DB },
    { word: "web/data", sent: DB },
  ])("goes on by its whole id where its name is held: $word", async ({ word, sent }) => {
    const { engine, ask } = await openRig({ env: HELD, script: engineWith(() => CONTAINERS) });
    expect(statusOf(await ask(withLength(withMounts(word))))).toBe(200);
    expect(posts({ engine })).toStrictEqual([received(withMounts(sent))]);
  });

  test("goes on by its whole id wherever it stands, and the rest of the body as it was", async () => {
    const body = (name: string, links: readonly string[]): string =>
      `{"Image":"a","HostConfig":{"Memory":1.0e0,"VolumesFrom":["${name}:ro","${name}"],"PidMode":"container:${name}","Links":${JSON.stringify(links)}},"Labels":{"z":"db"}}`;
    const { engine, ask } = await openRig({ env: HELD, script: engineWith(() => CONTAINERS) });
    expect(statusOf(await ask(withLength(body("db", ["db", "/db:/web/x"]))))).toBe(200);
    expect(posts({ engine })).toStrictEqual([received(body(DB, [`${DB}:db`, `${DB}:x`]))]);
    // Five places, one question.
    expect(engine.connections).toHaveLength(2);
  });

  test.each(["secret", "/secret", "5e", SECRET])(
    "is refused by its own name where that is not held: %s",
    async (word) => {
      const { engine, ask, gate } = await openRig({ env: HELD, script: engineWith(() => CONTAINERS) });
      const refusal = refusalOf(await ask(withLength(withMounts(word))));
      expect(refusal).toMatchObject({ status: 403, code: "power_denied" });
      expect(refusal.message).toContain(
        `asks for the power volumes-from:secret (HostConfig.VolumesFrom[0] = ${word}), which`,
      );
      expect(refusal.message + JSON.stringify(gate.records)).not.toContain("hunter2");
      expect(posts({ engine })).toStrictEqual([]);
    },
  );

  test("is another one by the id that a held name begins: held is only who has the name", async () => {
    const words = { db: inspected(`db${"0".repeat(62)}`, "secret") };
    const { engine, ask } = await openRig({ env: HELD, script: engineWith(() => words) });
    expect(refusalOf(await ask(withLength(withMounts("db")))).message).toContain("volumes-from:secret");
    expect(posts({ engine })).toStrictEqual([]);
  });

  test("goes on by the id of the one that was judged, whatever its name means when the engine reads it", async () => {
    let words: Readonly<Record<string, string>> = CONTAINERS;
    const script = engineWith(() => {
      const before = words;
      // As soon as the gate has its answer, the name is another container's.
      words = { ...CONTAINERS, db: inspected(SECRET, "db") };
      return before;
    });
    const { engine, ask } = await openRig({ env: HELD, script });
    expect(statusOf(await ask(withLength(withMounts("db"))))).toBe(200);
    expect(posts({ engine })).toStrictEqual([received(withMounts(DB))]);
  });

  test("that is not there is told in Docker's words, and the connection stays", async () => {
    const { engine, connect, gate, untilRecords } = await openRig({
      env: HELD,
      script: engineWith(() => ({})),
    });
    const client = await connect();
    for (let time = 0; time < 2; time += 1) {
      await client.send(withLength(withMounts("db")));
      expect(refusalOf(await client.next())).toStrictEqual({
        status: 400,
        code: "no_such_container",
        message: "quaygate: No such container: db",
      });
    }
    await untilRecords(2);
    expect(gate.records[0]).toMatchObject({
      code: "no_such_container",
      status: 400,
      verdict: "allow",
      reason: "No such container: db",
      end: "complete",
    });
    expect(gate.records[0]?.powers).toContain("volumes-from:db");
    expect(posts({ engine })).toStrictEqual([]);
  });

  test("is refused the same way whether it is there or not, where its name is not held", async () => {
    const { ask } = await openRig({ env: HELD, script: engineWith(() => CONTAINERS) });
    const there = refusalOf(await ask(withLength(withMounts("secret"))));
    const { ask: askOther } = await openRig({ env: HELD, script: engineWith(() => ({})) });
    expect(refusalOf(await askOther(withLength(withMounts("secret"))))).toStrictEqual(there);
    const failing = engineWith(() => ({ secret: answerOf("{}", "500 Internal Server Error") }));
    const { ask: askFailing } = await openRig({ env: HELD, script: failing });
    expect(refusalOf(await askFailing(withLength(withMounts("secret"))))).toStrictEqual(there);
  });

  test.each([
    ["has no id", answerOf('{"Name":"/db"}'), 200],
    ["has a part of an id", answerOf('{"Id":"db","Name":"/db"}'), 200],
    ["could be several", answerOf('{"message":"Multiple IDs found"}', "500 Internal Server Error"), 500],
  ])("does not go on where it %s", async (_how, db, status) => {
    const { engine, ask } = await openRig({ env: HELD, script: engineWith(() => ({ db })) });
    expect(refusalOf(await ask(withLength(withMounts("db"))))).toStrictEqual({
      status: 502,
      code: "engine_answer",
      message: `quaygate: the Docker engine did not say what the container is that the request names (status ${status})`,
    });
    expect(posts({ engine })).toStrictEqual([]);
  });

  test("goes on as it is written where every container may be named, and nobody is asked", async () => {
    const env = { ...JUDGED, QUAYGATE_POWERS: "default,volumes-from" };
    const { engine, ask } = await openRig({ env, script: engineWith(() => ({})) });
    expect(statusOf(await ask(withLength(withMounts("any:ro"))))).toBe(200);
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([received(withMounts("any:ro"))]);
  });

  test.each(["a b", "../images/x", "a%2fb", "a/b/c"])(
    "is any where no path can carry its name: %s",
    async (word) => {
      const { engine, ask, gate } = await openRig({ env: HELD, script: engineWith(() => CONTAINERS) });
      expect(refusalOf(await ask(withLength(withMounts(word))))).toMatchObject({ code: "power_denied" });
      expect(gate.records[0]?.missing).toContain("volumes-from:(unknown)");
      expect(engine.connections).toHaveLength(0);
    },
  );
});

test("names of which every value is held do not count among those that the engine is asked about", async () => {
  const env = { ...JUDGED, QUAYGATE_POWERS: "default,volumes-from,volume-driver,bind,mount,field" };
  const many = Array.from({ length: 100 }, (_, index) => `c${index}`);
  const { engine, ask } = await openRig({ env, script: engineWith(() => ({})) });
  expect(statusOf(await ask(withLength(withMounts(...many))))).toBe(200);
  expect(engine.connections).toHaveLength(1);
  const { ask: askJudged } = await openRig({ env: HELD, script: engineWith(() => CONTAINERS) });
  const refusal = refusalOf(await askJudged(withLength(withMounts(...many.slice(0, 33)))));
  expect(refusal).toMatchObject({ status: 400, code: "bad_body" });
  expect(refusal.message).toContain("names more than 32 things of which the engine would have to be asked");
});
