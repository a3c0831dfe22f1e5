import { describe, expect, test } from "vitest";
import { labels } from "../../../src/docker/answers/labels.ts";
import { entry, keyedBy, nameBeside, ofAll, ownedBy } from "../../../src/docker/answers/object-parts.ts";
import { always, is, list, map, shape, shapeOfMany, time, under } from "../../../src/docker/answers/shape.ts";
import { json, scoped, seen, viewerOf } from "./viewers.ts";

const everything = viewerOf({});
const hidesEnv = viewerOf({ hide: ["env"] });
const onlyState = viewerOf({ only: ["state"] });

describe("a hidden value keeps its type, so that programs go on", () => {
  test.each([
    { what: "a text", value: "SECRET=1", is: "" },
    { what: "a list", value: ["SECRET=1"], is: [] },
    { what: "an object", value: { SECRET: "1" }, is: {} },
    { what: "a number", value: 7, is: 0 },
    { what: "a switch", value: true, is: false },
    { what: "nothing", value: null, is: null },
  ])("$what", ({ value, is: hidden }) => {
    expect(seen(is("env"), value, hidesEnv)).toEqual(hidden);
    expect(seen(is("env"), value, everything)).toEqual(value);
  });

  test("a time is one that Go can read", () => {
    const started = "2026-11-29T10:00:00.5Z";
    expect(seen(time("env"), started, hidesEnv)).toBe("0001-01-01T00:00:00Z");
    expect(seen(time("env"), 1_700_000_000, hidesEnv)).toBe(0);
    expect(seen(time("env"), started, everything)).toBe(started);
  });

  test("a name is the short id, with a slash where names have one", () => {
    const part = shape({ Id: always, Names: nameBeside("Id"), Name: nameBeside("Id") });
    const id = "0123456789abcdef0123";
    const named = { Id: id, Names: ["/web", "/db/web"], Name: "shop" };
    const hidden = { Id: id, Names: ["/0123456789ab"], Name: "0123456789ab" };
    const hides = viewerOf({ hide: ["names"] });
    expect(seen(part, named, hides)).toEqual(hidden);
    expect(seen(part, hidden, hides)).toEqual(hidden);
    expect(seen(part, { Id: id, Names: [], Name: null }, hides)).toEqual({ Id: id, Names: [], Name: null });
  });
});

test("a value of several kinds is there for whoever may read all of them", () => {
  const part = is("env", "command");
  expect(seen(part, "ENV A=1", hidesEnv)).toBe("");
  expect(seen(part, "ENV A=1", viewerOf({ hide: ["command"] }))).toBe("");
  expect(seen(part, "ENV A=1", viewerOf({ only: ["env"] }))).toBe("");
  expect(seen(part, "ENV A=1", viewerOf({ only: ["env", "command"] }))).toBe("ENV A=1");
});

test("what is of one kind as a whole is not looked into where that is hidden", () => {
  const part = under("networks", map(shape({ IPAddress: is("addresses") })));
  const value = { shop: { IPAddress: "10.0.0.2" } };
  expect(seen(part, value, viewerOf({ hide: ["networks"] }))).toEqual({});
  expect(seen(part, value, viewerOf({ hide: ["addresses"] }))).toEqual({ shop: { IPAddress: "" } });
});

describe("a field that no table knows", () => {
  const one = shape({ Id: always });
  const many = shapeOfMany({ Id: always });
  const value = { Id: "a", New: { env: "SECRET=1" } };

  test("is left out for whoever reads by a list of what is shown", () => {
    expect(seen(one, value, onlyState)).toEqual({ Id: "a" });
    expect(seen(many, value, onlyState)).toEqual({ Id: "a" });
  });

  test("is there for all others, as long as it can't tell of anybody's objects", () => {
    expect(seen(one, value, hidesEnv)).toEqual(value);
    expect(seen(one, value, scoped({}))).toEqual(value);
    expect(seen(many, value, hidesEnv)).toEqual(value);
    expect(seen(many, value, scoped({}))).toEqual({ Id: "a" });
  });
});

describe("what is not as it should be is not there", () => {
  test.each([
    ["a list in the place of an object", shape({ Id: always }), []],
    ["a text in the place of a map", map(always), "text"],
    ["an object in the place of a list", list(always), {}],
    ["a text in the place of labels", labels, "text"],
  ])("%s", (_, part, value) => {
    expect(seen(part, value, everything)).toBeUndefined();
    expect(seen(part, null, everything)).toBeNull();
  });
});

describe("labels are there by their keys", () => {
  const value = { "traefik.enable": "true", "com.example.team": "a" };

  test.each([
    { words: { hide: ["labels"] }, is: {} },
    { words: { hide: ["labels:traefik.*"] }, is: { "com.example.team": "a" } },
    { words: { only: ["labels"] }, is: value },
    { words: { only: ["labels:traefik.*"] }, is: { "traefik.enable": "true" } },
    { words: { only: ["state"] }, is: {} },
  ])("$words", ({ words, is: shown }) => {
    expect(seen(labels, value, viewerOf(words))).toEqual(shown);
    const asList = (object: object): string[] => Object.entries(object).map((pair) => pair.join("="));
    expect(seen(labels, asList(value), viewerOf(words))).toEqual(asList(shown));
  });
});

describe("objects that are somebody else's", () => {
  const own = "a".repeat(64);
  const other = "b".repeat(64);
  const viewer = scoped({ sees: ({ id }) => id === own, knows: (_, id) => id === own });

  test("are not in lists, and neither is what can't be read as an object", () => {
    const part = list(entry("container", shape({ Id: always, Names: always })));
    const value = [{ Id: own, Names: ["/a"] }, { Id: other, Names: ["/b"] }, { Id: "short" }, 7];
    expect(seen(part, value, viewer)).toEqual([{ Id: own, Names: ["/a"] }]);
    expect(seen(part, value.slice(0, 2), everything)).toEqual(value.slice(0, 2));
  });

  test("are not in what is keyed by ids, and take with them what belongs to them", () => {
    const members = keyedBy("container", shape({ Name: always }));
    expect(seen(members, { [own]: { Name: "a" }, [other]: { Name: "b" } }, viewer)).toEqual({
      [own]: { Name: "a" },
    });
    const tasks = list(ownedBy("service", "ServiceID", shape({ ServiceID: always })));
    expect(seen(tasks, [{ ServiceID: own }, { ServiceID: other }, {}], viewer)).toEqual([{ ServiceID: own }]);
  });

  test("are not counted", () => {
    expect(seen(ofAll(is("usage"), json(-1)), 12, viewer)).toBe(-1);
    expect(seen(ofAll(is("usage"), json(-1)), 12, everything)).toBe(12);
  });
});
