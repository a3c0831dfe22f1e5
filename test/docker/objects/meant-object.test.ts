import { expect, test } from "vitest";
import type { Identity } from "../../../src/docker/objects/identity.ts";
import { askedWord, meantObject, type Named } from "../../../src/docker/objects/meant-object.ts";
import type { UseOfOne } from "../../../src/docker/objects/object-use.ts";
import { namedImage, one } from "../../../src/docker/objects/uses.ts";

const DIGITS = "cafe".repeat(16);
const ID = `sha256:${DIGITS}`;
const DIGEST = `docker.io/mine/app@sha256:${"d".repeat(64)}`;
const OTHER_DIGEST = `docker.io/other/app@sha256:${"e".repeat(64)}`;
const image: Identity = {
  kind: "image",
  id: ID,
  names: [
    "docker.io/mine/app:1",
    "docker.io/mine/app:latest",
    "docker.io/library/cafe:latest",
    DIGEST,
    OTHER_DIGEST,
  ],
  labels: new Map(),
};
const deleted = namedImage();
const pushed = namedImage(1, { untagged: "every tag", tagKey: "tag" });

function meant(use: UseOfOne, named: Partial<Named>): { word: string; names: unknown } | undefined {
  const found = meantObject(use, { word: "", tag: "", ...named }, { object: image, keeper: image });
  return found && { word: found.word, names: found.touched.map(({ names }) => names) };
}

test("an object goes on by its id, and is judged as the one that it belongs to", () => {
  const exec: Identity = { kind: "exec", id: DIGITS, names: [], labels: new Map() };
  const container: Identity = { kind: "container", id: "c".repeat(64), names: ["web"], labels: new Map() };
  const found = { object: exec, keeper: container };
  expect(meantObject(one("exec", 1), { word: DIGITS, tag: "" }, found)).toEqual({
    word: DIGITS,
    touched: [container],
  });
  // Who knows it by another name does not learn of this one.
  expect(meant(one("image", 1), { word: "mine/app" })).toEqual({
    word: ID,
    names: [["docker.io/mine/app:latest"]],
  });
  expect(meant(one("image", 1), { word: DIGEST })?.names).toEqual([
    [DIGEST, "docker.io/mine/app:1", "docker.io/mine/app:latest"],
  ]);
  expect(meant(one("image", 1), { word: ID.slice(0, 20) })).toEqual({ word: ID, names: [image.names] });
});

test.each([
  ["mine/app", "docker.io/mine/app:latest"],
  ["docker.io/mine/app:1", "docker.io/mine/app:1"],
  ["index.docker.io/mine/app:1", "docker.io/mine/app:1"],
  ["cafe", "docker.io/library/cafe:latest"],
  [`mine/app@sha256:${"d".repeat(64)}`, DIGEST],
  [`mine/app:1@sha256:${"d".repeat(64)}`, DIGEST],
])("an image's name %s goes on whole, and only that name is touched", (word, whole) => {
  expect(meant(deleted, { word })).toEqual({ word: whole, names: [[whole]] });
});

test.each([ID, DIGITS, DIGITS.slice(0, 12), "caf"])(
  "an image's id %s touches all of its names, and its digests where no tag has their name",
  (word) => {
    const names = image.names.filter((name) => name !== DIGEST).map((name) => [name]);
    expect(meant(deleted, { word })).toEqual({ word: ID, names });
  },
);

test.each([
  ["mine/app", "1", "mine/app", "docker.io/mine/app", "docker.io/mine/app:1"],
  ["mine/app:latest", "1", "mine/app:latest", "docker.io/mine/app", "docker.io/mine/app:1"],
])("a push of %s with the tag %s is one of that tag", (word, tag, _, sent, name) => {
  expect(askedWord({ word, tag })).toBe(name);
  expect(meant(pushed, { word, tag })).toEqual({ word: sent, names: [[name]] });
});

test("a name without a tag is every tag where an engine takes it so", () => {
  expect(meant(pushed, { word: "mine/app" })).toBeUndefined();
  expect(meant(pushed, { word: "mine/app:1" })).toEqual({
    word: "docker.io/mine/app:1",
    names: [["docker.io/mine/app:1"]],
  });
});
