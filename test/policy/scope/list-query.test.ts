import { describe, expect, test } from "vitest";
import type { ObjectKind } from "../../../src/docker/objects/object-kind.ts";
import { narrowList } from "../../../src/policy/scope/list-query.ts";
import { makeScope } from "../../../src/policy/scope/make-scope.ts";
import type { ScopeEntry } from "../../../src/policy/scope/scope.ts";
import { stampsOf } from "../../../src/policy/scope/stamps.ts";

function narrow(
  use: "list" | "prune",
  query: Readonly<Record<string, string | readonly string[]>>,
  entries: readonly ScopeEntry[] = [{ own: true }],
  kind: ObjectKind = "container",
): unknown {
  const narrowed = narrowList(
    {
      use: { use, kind },
      scope: makeScope("ci", entries),
      stamps: stampsOf("ci", entries, new Map()),
      view: undefined,
      answer: undefined,
    },
    new Map(Object.entries(query)),
  );
  return narrowed.ok
    ? { query: Object.fromEntries(narrowed.value.query), most: narrowed.value.most }
    : narrowed.error;
}

describe("a list for a client with a scope", () => {
  test("goes on as it is where it is only narrowed", () => {
    const query = { all: "1", filters: '{"name":["web"],"label":{"a=b":true}}' };
    expect(narrow("list", query)).toEqual({ query, most: undefined });
  });

  test.each([
    { filters: '{"before":["web"]}' },
    { filters: '{"since":{"web":true}}' },
    { since: "web" },
    { before: "web" },
    { Filters: '{"since":["web"]}' },
    // As Podman reads them: of images, of volumes and networks.
    { filters: '{"after":["web"]}' },
    { filters: '{"since!":["web"]}' },
    { filters: '{"SINCE":["web"]}' },
  ])("compares with nothing that may be another's: %j", (query) => {
    expect(narrow("list", query)).toMatch(/compares with what may not be in the client's scope/u);
  });

  test.each([
    { filters: '{"label":["io.quaygate.owner=b"]}' },
    { filters: '{"label!":{"io.quaygate.owner":true}}' },
    // Podman takes names in any letters, and keys for patterns.
    { filters: '{"LABEL":["io.quaygate.owner=b"]}' },
    { filters: '{"label":["*quaygate.owner=b"]}' },
    { filters: '{"label!":["i*r=b"]}' },
  ])("finds nothing by the gate's own labels: %j", (query) => {
    expect(narrow("list", query)).toMatch(/are the gate's own/u);
    expect(narrow("prune", query)).toMatch(/are the gate's own/u);
  });

  test.each(["label=io.quaygate.owner", "l\u0131bel", " label", ""])(
    "has filters whose names nobody takes for others: %j",
    (name) => {
      expect(narrow("list", { filters: JSON.stringify({ [name]: ["b"] }) })).toBe(
        "?filters has a filter that no engine knows",
      );
    },
  );

  test("counts what the client sees, and lists what the engine would have listed for a number", () => {
    expect(narrow("list", { limit: "3", size: "1" })).toEqual({ query: { size: "1", all: "1" }, most: 3 });
    // A key that only says how a list is shown may stand several times.
    expect(narrow("list", { limit: ["3", "2"] })).toEqual({ query: { all: "1" }, most: 2 });
    expect(narrow("list", { last: "2" })).toEqual({ query: { all: "1" }, most: 2 });
    expect(narrow("list", { limit: "0" })).toEqual({ query: { limit: "0" }, most: undefined });
    expect(narrow("list", { limit: "-1" })).toEqual({ query: { limit: "-1" }, most: undefined });
  });

  test("is told by Podman in any letters what Docker's clients write in small ones", () => {
    expect(narrow("list", { Limit: "3", LAſT: "2" })).toEqual({ query: { all: "1" }, most: 2 });
    expect(narrow("list", { SINCE: "web" })).toMatch(/compares with what may not be/u);
    for (const use of ["list", "prune"] as const)
      expect(narrow(use, { filterſ: "{}" })).toBe("?filters must be written so");
  });

  test("has of volumes no others where labels say the scope", () => {
    const listed = (entries: readonly ScopeEntry[], query = {}): unknown =>
      narrow("list", query, entries, "volume");
    const owned = { "io.quaygate.owner=ci": true };
    expect(listed([{ own: true }, { image: ["a"] }], { filters: '{"name":["a"],"label":["b"]}' })).toEqual({
      query: { filters: JSON.stringify({ name: { a: true }, label: { b: true, ...owned } }) },
      most: undefined,
    });
    for (const entries of [[{ own: true }, { name: ["a"] }], [{ project: ["shop"] }]] as const) {
      expect(listed(entries)).toEqual({ query: {}, most: undefined });
    }
  });

  test.each(["[]", "null", "x", '"a"'])("has filters that everybody reads the same: %s", (filters) => {
    expect(narrow("list", { filters })).toBe("?filters must be a JSON object");
  });
});

describe("a stream of events for a client with a scope", () => {
  const follow = (query: Readonly<Record<string, string>>): unknown => {
    const scope = makeScope("ci", [{ name: ["web"] }]);
    const use = { use: "events" } as const;
    const terms = { use, scope, stamps: new Map(), view: undefined, answer: undefined };
    const narrowed = narrowList(terms, new Map(Object.entries(query)));
    return narrowed.ok ? Object.fromEntries(narrowed.value.query) : narrowed.error;
  };

  test("goes on as it is, from when it is told", () => {
    const query = { since: "0", filters: '{"label":["a=b"],"type":{"container":true}}' };
    expect(follow(query)).toEqual(query);
  });

  test.each([
    { filters: '{"label":["io.quaygate.owner=b"]}' },
    { Filters: '{"Label":["io.quaygate.owner=b"]}' },
    { filters: '{"label":["io.*=b"]}' },
  ])("finds nothing by the gate's own labels: %j", (query) => {
    expect(follow(query)).toMatch(/are the gate's own/u);
  });
});

describe("a prune for a client with a scope", () => {
  test.each<[readonly ScopeEntry[], ObjectKind, object]>([
    [[{ own: true }], "container", { "io.quaygate.owner=ci": true }],
    [[{ own: true }], "image", { "io.quaygate.image-owner=ci": true }],
    [[{ own: true }, { image: ["a"] }], "volume", { "io.quaygate.owner=ci": true }],
    [[{ label: ["team=a"] }], "network", { "team=a": true }],
    [[{ project: ["shop"], label: ["a"] }], "volume", { a: true, "com.docker.compose.project=shop": true }],
  ])("of %j deletes of each %s what has its label", (entries, kind, label) => {
    expect(narrow("prune", {}, entries, kind)).toEqual({
      query: { filters: JSON.stringify({ label }) },
      most: undefined,
    });
  });

  test("keeps the client's own filters beside it, in the one form that an engine reads", () => {
    const filters = '{"until":["1h"],"label":["a=b"],"label!":{"c":true}}';
    expect(narrow("prune", { filters })).toEqual({
      query: {
        filters: '{"until":{"1h":true},"label":{"a=b":true,"io.quaygate.owner=ci":true},"label!":{"c":true}}',
      },
      most: undefined,
    });
  });

  test.each<[readonly ScopeEntry[]]>([
    [[{ name: ["web"] }]],
    [[{ own: true }, { project: ["shop"] }]],
    [[{ label: ["a", "b"] }]],
    [[{ own: true, name: ["web"] }]],
    [[{ image: ["a"] }]],
    [[]],
  ])("is refused where no label says the scope: %j", (entries) => {
    expect(narrow("prune", {}, entries)).toMatch(/no label says the whole of the client's scope/u);
  });

  test("is refused with filters of which only some engine hears", () => {
    expect(narrow("prune", { Filters: '{"label":["a"]}' })).toBe("?Filters must be written ?filters");
  });
});
