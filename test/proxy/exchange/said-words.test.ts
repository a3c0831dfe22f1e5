import { describe, expect, test } from "vitest";
import { parsePath } from "../../../src/docker/path.ts";
import { parseRequestHead } from "../../../src/http1/request-head.ts";
import { wordsOf } from "../../../src/proxy/exchange/said-words.ts";

const ID = `0123456789abcdef${"9".repeat(48)}`;

/** What a request said that went on to the engine at another path. */
function saidIn(target: string, went = target.replace(/\?.*$/su, "")): (word: string) => boolean {
  const head = parseRequestHead(`GET ${target} HTTP/1.1\r\nHost: x\r\n`);
  const path = parsePath(went);
  if (!head.ok || !path.ok) throw new Error("the test has a bad request");
  return wordsOf(head.value, path.value);
}

describe("what a request said", () => {
  test.each([
    ["/v1.41/containers/web/json", "web"],
    ["/containers/web/json", "/web"],
    ["/images/shop/web:1/json", "shop/web:1"],
    ["/images/shop%2Fweb:1/json", "shop/web:1"],
    [`/images/sha256:${ID}/json`, ID],
    [`/images/${ID}/json`, ID.slice(0, 12)],
    ["/containers/create?name=web&platform=", "web"],
    [`/images/create?fromImage=sha256:${ID}`, ID.slice(0, 12)],
  ])("%s has %s", (target, word) => {
    expect(saidIn(target)(word)).toBe(true);
  });

  test.each([
    ["/containers/web/json", "we"],
    ["/containers/web/json", "eb"],
    ["/images/shop/web:1/json", "shop/we"],
    ["/containers/create?name=web", "name"],
    [`/images/${ID}/json`, ID.slice(16)],
  ])("%s does not have %s", (target, word) => {
    expect(saidIn(target)(word)).toBe(false);
  });

  test("is also what went on in the place of its word", () => {
    expect(saidIn("/containers/web/json", `/containers/${ID}/json`)(ID.slice(0, 12))).toBe(true);
  });

  test("is known of the path with the most segments that there can be", () => {
    const said = saidIn(`/images${"/a".repeat(4_000)}/push`);
    expect([said("a/a/a"), said("a/b")]).toEqual([true, false]);
  });
});
