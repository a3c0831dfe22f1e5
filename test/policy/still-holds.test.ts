import { expect, test } from "vitest";
import { operations } from "../../src/docker/operations.ts";
import { decide } from "../../src/policy/decide.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { stillHolds } from "../../src/policy/still-holds.ts";
import type { Allow } from "../../src/policy/verdict.ts";
import { grantOf } from "./grants.ts";

const CREATE = "POST=1 CONTAINERS=1 QUAYGATE_POWERS=";

function allowed(grant: Grant, path: string): Allow {
  const verdict = decide(grant, {
    method: path.includes("create") ? "POST" : "GET",
    path,
    contentTypes: [],
    hasBody: false,
  });
  if (verdict.kind !== "allow") throw new Error(`${path} is not allowed`);
  return verdict;
}

/** Whether what one grant allowed is held by another. */
function isHeld(before: string, after: Grant, path: string, powers?: readonly string[]): boolean {
  const grant = grantOf(before);
  return stillHolds(after, { grant, verdict: allowed(grant, path), powers });
}

test.each([
  ["the operation is open", "CONTAINERS=1", "CONTAINERS=1", "/containers/json", true],
  ["the operation is closed", "CONTAINERS=1", "IMAGES=1", "/containers/json", false],
  [
    "the operation is open by another rule",
    "CONTAINERS=1",
    "CONTAINERS=1 IMAGES=1 POST=1",
    "/containers/json",
    true,
  ],
])("by the operation, where %s", (_, before, after, path, held) => {
  expect(isHeld(before, grantOf(after), path)).toBe(held);
});

const long = `bind:/data/${"x".repeat(300)}`;

test.each<[string, string, string, readonly string[] | undefined, boolean]>([
  ["all powers are held now", "none", "all", undefined, true],
  ["each power is held", "default,bind:/data", "bind:/data,cap:CHOWN", ["bind:/data", "cap:CHOWN"], true],
  ["it asked for none", "default,bind:/data", "none", [], true],
  ["one power is held no more", "default,bind:/data", "cap:CHOWN", ["bind:/data", "cap:CHOWN"], false],
  ["less of a power is held", "default,bind:/data", "bind:/data:ro", ["bind:/data"], false],
  ["nobody looked what it asks for", "all", "default", undefined, false],
  ["nobody looked, and the powers are the same", "default", "default", undefined, true],
  [
    "its value may be cut in the record",
    "bind:/data/**",
    "bind:/data/**,cap:CHOWN",
    [long.slice(0, 200)],
    false,
  ],
  [
    "its power may not be in the record, which is full",
    "all",
    "cap",
    Array.from({ length: 50 }, () => "cap:CHOWN"),
    false,
  ],
  ["its value is not in the record, and all are held", "default", "default,command", ["command"], true],
  ["the record has what is no power", "default", "none,cap", ["nonsense"], false],
])("by its powers, where %s", (_, before, after, powers, held) => {
  expect(isHeld(`${CREATE}${before}`, grantOf(`${CREATE}${after}`), "/containers/create", powers)).toBe(held);
});

test("a value that a record leaves out is not taken for an empty one", () => {
  const after = grantOf(`${CREATE}default,-command:ls`);
  expect(isHeld(`${CREATE}all`, after, "/containers/create", ["command"])).toBe(false);
});

test("a grant that only warns takes nothing away, and what it let through is not held by one with the same powers", () => {
  const warning: Grant = { ...grantOf(""), warns: true };
  expect(isHeld("CONTAINERS=1", warning, "/containers/json")).toBe(true);
  const strict = grantOf(`${CREATE}default`);
  const loose: Grant = { ...strict, warns: true };
  const verdict = allowed(strict, "/containers/create");
  expect(stillHolds(strict, { grant: loose, verdict, powers: undefined })).toBe(false);
  expect(stillHolds(strict, { grant: strict, verdict, powers: undefined })).toBe(true);
});

test("whatever a grant allows it still holds", () => {
  const grant = grantOf("everything");
  const held = operations.flatMap(({ methods: [method = "GET"], template }) => {
    const path = template.replaceAll(/\{[^}]+\}/gu, "web");
    const verdict = decide(grant, { method, path, contentTypes: [], hasBody: false });
    return verdict.kind === "allow" ? [stillHolds(grant, { grant, verdict, powers: undefined })] : [];
  });
  expect(held.length).toBeGreaterThan(80);
  expect(new Set(held)).toEqual(new Set([true]));
});
