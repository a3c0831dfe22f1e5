import { describe, expect, test } from "vitest";
import { parsePowerSet } from "../../src/policy/power-set.ts";
import { holds } from "./powers.ts";

describe("a range of addresses", () => {
  test.each([
    ["is itself", "10.128.0.0/16", "10.128.0.0/16", true],
    ["is no part of itself, without a star", "10.128.0.0/16", "10.128.1.0/24", false],
    ["is a part of what stands before a star", "10.128.*", "10.128.7.0/24", true],
    ["is all that stands before a star", "10.128.*", "10.128.0.0/16", true],
    ["is not more than that, though it reads alike", "10.128.*", "10.128.0.0/9", false],
    ["is not much more than that either", "10.0.*", "10.0.0.0/8", false],
    ["is of one part", "10.*", "10.9.0.0/16", true],
    ["is of three parts", "10.1.2.*", "10.1.2.128/25", true],
    ["is of IPv6", "fd00:1:*", "fd00:1:2::/48", true],
    ["is not more of IPv6", "fd00:1:*", "fd00:1::/16", false],
    ["is no other of IPv6", "fd00:1:*", "fd00:2::/48", false],
  ])("%s: subnet:%s holds %s: %s", (_name, pattern, asked, held) => {
    expect(holds(`none, subnet:${pattern}`, `subnet:${asked}`)).toBe(held);
  });

  test.each([
    ["a part", "192.168.*", "192.168.7.0/24", false],
    ["what it is a part of", "192.168.*", "192.0.0.0/8", false],
    ["what it is a part of, though it reads otherwise", "10.1.2.0/24", "10.0.0.0/8", false],
    ["parts of a range without a star", "10.0.0.0/8", "10.9.0.0/16", false],
    ["what can't be read", "10.0.0.0/8", "(unknown)", false],
    ["everything, where its star stands for no range", "1*", "172.16.0.0/12", false],
    ["nothing beside it", "192.168.*", "192.169.0.0/16", true],
    ["nothing of the other family", "192.168.*", "fd00::/8", true],
  ])("takes away %s: -subnet:%s and %s", (_name, pattern, asked, held) => {
    expect(holds(`all, -subnet:${pattern}`, `subnet:${asked}`)).toBe(held);
  });

  test.each(["1*", "10.1*", "10.*.0.0/16", "*.1.0.0/16", "fd00::*"])(
    "can't be given by %s, whose star stands for no range",
    (pattern) => {
      const parsed = parsePowerSet(`none, subnet:${pattern}`);
      expect(parsed.ok ? "" : JSON.stringify(parsed.error)).toContain("has a star that stands for no range");
    },
  );
});
