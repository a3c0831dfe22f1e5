import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import type { ObjectKind } from "../../../src/docker/objects/object-kind.ts";
import { EventSight, type FindObject } from "../../../src/proxy/exchange/event-sight.ts";

function event(kind: ObjectKind, action: string, id: string, attributes: object = {}): JsonValue {
  const text = JSON.stringify({ Type: kind, Action: action, Actor: { ID: id, Attributes: attributes } });
  const parsed = parseJson(Buffer.from(text));
  if (!parsed.ok) throw new Error("what a test writes is JSON");
  return parsed.value;
}

/** A stream whose client has what is called `own`, with memory for so many objects. */
function openSight(most: number, known: readonly string[] = []) {
  const asked: string[] = [];
  const find: FindObject = (kind, id) => {
    asked.push(id);
    return Promise.resolve({ ok: true, value: { kind, id, names: [id], labels: new Map() } });
  };
  const sees = ({ names }: { readonly names: readonly string[] }): boolean =>
    names.some((name) => name.startsWith("own"));
  const sight = new EventSight(sees, find, new Map([["volume", new Set(known)]]), (count) => count <= most);
  const tell = async (told: JsonValue): Promise<boolean> => {
    const seen = await sight.see(told);
    return typeof seen === "boolean" ? seen : seen.ok && seen.value;
  };
  return { tell, asked };
}

describe("what a stream of events remembers", () => {
  test("is what is the client's, whatever others do", async () => {
    const { tell } = openSight(4, ["own-1", "own-2"]);
    for (let count = 0; count < 100; count += 1) {
      expect(await tell(event("volume", "create", `other-${count}`))).toBe(false);
      expect(await tell(event("container", "start", `c${count}`, { name: "other" }))).toBe(false);
    }
    expect(await tell(event("volume", "create", "own-3"))).toBe(true);
    for (const name of ["own-1", "own-2", "own-3"])
      expect(await tell(event("volume", "destroy", name))).toBe(true);
  });

  test("is of what is not the client's what came last", async () => {
    const { tell, asked } = openSight(3, ["own-1"]);
    for (const name of ["a", "b", "c", "b", "c"]) await tell(event("volume", "mount", name));
    expect(asked).toEqual(["a", "b", "c"]);
    await tell(event("volume", "mount", "a"));
    expect(asked).toEqual(["a", "b", "c", "a"]);
  });

  test("is of what is the client's what came last, where there is no memory for all of it", async () => {
    const { tell } = openSight(2, ["own-1", "own-2", "own-3"]);
    expect(await tell(event("volume", "destroy", "own-1"))).toBe(false);
    expect(await tell(event("volume", "destroy", "own-2"))).toBe(true);
    expect(await tell(event("volume", "destroy", "own-3"))).toBe(true);
  });

  test("is nothing where there is no memory at all", async () => {
    const { tell, asked } = openSight(0);
    for (const name of ["own-1", "other"])
      for (let count = 0; count < 2; count += 1) await tell(event("volume", "mount", name));
    expect(asked).toEqual(["own-1", "own-1", "other", "other"]);
    expect(await tell(event("volume", "destroy", "own-1"))).toBe(false);
  });
});
