import { describe, expect, test } from "vitest";
import { catalogue } from "../../../src/docker/operations.ts";
import { Asking } from "../../../src/docker/powers/asking.ts";
import { filterPowers } from "../../../src/docker/powers/filters.ts";
import { operationPowers } from "../../../src/docker/powers/operations.ts";
import { askedByRequest } from "./asked.ts";

function asks(filters: string, more = ""): readonly string[] {
  const query = `filters=${encodeURIComponent(filters)}${more}`;
  const { powers, fault } = askedByRequest(filterPowers.ContainerList ?? {}, { query });
  return fault === undefined ? powers : [`refused: ${fault}`];
}

describe("the filters of a list ask for nothing", () => {
  test.each([
    ["where there are none", ""],
    ["where they are empty", "{ }"],
    ["where they are null", "null"],
    ["by a name", '{"name":["^/web-1$"]}'],
    ["by a name in the older form", '{"name":{"web":true}}'],
    ["by an id and states", `{"id":["${"a".repeat(64)}"],"status":["running","exited"]}`],
    ["by a long name", `{"name":["${"a".repeat(255)}"]}`],
    ["by a reference with a digest", `{"ancestor":["r.example/${"a".repeat(99)}@sha256:${"0".repeat(64)}"]}`],
    ["by a label with JSON in it", '{"label":["a={\\"b\\":{1000}}"],"label!":["c={"]}'],
    ["by what the engine refuses", '{"name":"x","id":[1],"status":7}'],
  ])("%s: %s", (_name, filters) => {
    expect(asks(filters)).toEqual([]);
  });
});

describe("the filters of a list ask for a template", () => {
  test.each([
    ["by a name that counts", '{"name":["x{1000}"]}', "template:x{1000}"],
    ["by the same in the older form", '{"name":{"x{1000}":false}}', "template:x{1000}"],
    ["by an image, which Podman matches", '{"ancestor":["x{9}"]}', "template:x{9}"],
    ["by a key that is not known", '{"new":["x{9}"]}', "template:x{9}"],
    ["by a label's key in other letters", '{"Label":["x{9}"]}', "template:x{9}"],
    ["by the second of two", '{"name":["a","x{9}"]}', "template:x{9}"],
  ])("%s: %s", (_name, filters, power) => {
    expect(asks(filters)).toEqual([power]);
  });

  test("by a name that is long and no name", () => {
    expect(asks(`{"name":["${".*".repeat(65)}"]}`)).toHaveLength(1);
  });
});

test.each([
  ["of a list", '{"ancestor":["web:1"],"name":["x"]}', ["?filters", "ancestor", 0]],
  ["of the older form", '{"ancestor":{"web:1":true}}', ["?filters", "ancestor", "web:1"]],
])("an image that containers are looked for by is mentioned with its place: %s", (_form, filters, at) => {
  const asking = new Asking();
  filterPowers.ContainerList?.query?.judge(new Map([["filters", filters]]), asking, []);
  expect(asking.mentions).toMatchObject([{ object: "image", name: "web:1", role: "spare", at }]);
});

test("what is no JSON, or has a key twice, is refused", () => {
  expect(asks("x")).toEqual([expect.stringContaining("?filters must be JSON")]);
  expect(asks('{"name":["a"],"name":["x{9}"]}')).toEqual([expect.stringContaining("stands twice")]);
});

test("the key in capitals, which Podman reads too, is judged as well", () => {
  const query = `Filters=${encodeURIComponent('{"name":["x{9}"]}')}`;
  expect(askedByRequest(filterPowers.ContainerList ?? {}, { query }).powers).toEqual(["template:x{9}"]);
});

test.each([['{"name=x{9}":["z"]}'], ['{"name=x{9}":{"z":true}}']])(
  "a pattern in the name of a filter is refused: %s",
  (filters) => {
    expect(asks(filters)).toEqual([expect.stringContaining("without an equals sign")]);
  },
);

test("other keys of a list are passed on", () => {
  expect(asks("", "&all=1&frobnicate=1&limit=x{1000}")).toEqual([]);
});

test("every operation that lists or prunes is held to it, Podman's too", () => {
  const names = Object.keys(filterPowers);
  expect(names).toEqual(
    expect.arrayContaining(["ContainerList", "NetworkList", "VolumeList", "PluginList", "ContainerPrune"]),
  );
  expect(names).toEqual(
    expect.arrayContaining(["ContainerListLibpod", "PodListLibpod", "VolumePruneLibpod"]),
  );
  const filtered = catalogue.filter(({ name }) => /List|Prune/u.test(name)).map(({ name }) => name);
  expect(names.toSorted()).toEqual(filtered.toSorted());
});

test.each(Object.keys(filterPowers))("%s is held to it whatever else it asks for", (name) => {
  const powers = [...operationPowers].find(([operation]) => operation === name)?.[1] ?? {};
  const query = `filters=${encodeURIComponent('{"name":["x{9}"]}')}`;
  // A list of checkpoints knows no filters, and so asks for a field.
  const power = name === "CheckpointList" ? "field:?filters" : "template:x{9}";
  expect(askedByRequest(powers, { query }).powers).toContain(power);
});
