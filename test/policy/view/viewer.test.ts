import { describe, expect, test } from "vitest";
import { OWNER_LABEL } from "../../../src/docker/objects/owner-label.ts";
import type { View } from "../../../src/policy/view/view.ts";
import { knowing, viewerOf } from "../../../src/policy/view/viewer.ts";
import { OURS } from "../../proxy/reviewed-gate.ts";

const view: View = {
  hides: (content) => content === "env",
  hidesLabel: (key) => key === "secret",
  isStrict: true,
  text: "",
};

const web = { kind: "container", id: "1", names: ["web"], labels: new Map([["team", "theirs"]]) } as const;

describe("who reads answers", () => {
  test("without scope and view may know of all", () => {
    const viewer = viewerOf({ scope: undefined, view: undefined });
    expect(viewer).toMatchObject({ isScoped: false, isStrict: false });
    expect([viewer.sees(web), viewer.knows("container", "1")]).toEqual([true, true]);
    expect([viewer.hides("env"), viewer.hidesLabel(OWNER_LABEL)]).toEqual([false, false]);
  });

  test("with a scope knows of what is in it, and reads no label of the gate's own", () => {
    const known = new Map([["container", new Set(["2"])]] as const);
    const unknowing = viewerOf({ scope: OURS, view: undefined });
    expect(unknowing.knows("container", "2")).toBe(false);
    const viewer = knowing(unknowing, known);
    expect(viewer.isScoped).toBe(true);
    expect([viewer.sees(web), viewer.sees({ ...web, names: ["ours"] })]).toEqual([false, true]);
    expect(["1", "2"].map((id) => viewer.knows("container", id))).toEqual([false, true]);
    expect(viewer.knows("service", "2")).toBe(false);
    expect([viewer.hidesLabel(OWNER_LABEL), viewer.hidesLabel("team")]).toEqual([true, false]);
  });

  test("with a view reads what it says", () => {
    const viewer = viewerOf({ scope: undefined, view });
    expect([viewer.hides("env"), viewer.hides("labels"), viewer.isStrict]).toEqual([true, false, true]);
    expect([viewer.hidesLabel("secret"), viewer.hidesLabel(OWNER_LABEL)]).toEqual([true, false]);
  });
});
