import { describe, expect, test, vi } from "vitest";
import { EVERY_NAME, HeldNames } from "../../src/proxy/held-names.ts";
import { HELD_NAMES_AFTERMATH, HELD_NAMES_AFTERMATHS } from "../../src/proxy/limits.ts";

const ci = { client: "ci", kind: "volume" } as const;

describe("a name that a client holds", () => {
  test("is used by many, and made free by one alone", () => {
    const held = new HeldNames();
    const uses = [held.hold(ci, "use", ["data", "cache"]), held.hold(ci, "use", ["data"])];
    expect(held.hold(ci, "free", ["data"])).toBeUndefined();
    expect(held.hold(ci, "free", ["cache"])).toBeUndefined();
    const other = held.hold(ci, "free", ["other"]);
    expect(other).toBeDefined();
    expect(held.hold(ci, "free", ["other"])).toBeUndefined();
    expect(held.hold(ci, "use", ["other"])).toBeUndefined();
    for (const release of [...uses, other]) release?.(true);
    expect(held.hold(ci, "free", ["data"])).toBeDefined();
  });

  test("stands against a prune, and a prune against every name", () => {
    const held = new HeldNames();
    const use = held.hold(ci, "use", ["data"]);
    expect(held.hold(ci, "free", [EVERY_NAME])).toBeUndefined();
    use?.(true);
    expect(held.hold(ci, "free", [EVERY_NAME])).toBeDefined();
    expect(held.hold(ci, "use", ["data"])).toBeUndefined();
  });

  test("is no matter of other clients, who would learn of it, nor of other kinds", () => {
    const held = new HeldNames();
    held.hold(ci, "free", ["data"]);
    expect(held.hold({ ...ci, client: "other" }, "use", ["data"])).toBeDefined();
    expect(held.hold({ ...ci, kind: "image" }, "use", ["data"])).toBeDefined();
  });

  test("is given by one client at a time, however often, and taken for all others", () => {
    const held = new HeldNames();
    const other = { ...ci, client: "other" };
    const gifts = [held.hold(ci, "give", ["app:1", "app:2"]), held.hold(ci, "give", ["app:1"])];
    expect(gifts).not.toContain(undefined);
    expect(held.hold(other, "give", ["app:3", "app:2"])).toBeUndefined();
    expect(held.hold(other, "give", ["app:3"])).toBeDefined();
    // What the name is for its own client is no matter of this.
    expect(held.hold(ci, "free", ["app:1"])).toBeDefined();
    gifts[0]?.(true);
    expect(held.hold(other, "give", ["app:2"])).toBeDefined();
    expect(held.hold(other, "give", ["app:1"])).toBeUndefined();
    gifts[1]?.(true);
    expect(held.hold(other, "give", ["app:1"])).toBeDefined();
  });

  test("stays held for a while where nobody waited for the engine, and no client has many such", () => {
    vi.useFakeTimers();
    try {
      const held = new HeldNames();
      held.hold(ci, "use", ["data"])?.(false);
      expect(held.hold(ci, "free", ["data"])).toBeUndefined();
      for (let count = 1; count < HELD_NAMES_AFTERMATHS; count += 1) held.hold(ci, "use", ["more"])?.(false);
      expect(held.hold(ci, "use", ["more"])).toBeUndefined();
      vi.advanceTimersByTime(HELD_NAMES_AFTERMATH);
      expect(held.hold(ci, "free", ["data"])).toBeDefined();
    } finally {
      vi.useRealTimers();
    }
  });
});
