import { expect, test } from "vitest";
import type { ObjectKind } from "../../../src/docker/objects/object-kind.ts";
import { objectTarget } from "../../../src/docker/objects/object-target.ts";

const WHOLE = "ab".repeat(32);

test.each<readonly [ObjectKind, string, string | undefined]>([
  ["container", "web", "/containers/web/json"],
  ["container", "web/db", "/containers/web/db/json"],
  ["container", "a/b/c", undefined],
  ["container", "web?all=1", undefined],
  ["container", "web%2fdb", undefined],
  ["container", "..", undefined],
  ["container", "", undefined],
  ["exec", WHOLE, `/exec/${WHOLE}/json`],
  ["exec", WHOLE.slice(0, 12), undefined],
  ["exec", WHOLE.toUpperCase(), undefined],
  ["image", "nginx:1.29", "/images/nginx%3A1.29/json"],
  ["image", "[::1]:5000/app", "/images/%5B%3A%3A1%5D%3A5000/app/json"],
  ["image", `app@sha256:${WHOLE}`, `/images/app%40sha256%3A${WHOLE}/json`],
  ["image", "Nginx", undefined],
  ["image", "app/../other", undefined],
  ["network", "a/b", "/networks/a/b"],
  ["network", "a//b", undefined],
  ["network", "a/../b", undefined],
  ["volume", "data", "/volumes/data"],
  ["volume", "a/b", undefined],
  ["volume", "data:ro", undefined],
  ["service", "shop_web", "/services/shop_web"],
  ["task", "t1", "/tasks/t1"],
  ["secret", "key.pem", "/secrets/key.pem"],
  ["config", "a b", undefined],
  ["node", "self", "/nodes/self"],
  ["plugin", "vieux/sshfs:latest", "/plugins/vieux/sshfs%3Alatest/json"],
])("which %s %s means is asked at %s", (kind, word, target) => {
  expect(objectTarget(kind, word)).toBe(target);
});
