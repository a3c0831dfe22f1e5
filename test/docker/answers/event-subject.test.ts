import { describe, expect, test } from "vitest";
import { readEventSubject } from "../../../src/docker/answers/event-subject.ts";
import { parseJson } from "../../../src/docker/json/parse.ts";

const ID = "a".repeat(64);

function read(told: unknown): ReturnType<typeof readEventSubject> {
  const parsed = parseJson(Buffer.from(JSON.stringify(told)));
  return parsed.ok ? readEventSubject(parsed.value) : undefined;
}

function event(type: string, action: string, id: string, attributes: unknown): unknown {
  return { Type: type, Action: action, Actor: { ID: id, Attributes: attributes }, scope: "local" };
}

describe("an event", () => {
  test("of a container says itself who it is: its name, and its labels", () => {
    const subject = read(event("container", "start", ID, { image: "busybox", name: "web", team: "ours" }));
    expect(subject).toMatchObject({ kind: "container", id: ID, container: undefined, change: "changed" });
    expect(subject?.identity).toEqual({
      kind: "container",
      id: ID,
      names: ["web"],
      labels: new Map([["team", "ours"]]),
    });
  });

  // dockerd 20.10 and 28.5: labels overwrite what an action adds, and are overwritten by name and image.
  test("takes nothing for a label that an engine may have put there", () => {
    const attributes = { name: "web", image: "i", exitCode: "0", execID: "1", signal: "15", comment: "ours" };
    expect(read(event("container", "die", ID, attributes))?.identity?.labels).toEqual(new Map());
  });

  test.each([
    ["create", "made"],
    ["start", "changed"],
    ["exec_create: destroy", "changed"],
    ["destroy", "gone"],
    ["remove", "gone"],
    ["delete", "gone"],
  ])("that is %s means that the object is %s", (action, change) => {
    expect(read(event("volume", action, "data", { driver: "local" }))?.change).toBe(change);
  });

  test("of a network names the container that was joined with it; a container's own label of that name means nothing", () => {
    expect(read(event("network", "connect", ID, { container: "x" }))?.container).toBe("x");
    expect(read(event("container", "start", ID, { name: "web", container: "x" }))?.container).toBeUndefined();
  });

  test.each([
    ["the engine", event("daemon", "reload", ID, {})],
    ["its builder", event("builder", "prune", ID, {})],
    ["a pod", event("pod", "start", ID, {})],
    ["all of a kind", event("container", "prune", "", { reclaimed: "0" })],
    ["nobody", { Type: "container", Action: "start" }],
    ["what is no object", [1]],
    ["attributes that are none", event("container", "start", ID, "name")],
    ["an engine before 1.22", { status: "start", id: ID, from: "busybox" }],
  ])("of %s is about nothing that could be in a scope", (_, value) => {
    expect(read(value)).toBeUndefined();
  });

  test("of a container without a name does not say who it is", () => {
    expect(read(event("container", "start", ID, { team: "ours" }))).toMatchObject({ identity: undefined });
  });
});
