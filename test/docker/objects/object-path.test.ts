import { expect, test } from "vitest";
import { withWord, wordInPath } from "../../../src/docker/objects/object-path.ts";
import { one } from "../../../src/docker/objects/uses.ts";
import { parsePath } from "../../../src/docker/path.ts";

const ID = "ab".repeat(32);

function read(path: string): Extract<ReturnType<typeof parsePath>, { ok: true }>["value"] {
  const parsed = parsePath(path);
  if (!parsed.ok) throw new Error(`${path} is a path`);
  return parsed.value;
}

test.each([
  ["/v1.41/containers/web/json", 1, "web", ID, `/v1.41/containers/${ID}/json`],
  ["/containers/web", 0, "web", ID, `/containers/${ID}`],
  ["/containers//web/attach/ws", 2, "web", ID, `/containers/${ID}/attach/ws`],
  ["/v4.3.1/libpod/containers/web/json", 1, "web", ID, `/v4.3.1/libpod/containers/${ID}/json`],
  ["/networks/a%2Fb/connect", 1, "a/b", ID, `/networks/${ID}/connect`],
  ["/images/a/b%3A1/push", 1, "a/b:1", "docker.io/a/b:1", "/images/docker.io/a/b:1/push"],
  ["/images/x/json", 1, "x", "[::1]:5000/x:1", "/images/%5B::1%5D:5000/x:1/json"],
])(
  "in %s the object stands before %i segments, and another word in its place",
  (path, behind, word, next, sent) => {
    const use = one("container", behind);
    expect(wordInPath(read(path), use)).toBe(word);
    const changed = withWord(read(path), use, next);
    expect(changed.canonical).toBe(sent);
    // What goes on is read as it was meant.
    expect(read(sent)).toEqual(changed);
  },
);
