import { describe, expect, test } from "vitest";
import { holds } from "./powers.ts";

describe("who may mean a container by its name may give no other container that name", () => {
  test.each([
    ["the source of volumes", "volumes-from:data", "data", false],
    ["sources by a star", "volumes-from:data-*", "data-7", false],
    ["a link", "link:db", "db", false],
    ["a namespace to join", "join:network:vpn", "vpn", false],
    ["another kind of namespace", "join:pid:app", "app", false],
    ["a namespace that only Podman shares", "join:uts:app", "app", false],
    ["what would be taken for an id that is gone", "volumes-from:data", "0f".repeat(32), false],
    ["less than a whole id", "volumes-from:data", "0f".repeat(31), true],
    ["a whole id, where no container is meant by its name", "volumes-from", "0f".repeat(32), true],
    ["any other name", "volumes-from:data", "data-old", true],
    ["any name, where all containers may be meant", "volumes-from", "data", true],
    ["the name that a list gives back", "volumes-from:data,rename:data", "data", true],
  ])("%s: default,%s and the name %s", (_name, given, name, held) => {
    expect(holds(`default, ${given}`, `rename:${name}`)).toBe(held);
  });

  test("a name stays kept where the list takes it away again, and is not where it never gave it", () => {
    expect(holds("default, volumes-from:data, -volumes-from", "rename:data")).toBe(false);
    expect(holds("default, -volumes-from:data", "rename:data")).toBe(true);
  });
});
