import { describe, expect, test } from "vitest";
import { makeScope } from "../../../src/policy/scope/make-scope.ts";
import { restrictTo } from "../../../src/policy/scope/restrict-to.ts";
import { makeView } from "../../../src/policy/view/make-view.ts";
import { grantOf } from "../../policy/grants.ts";
import { eventually, refusalOf } from "../../support/raw-peer.ts";
import { answerEach, type EngineScript } from "../../support/scripted-engine.ts";
import { openLimitedGate } from "../limited-gate.ts";
import { CHUNKED_JSON, chunk, jsonAnswer, LAST } from "../reviewed-gate.ts";

const everything = grantOf("everything");
const scoped = restrictTo(everything, {
  scope: makeScope("ci", [{ label: ["team=ours"] }]),
  view: undefined,
  stamps: new Map(),
});
const viewing = restrictTo(everything, {
  scope: undefined,
  view: makeView({ hide: ["labels", "usage"] }),
  stamps: new Map(),
});

const DISK = "GET /system/df HTTP/1.1\r\nHost: x\r\n\r\n";
const VOLUMES = "GET /volumes HTTP/1.1\r\nHost: x\r\n\r\n";

function volume(name: string, team: string): string {
  return JSON.stringify({ Name: name, Driver: "local", Labels: { team } });
}

const ours = volume("ours", "ours");
const theirs = volume("theirs", "theirs");

function openGate(script: EngineScript | string, grant = scoped) {
  return openLimitedGate({}, { grant, script: typeof script === "string" ? answerEach(script) : script });
}

const ANSWERS: readonly (readonly [what: string, request: string, sent: string, got: string])[] = [
  [
    "volumes of others",
    VOLUMES,
    `{"Volumes":[${theirs},${ours},${theirs}],"Warnings":["theirs"]}`,
    `{"Volumes":[${ours}],"Warnings":null}\n`,
  ],
  ["no volumes", VOLUMES, '{"Volumes":null,"Warnings":null}', '{"Volumes":null,"Warnings":null}\n'],
  [
    "volumes that can't be read",
    VOLUMES,
    `{ "Volumes" : [ {"Name":"a","Name":"b"}, ${ours}, {"a":nul}, 7, "x" ] }`,
    `{"Volumes":[${ours}]}\n`,
  ],
  ["what nobody knows", VOLUMES, `{"Volumes":[${ours}],"Heard":[1],"Volume":{}}`, `{"Volumes":[${ours}]}\n`],
  ["something else than a list", VOLUMES, '{"Volumes":{"a":1},"Warnings":null}', '{"Warnings":null}\n'],
  [
    "all that takes the disk",
    DISK,
    `{"LayersSize":7,"Images":null,"Volumes":[${theirs},${ours}],"BuildCache":[{"ID":"1"}],"BuilderSize":7}`,
    `{"LayersSize":0,"Images":null,"Volumes":[${ours}],"BuildCache":[],"BuilderSize":0}\n`,
  ],
  [
    "the same in sections",
    DISK,
    `{"VolumeUsage":{"ActiveCount":2,"Items":[${theirs},${ours}],"Other":1},"BuildCacheUsage":{"TotalCount":1},"ImageUsage":{}}`,
    `{"VolumeUsage":{"ActiveCount":0,"Items":[${ours}]},"BuildCacheUsage":{"TotalCount":0},"ImageUsage":{}}\n`,
  ],
];

describe("an object with lists in it", () => {
  test.each(ANSWERS)("of %s", async (_, request, sent, got) => {
    const { ask } = await openGate(jsonAnswer(sent));
    expect((await ask(request)).body.toString()).toBe(got);
  });

  test.each(ANSWERS)("that comes byte by byte, of %s", async (_, request, sent, got) => {
    const { ask } = await openGate(async (connection) => {
      await connection.next();
      await connection.send(CHUNKED_JSON, ...[...sent].map(chunk), LAST);
    });
    expect((await ask(request)).body.toString()).toBe(got);
  });

  test("is there for its readers however much of it others fill", async () => {
    const long = volume("theirs", "x".repeat(1024 * 1024));
    const longest = volume("theirs", "x".repeat(5 * 1024 * 1024));
    const { ask, records } = await openGate(async (connection) => {
      await connection.next();
      await connection.send(CHUNKED_JSON, chunk(`{"Volumes":[${longest}`));
      for (let sent = 0; sent < 12; sent += 1) await connection.send(chunk(`,${long}`));
      await connection.send(chunk(`,${ours}]}`), LAST);
    });
    expect((await ask(VOLUMES)).body.toString()).toBe(`{"Volumes":[${ours}]}\n`);
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ withheld: 13 }]);
  });

  test("is without what a view hides", async () => {
    const { ask } = await openGate(
      jsonAnswer(`{"LayersSize":7,"Volumes":[${theirs}],"Unheard":{"a":[1]}}`),
      viewing,
    );
    expect((await ask(DISK)).body.toString()).toBe(
      `{"LayersSize":0,"Volumes":[${theirs.replace('"team":"theirs"', "")}],"Unheard":{"a":[1]}}\n`,
    );
  });

  test.each([
    ["no object", "[]"],
    ["an object that breaks off", `{"Volumes":[${ours}`],
    ["one that has a list twice", '{"Volumes":[],"Volumes":[]}'],
    ["one with a member that can't be read", '{"Volumes":[],"Warnings":{"a":1,"a":2}}'],
  ])("is not passed on where it is %s", async (_, sent) => {
    const { ask } = await openGate(jsonAnswer(sent));
    expect(refusalOf(await ask(VOLUMES))).toMatchObject({ status: 502, code: "engine_answer" });
  });
});
