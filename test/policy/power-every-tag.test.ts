import { describe, expect, test } from "vitest";
import { everyTagOf } from "../../src/docker/powers/image-name.ts";
import { parsePowerSet } from "../../src/policy/power-set.ts";
import { holds } from "./powers.ts";

describe("every tag of a name", () => {
  test.each([
    ["push:ghcr.io/a/b:*"],
    ["push:ghcr.io/a/*"],
    ["push:ghcr.io/**"],
    ["push:**/b"],
    ["push"],
    ["push:ghcr.io/a/b:(all)"],
    ["all,-push:ghcr.io/a/c"],
    ["all,-push:ghcr.io/a/c:1"],
  ])("is held by %s", (list) => {
    expect(holds(list, "push:ghcr.io/a/b:(all)")).toBe(true);
  });

  test.each([
    ["push:ghcr.io/a/b"],
    ["push:ghcr.io/a/b:latest"],
    ["push:ghcr.io/a/b:v*"],
    ["push:ghcr.io/a/c:*"],
    ["push:ghcr.io/a/b@*"],
    ["all,-push:ghcr.io/a/b"],
    ["all,-push:ghcr.io/a/b:1"],
    ["all,-push:ghcr.io/a/b:(all)"],
    ["all,-push:ghcr.io/**"],
  ])("is not held by %s", (list) => {
    expect(holds(list, "push:ghcr.io/a/b:(all)")).toBe(false);
  });

  test("is what the tables ask for, and what a refusal advises can be written", () => {
    const value = everyTagOf({ name: "docker.io/library/x", version: "" });
    const parsed = parsePowerSet(`push:${value}`);
    expect(parsed.ok ? parsed.value.entries : []).toEqual(["push:docker.io/library/x:*"]);
    expect(parsed.ok && parsed.value.holds({ noun: "push", value })).toBe(true);
  });

  test("written so gives each single tag too", () => {
    expect(holds("push:ghcr.io/a/b:(all)", "push:ghcr.io/a/b:1")).toBe(true);
    expect(holds("push:ghcr.io/a/b:(all)", "push:ghcr.io/a/bc:1")).toBe(false);
  });
});
