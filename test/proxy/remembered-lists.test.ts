import { describe, expect, test } from "vitest";
import type { AnswerPart } from "../../src/docker/answers/answer-table.ts";
import { always } from "../../src/docker/answers/shape.ts";
import { viewerOf } from "../../src/policy/view/viewer.ts";
import { REMEMBERED_LIST, REMEMBERED_LISTS } from "../../src/proxy/limits.ts";
import type { EntrySeen } from "../../src/proxy/list-text.ts";
import { type RememberedList, RememberedLists } from "../../src/proxy/remembered-lists.ts";

const ENTRY = '{"a":1}';

/** Reads a list of one chunk, and tells which of its entries were known, and as what. */
function read(
  list: RememberedList,
  entries: readonly string[],
  seen: EntrySeen = "same",
): readonly unknown[] {
  const memory = list.open();
  const text = Buffer.from(entries.join(""));
  let start = 0;
  const all = entries.map((entry) => {
    const known = memory.find(text, start);
    const end = start + entry.length;
    const one = known ?? { text, start, end, seen };
    start = end;
    return one;
  });
  memory.add(text, all);
  memory.close();
  text.fill(0);
  return all.map((one) => ("index" in one ? one.seen : undefined));
}

function viewer() {
  return viewerOf({ scope: undefined, view: undefined });
}

describe("a list that was read", () => {
  test("is known to the same viewer by the same table alone", () => {
    const lists = new RememberedLists();
    const [one, other] = [viewer(), viewer()];
    const part: AnswerPart = { ...always };
    expect(read(lists.of(one, always), [ENTRY], "withheld")).toEqual([undefined]);
    expect(read(lists.of(other, always), [ENTRY])).toEqual([undefined]);
    expect(read(lists.of(one, part), [ENTRY])).toEqual([undefined]);
    expect(read(lists.of(one, always), [ENTRY])).toEqual(["withheld"]);
    expect(read(lists.of(other, always), [ENTRY])).toEqual(["same"]);
  });

  test("stays what it is for whoever still reads by it while others take its place", () => {
    const list = new RememberedLists().of(viewer(), always);
    read(list, ['{"a":1}', '{"b":2}']);
    const slow = list.open();
    read(list, ['{"c":3}', '{"d":4}'], "withheld");
    read(list, ['{"e":5}', '{"f":6}'], "withheld");
    const chunk = Buffer.from('{"a":1}{"b":2}{"e":5}');
    expect(slow.find(chunk, 0)).toMatchObject({ start: 0, end: 7, seen: "same" });
    expect(slow.find(chunk, 7)).toMatchObject({ start: 7, end: 14, seen: "same" });
    expect(slow.find(chunk, 14)).toBeUndefined();
  });

  test("is known only where all of an entry has come", () => {
    const list = new RememberedLists().of(viewer(), always);
    read(list, [ENTRY]);
    const memory = list.open();
    expect(memory.find(Buffer.from(ENTRY.slice(0, -1)), 0)).toBeUndefined();
    expect(memory.find(Buffer.from(`,${ENTRY}`), 1)).toMatchObject({ start: 1, end: 8 });
  });

  test("is remembered as far as there is room, however it is written", () => {
    const list = new RememberedLists().of(viewer(), always);
    const long = Array.from({ length: 8 }, (_, at) => `{"a":"${String(at).repeat(REMEMBERED_LIST / 8)}"}`);
    const memory = list.open();
    for (const entry of long) {
      const text = Buffer.from(entry);
      memory.add(text, [{ text, start: 0, end: text.length, seen: "same" }]);
    }
    memory.close();
    const again = list.open();
    const known = long.map((entry) => again.find(Buffer.from(entry), 0) !== undefined);
    expect(known).toEqual([...Array.from({ length: 7 }, () => true), false]);
    // Entries of two bytes, and answers in the place of entries, take room too.
    const tiny = Array.from({ length: REMEMBERED_LIST / 4 }, () => "{}");
    read(list, tiny);
    expect(read(list, tiny).filter((seen) => seen !== undefined).length).toBeLessThan(REMEMBERED_LIST / 32);
    const rewritten = Array.from({ length: 8 }, (_, at) => `{"b":${at}}`);
    read(list, rewritten, Buffer.alloc(REMEMBERED_LIST / 4));
    expect(read(list, rewritten).filter((seen) => seen !== undefined)).toHaveLength(3);
  });

  test("gives way to those that were read after it", () => {
    const lists = new RememberedLists();
    const viewers = Array.from({ length: REMEMBERED_LISTS + 1 }, viewer);
    const [first, second] = viewers;
    const known = (one: ReturnType<typeof viewer> | undefined): readonly unknown[] =>
      one === undefined ? [] : read(lists.of(one, always), [ENTRY]);
    const slow = first && lists.of(first, always).open();
    for (const one of viewers) known(one);
    slow?.add(Buffer.from(ENTRY), [{ text: Buffer.from(ENTRY), start: 0, end: 7, seen: "same" }]);
    slow?.close();
    expect(known(viewers.at(-1))).toEqual(["same"]);
    expect(known(first)).toEqual([undefined]);
    expect(known(second)).toEqual([undefined]);
  });
});
