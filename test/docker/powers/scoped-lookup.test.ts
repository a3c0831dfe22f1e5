import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import type { Identity } from "../../../src/docker/objects/identity.ts";
import type { MentionLookup, MentionRole, ThingLookup } from "../../../src/docker/powers/asking.ts";
import { lookupTargets } from "../../../src/docker/powers/lookup.ts";
import { mentionedBy } from "../../../src/docker/powers/mention.ts";
import { sight, unsighted } from "../../../src/docker/powers/scoped-lookup.ts";

const IDS = { mine: "a1".repeat(32), others: "b2".repeat(32) } as const;
const sees = ({ labels, names }: Identity): boolean =>
  labels.get("mine") === "1" || names.some((name) => name.startsWith("my-"));

function json(value: unknown): JsonValue {
  const parsed = parseJson(Buffer.from(JSON.stringify(value)));
  if (!parsed.ok) throw new Error("what a test writes is JSON");
  return parsed.value;
}

const thing = (kind: "volume" | "network", name: string): ThingLookup => ({ kind, name, place: "here" });

function mention(object: MentionLookup["object"], name: string, role: MentionRole = "used"): MentionLookup {
  return { kind: "mention", object, name, role, at: ["x"], place: "here" };
}

function network(name: string, id: string, isMine: boolean): JsonValue {
  return json({ Name: name, Id: id, Driver: "bridge", Labels: isMine ? { mine: "1" } : {} });
}

const volume = (name: string, isMine: boolean): JsonValue =>
  json({ Name: name, Driver: "local", Labels: isMine ? { mine: "1" } : null });

describe("a name in a request of a client with a scope", () => {
  test("means what it did where that is in scope", () => {
    const answers = [volume("data", true)];
    expect(sight(thing("volume", "data"), answers, sees)).toMatchObject({ answers, absence: undefined });
  });

  test("means nothing where that is another's, and the record alone knows better", () => {
    const hidden = sight(thing("volume", "data"), [volume("data", false)], sees);
    const none = sight(thing("volume", "data"), [], sees);
    expect(hidden).toMatchObject({ answers: [], absence: { kind: "scope" }, hidden: { id: "data" } });
    expect({ ...hidden, hidden: undefined }).toEqual(none);
  });

  test("may be of what is not there yet, where that will be in scope by it", () => {
    expect(sight(thing("volume", "my-data"), [], sees).absence).toBeUndefined();
    expect(sight(thing("network", "my-net"), [], sees).absence).toBeUndefined();
    // The engine has to miss it by its id, not by a name.
    expect(sight(mention("container", "my-web"), [], sees).absence).toMatchObject({ kind: "container" });
  });

  test("means nothing where it can mean another's as well", () => {
    const both = [json([]), network("cafe", IDS.mine, true), network("x", `cafe${"0".repeat(60)}`, false)];
    expect(sight(thing("network", "cafe"), both, sees).absence).toEqual({
      kind: "thing",
      reason: "network cafe not found",
    });
  });

  test.each(["bridge", "host", "none", "ingress"])(
    "is a matter of powers alone for the network %s",
    (name) => {
      const answers = [network(name, IDS.others, false)];
      expect(sight(thing("network", IDS.others), answers, sees)).toMatchObject({
        answers,
        absence: undefined,
      });
    },
  );

  test("is not given where it is another's, and only a whole name is one", () => {
    const given = mention("network", "shop", "given");
    const reason = "the name shop is that of a network which is not in the client's scope";
    const absenceOf = (...networks: readonly JsonValue[]): unknown => sight(given, networks, sees).absence;
    expect(absenceOf(network("shop", IDS.others, false))).toEqual({ kind: "scope", reason });
    expect(absenceOf(network("shop", IDS.mine, true))).toBeUndefined();
    expect(absenceOf([network("shop-2", IDS.others, false)])).toBeUndefined();
    expect(unsighted(mention("network", "a b", "given"))).toMatchObject({ kind: "scope" });
  });

  test("is that of an image under this name alone", () => {
    const shared = json({
      Id: `sha256:${IDS.mine}`,
      RepoTags: ["my.registry/a:1", "theirs/b:1"],
      Config: {},
    });
    const seesMine = ({ names }: Identity): boolean => names.some((name) => name.startsWith("my.registry/"));
    const absenceOf = (name: string, role?: MentionRole): unknown =>
      sight(mention("image", name, role), [shared], seesMine).absence;
    expect(absenceOf("my.registry/a:1")).toBeUndefined();
    expect(absenceOf(IDS.mine.slice(0, 12))).toBeUndefined();
    expect(absenceOf("theirs/b:1")).toMatchObject({ kind: "image" });
    expect(absenceOf("docker.io/theirs/b:1", "given")).toMatchObject({ kind: "scope" });
  });

  test("goes on to what looks for it again by what means the same then", () => {
    const later = (object: "image" | "network" | "volume", name: string): MentionLookup => ({
      ...mention(object, name),
      isLater: true,
    });
    const id = `sha256:${IDS.mine}`;
    const image = json({ Id: id, RepoTags: ["own:1"], Config: { Labels: { mine: "1" } } });
    const at = (name: string): unknown => sight(later("image", name), [image], sees).edits;
    expect(at("own:1")).toEqual([{ at: ["x"], text: id }]);
    expect(at(`own@sha256:${IDS.mine}`)).toEqual([]);
    expect(sight(mention("image", "own:1"), [image], sees).edits).toEqual([]);
    const nets = [[network("net", IDS.mine, true)], json([]), network("net", IDS.mine, true)];
    expect(sight(later("network", "net"), nets, sees).edits).toEqual([{ at: ["x"], text: IDS.mine }]);
    expect(sight(later("network", "bridge"), [network("bridge", IDS.others, false)], sees).edits).toEqual([]);
    expect(sight(later("volume", "data"), [volume("data", true)], sees).absence).toMatchObject({
      kind: "scope",
      reason: expect.stringContaining("whenever a task starts"),
    });
    expect(sight(later("volume", "my-data"), [volume("my-data", true)], sees).absence).toBeUndefined();
  });

  test("is not to be made first where a service would look for it: that would not help", () => {
    const later: MentionLookup = { ...mention("volume", "data"), isLater: true };
    const missing = sight(later, [], sees).absence;
    expect(missing).toEqual(sight(later, [volume("data", true)], sees).absence);
    expect(missing?.reason).not.toContain("create it first");
    expect(sight(thing("volume", "data"), [], sees).absence?.reason).toContain("create it first");
  });

  test("means nothing where the engine's answer does not say who that is", () => {
    expect(sight(thing("volume", "data"), [json({ Name: "data", Labels: [] })], sees).absence).toBeDefined();
    expect(sight(mention("image", "a"), [json({})], sees).absence).toEqual({
      kind: "image",
      reason: "No such image: a:latest",
    });
  });
});

describe("an image's name that a request gives", () => {
  const image = json({ Id: `sha256:${IDS.others}`, RepoTags: ["b:1"], Config: { Labels: {} } });

  test("is free where no image has it, and is not taken from another's", () => {
    const given = mention("image", "docker.io/library/b:1", "given");
    expect(sight(given, [], sees).absence).toBeUndefined();
    expect(sight(given, [image], sees).absence).toMatchObject({ kind: "scope" });
  });

  test("is left out where the engine would do without", () => {
    const spare = sight(mention("image", "b:1", "spare"), [image], sees);
    expect(spare).toMatchObject({ absence: undefined, edits: [{ at: ["x"], text: undefined }] });
  });
});

describe("what is mentioned", () => {
  test.each([
    ["container", "web", ["/v1.44/containers/web/json"]],
    ["image", "[::1]:5000/a/b:1", ["/v1.44/images/%5B%3A%3A1%5D%3A5000/a/b%3A1/json"]],
    ["image", "a b", []],
    ["service", "{{.Task}}", []],
    ["node", "self", ["/v1.44/nodes/self"]],
  ] as const)("is asked for where a path can carry it: the %s %s", (object, name, targets) => {
    expect(lookupTargets(mention(object, name), "1.44")).toEqual(targets);
  });

  test("are the networks of what starts, of which the ones that it was on are its own", () => {
    const inspected = json({ NetworkSettings: { Networks: { front: { NetworkID: IDS.others } } } });
    const [front, ...others] = mentionedBy(mention("container", IDS.mine, "started"), inspected);
    expect(others).toEqual([]);
    if (front === undefined) throw new Error("there is one");
    expect(sight(front, [network("front", IDS.others, false)], sees).absence).toBeUndefined();
    expect(sight(front, [network("front", IDS.mine, false)], sees).absence).toMatchObject({ kind: "thing" });
    expect(mentionedBy(mention("container", IDS.mine, "used"), inspected)).toEqual([]);
  });
});
