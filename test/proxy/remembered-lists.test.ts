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

  test("is known to all who read at one time, until another takes its place", () => {
    const list = new RememberedLists().of(viewer(), always);
    read(list, ['{"a":1}', '{"b":2}']);
    const [one, other] = [list.open(), list.open()];
    const chunk = Buffer.from('{"a":1}{"b":2}');
    expect(one.find(chunk, 0)).toMatchObject({ start: 0, end: 7, seen: "same" });
    expect(other.find(chunk, 0)).toMatchObject({ start: 0, end: 7, seen: "same" });
    expect(other.find(chunk, 7)).toMatchObject({ start: 7, end: 14, seen: "same" });
    for (const entries of [['{"c":3}'], ['{"a":1}', '{"b":2}']]) read(list, entries, "withheld");
    expect(one.find(chunk, 7)).toBeUndefined();
    one.add(chunk, [{ text: chunk, start: 0, end: 7, seen: "same" }]);
    one.close();
    expect(read(list, ['{"a":1}', '{"b":2}'])).toEqual(["withheld", "withheld"]);
  });

  test.each([
    ["comes to no end", false],
    ["ends after another one", true],
  ])("is remembered although one that began before it %s", (_, ends) => {
    const list = new RememberedLists().of(viewer(), always);
    const slow = list.open();
    const text = Buffer.from('{"slow":1}');
    slow.add(text, [{ text, start: 0, end: text.length, seen: "same" }]);
    read(list, [ENTRY], "withheld");
    if (ends) slow.close();
    read(list, [ENTRY], "withheld");
    expect(read(list, [ENTRY])).toEqual(["withheld"]);
  });

  test("is whole where one that was too slow goes on meanwhile", () => {
    const list = new RememberedLists().of(viewer(), always);
    const [slow, next] = [list.open(), list.open()];
    const [other, text] = [Buffer.from('{"s":1}'), Buffer.from(ENTRY)];
    slow.add(other, [{ text: other, start: 0, end: 7, seen: "same" }]);
    read(list, [ENTRY]);
    next.add(text, [{ text, start: 0, end: 7, seen: "withheld" }]);
    slow.add(other, [{ text: other, start: 0, end: 7, seen: "same" }]);
    slow.close();
    next.close();
    expect(read(list, [ENTRY, '{"s":1}'])).toEqual(["withheld", undefined]);
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
