import { describe, expect, test } from "vitest";
import { always } from "../../src/docker/answers/shape.ts";
import { viewerOf } from "../../src/policy/view/viewer.ts";
import { REMEMBERED_LIST, REMEMBERED_LISTS } from "../../src/proxy/limits.ts";
import type { SeenEntry } from "../../src/proxy/list-text.ts";
import { type RememberedList, RememberedLists } from "../../src/proxy/remembered-lists.ts";
import { memoryInUse } from "../support/memory.ts";

/** Some more than two lists. */
const MOST = 3 * REMEMBERED_LIST;

function openList(lists = new RememberedLists()): RememberedList {
  return lists.of(viewerOf({ scope: undefined, view: undefined }), always);
}

function growthBy(act: () => unknown): number {
  const before = memoryInUse().arrayBuffers;
  // What it gives back is held as long.
  const held = act();
  const growth = memoryInUse().arrayBuffers - before;
  expect(held).toBeDefined();
  return growth;
}

/** What is read into again and again. */
const text = Buffer.alloc(REMEMBERED_LIST / 2);

/** Begins to read a list that nobody knows, of half of what is remembered. */
function beginWith(list: RememberedList, number: number): ReturnType<RememberedList["open"]> {
  const memory = list.open();
  text.fill(String(number));
  memory.add(text, [{ text, start: 0, end: text.length, seen: "same" }]);
  return memory;
}

describe("the memory of a list is bounded", () => {
  test("by two lists, however many come at one time and never end", () => {
    const list = openList();
    const growth = growthBy(() => [list, Array.from({ length: 40 }, (_, at) => beginWith(list, at))]);
    expect(growth).toBeLessThan(MOST);
  });

  test("by two lists, however many of those that were the last are still being read by", () => {
    const list = openList();
    const growth = growthBy(() => [
      list,
      Array.from({ length: 40 }, (_, at) => {
        beginWith(list, at).close();
        return list.open();
      }),
    ]);
    expect(growth).toBeLessThan(MOST);
  });

  test("whatever was sent in the place of entries where there are fewer now", () => {
    const list = openList();
    const chunk = Buffer.from("{}");
    const growth = growthBy(() => {
      for (let count = 40; count > 0; count -= 1) {
        const memory = list.open();
        const entries = Array.from({ length: count }, (_, at): SeenEntry => {
          const seen = at === count - 1 ? Buffer.alloc(REMEMBERED_LIST / 2, count) : "withheld";
          return { text: chunk, start: 0, end: 2, seen };
        });
        memory.add(chunk, entries);
        memory.close();
      }
      return list;
    });
    expect(growth).toBeLessThan(MOST);
  });

  test("and is given back when others are read, whoever still reads by it", () => {
    const lists = new RememberedLists();
    const growth = growthBy(() => [
      lists,
      Array.from({ length: 5 * REMEMBERED_LISTS }, (_, at) => {
        const list = openList(lists);
        beginWith(list, at).close();
        return [list, list.open(), beginWith(list, at + 1)];
      }),
    ]);
    expect(growth).toBeLessThan(REMEMBERED_LISTS * MOST);
  });
});
