import { describe, expect, test } from "vitest";
import { event } from "../../../src/docker/answers/event.ts";
import { scoped, seen, viewerOf } from "./viewers.ts";

const ID = "0".repeat(64);

function containerEvent(Action: string, Attributes: Readonly<Record<string, string>>): object {
  return { status: Action, id: ID, from: "shop/web", Type: "container", Action, Actor: { ID, Attributes } };
}

describe("an event", () => {
  test("has no labels where they are hidden, and what the engine says of it besides", () => {
    const died = containerEvent("die", {
      name: "web",
      image: "shop/web",
      exitCode: "1",
      "com.example": "secret",
    });
    expect(seen(event, died, viewerOf({ hide: ["labels"] }))).toEqual(
      containerEvent("die", { name: "web", image: "shop/web", exitCode: "1" }),
    );
    expect(seen(event, died, viewerOf({ only: ["names", "labels:com.*"] }))).toEqual({
      ...containerEvent("die", { name: "web", image: "", exitCode: "", "com.example": "secret" }),
      from: "",
    });
  });

  test("takes for a label what the engine says in other events alone", () => {
    const started = containerEvent("start", { name: "web", exitCode: "a label", signal: "a label" });
    expect(seen(event, started, viewerOf({ hide: ["labels"] }))).toEqual(
      containerEvent("start", { name: "web" }),
    );
  });

  test("says that something was run, and not what", () => {
    const run = containerEvent("exec_create: sh -c hunter2", { execID: "1" });
    expect(seen(event, run, viewerOf({ hide: ["command"] }))).toEqual({
      ...containerEvent("exec_create", { execID: "1" }),
    });
    const well = containerEvent("health_status: healthy", {});
    expect(seen(event, well, viewerOf({ hide: ["command"] }))).toEqual(well);
    expect(seen(event, well, viewerOf({ hide: ["state"] }))).toEqual(containerEvent("health_status", {}));
  });

  test("names an image by what it was called in a request, unless images are hidden", () => {
    const pulled = {
      Type: "image",
      Action: "pull",
      id: "shop/web:3",
      Actor: { ID: "shop/web:3", Attributes: {} },
    };
    expect(seen(event, pulled, viewerOf({ hide: ["image"] }))).toEqual({
      ...pulled,
      id: "",
      Actor: { ID: "", Attributes: {} },
    });
    const deleted = { Type: "image", Action: "delete", Actor: { ID: `sha256:${ID}`, Attributes: {} } };
    expect(seen(event, deleted, viewerOf({ hide: ["image"] }))).toEqual(deleted);
  });

  test("of a network does not tell of containers that are somebody else's", () => {
    const connected = {
      Type: "network",
      Action: "connect",
      Actor: { ID, Attributes: { name: "shop", type: "bridge", container: "f".repeat(64) } },
    };
    const hidden = { ...connected, Actor: { ID, Attributes: { name: "shop", type: "bridge" } } };
    expect(seen(event, connected, scoped({}))).toEqual(hidden);
    expect(seen(event, connected, scoped({ knows: () => true }))).toEqual(connected);
  });
});
