import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../src/docker/json/edit.ts";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import { Asking, type Lookup } from "../../../src/docker/powers/asking.ts";
import { hostConfig } from "../../../src/docker/powers/host-config.ts";
import {
  lookupTargets,
  nounsOfLookup,
  powersOfAbsent,
  powersOfUnknown,
  resolveLookup,
} from "../../../src/docker/powers/lookup.ts";
import { type Power, powerText } from "../../../src/docker/powers/power.ts";

const ID = "0123456789abcdef".repeat(4);

function json(value: unknown): JsonValue {
  const parsed = parseJson(Buffer.from(JSON.stringify(value), "utf8"));
  return parsed.ok ? parsed.value : null;
}

const texts = (powers: readonly Power[]): readonly string[] => powers.map((power) => powerText(power));

function lookupsIn(fields: unknown): readonly Lookup[] {
  const asking = new Asking();
  hostConfig.judge(json(fields), asking);
  return asking.asked.lookups;
}

/** What the engine gets of a HostConfig, whose containers it knows as `Name`; and what is asked for. */
function sent(
  fields: unknown,
  Name: unknown = "/db",
): { readonly body: unknown; readonly asks: readonly string[] } {
  const found = lookupsIn(fields).map((lookup) => resolveLookup(lookup, [json({ Id: ID, Name })]));
  const edits = found.flatMap((resolved) => resolved.edits);
  return {
    body: JSON.parse(serializeJson(applyEdits(json(fields), edits))),
    asks: found.flatMap(({ powers }) => texts(powers)),
  };
}

describe("a container that a request names goes on by its whole id, and is asked for by its own name", () => {
  test.each<readonly [string, unknown, unknown, readonly string[]]>([
    ["mounts", { VolumesFrom: ["d"] }, { VolumesFrom: [ID] }, ["volumes-from:db"]],
    [
      "mounts with a mode",
      { VolumesFrom: ["/db:ro,z"] },
      { VolumesFrom: [`${ID}:ro,z`] },
      ["volumes-from:db"],
    ],
    ["mounts in a text", { VolumesFrom: "db" }, { VolumesFrom: ID }, ["volumes-from:db"]],
    [
      "several",
      { VolumesFrom: ["a", "b:rw"] },
      { VolumesFrom: [ID, `${ID}:rw`] },
      ["volumes-from:db", "volumes-from:db"],
    ],
    ["processes", { PidMode: "container:d" }, { PidMode: `container:${ID}` }, ["join:pid:db"]],
    ["shared memory", { IpcMode: "container:/db" }, { IpcMode: `container:${ID}` }, ["join:ipc:db"]],
    ["a network", { NetworkMode: "container:01" }, { NetworkMode: `container:${ID}` }, ["join:network:db"]],
    ["a host name", { UTSMode: "container:01" }, { UTSMode: `container:${ID}` }, ["join:uts:db"]],
    ["users", { UsernsMode: "container:01" }, { UsernsMode: `container:${ID}` }, ["join:userns:db"]],
    ["a control group", { Cgroup: "container:01" }, { Cgroup: `container:${ID}` }, ["join:cgroup:db"]],
    [
      "control groups",
      { CgroupnsMode: "container:a" },
      { CgroupnsMode: `container:${ID}` },
      ["join:cgroupns:db"],
    ],
    ["a link", { Links: ["d:data"] }, { Links: [`${ID}:data`] }, ["link:db"]],
    ["a link without an alias", { Links: ["d"] }, { Links: [`${ID}:d`] }, ["link:db"]],
    ["a link with a slash", { Links: ["/d"] }, { Links: [`${ID}:d`] }, ["link:db"]],
    ["a link that an engine wrote", { Links: ["/db:/web/data"] }, { Links: [`${ID}:data`] }, ["link:db"]],
    ["a link by a link's name", { Links: ["web/data"] }, { Links: [`${ID}:web/data`] }, ["link:db"]],
    [
      "the same for two things",
      { VolumesFrom: ["db"], PidMode: "container:db" },
      { VolumesFrom: [ID], PidMode: `container:${ID}` },
      ["volumes-from:db", "join:pid:db"],
    ],
  ])("%s", (_name, fields, body, asks) => {
    expect(sent(fields)).toStrictEqual({ body, asks });
  });

  test.each([
    ["without its slash", "web", "volumes-from:web"],
    ["encoded", "/a,b*", "volumes-from:a%2Cb%2A"],
    ["that is empty", "", "volumes-from:(unknown)"],
    ["that is none", null, "volumes-from:(unknown)"],
  ])("by its name %s", (_name, name, power) => {
    expect(sent({ VolumesFrom: ["x"] }, name).asks).toStrictEqual([power]);
  });

  test("unless it is one that no mode names", () => {
    expect(
      lookupsIn({ PidMode: "private", IpcMode: "host", NetworkMode: "bridge", VolumesFrom: [""] }),
    ).toEqual([]);
  });
});

describe("a container that the engine does not show", () => {
  const [lookup] = lookupsIn({ VolumesFrom: ["db:ro"] });
  if (lookup === undefined) throw new Error("there is a look-up");

  test.each([
    ["nothing", []],
    ["no object", [json([])]],
    ["no id", [json({ Name: "/db" })]],
    ["a part of an id", [json({ Id: ID.slice(1), Name: "/db" })]],
    ["another kind of id", [json({ Id: ID.toUpperCase(), Name: "/db" })]],
  ])("does not go on, and is asked for by the client's word: %s", (_name, answers) => {
    const resolved = resolveLookup(lookup, answers);
    expect(texts(resolved.powers)).toStrictEqual(["volumes-from:db"]);
    expect(resolved).toMatchObject({ edits: [], isMissing: true });
  });

  test("is asked for by the client's word, or as any, where the engine can't be asked", () => {
    expect(texts(powersOfAbsent(lookup))).toStrictEqual(["volumes-from:db"]);
    expect(texts(powersOfUnknown(lookup))).toStrictEqual(["volumes-from:db", "volumes-from:(unknown)"]);
    expect(nounsOfLookup(lookup)).toStrictEqual(["volumes-from"]);
  });
});

describe("the engine is asked", () => {
  const targetsOf = (name: string): readonly string[] =>
    lookupsIn({ VolumesFrom: [name] }).flatMap((lookup) => lookupTargets(lookup, "1.43"));

  test.each([
    ["db", "/v1.43/containers/db/json"],
    ["/db", "/v1.43/containers/db/json"],
    ["json", "/v1.43/containers/json/json"],
    ["web/db", "/v1.43/containers/web/db/json"],
    ["/web/db", "/v1.43/containers/web/db/json"],
    [ID, `/v1.43/containers/${ID}/json`],
  ])("where the name %s is one for sure", (name, target) => {
    expect(targetsOf(name)).toStrictEqual([target]);
  });

  test.each([
    ...["//db", "a/b/c", "a/", "..", "../images/x", "a/../b", "a%2fb", "a b", "a?b", "a#b", "é", "a\r\nb"],
    ...["-a", "a".repeat(256)],
  ])("for nothing where it is not: %j", (name) => {
    expect(targetsOf(name)).toStrictEqual([]);
  });
});

test("a link with more parts than an engine reads is refused", () => {
  const asking = new Asking();
  hostConfig.judge(json({ Links: ["a:b:c"] }), asking);
  expect(asking.fault).toBe("Links[0] must be a container, and an alias behind a colon");
});

test.each([["db:../api"], ["db:a/../../api"], ["db:."], ["db:/.."], ["/db:/web/.."]])(
  "a link whose alias would be a name of its own is refused: %s",
  (link) => {
    const asking = new Asking();
    hostConfig.judge(json({ Links: [link] }), asking);
    expect(asking.fault).toBe("Links[0] must have an alias without dot segments");
  },
);

test.each([["db:z"], ["db:ro,z"], ["db:Z"]])(
  "what gives the mounts of another other labels asks for it: %s",
  (from) => {
    const asking = new Asking();
    hostConfig.judge(json({ VolumesFrom: [from] }), asking);
    expect(asking.asked.powers.map((power) => powerText(power))).toEqual([
      "relabel:/",
      "relabel-volume:(any)",
    ]);
  },
);
