import fc from "fast-check";
import { expect, test } from "vitest";
import { type Room, Tally } from "../../src/learn/tally.ts";

const times = ["2026-11-30T08:00:00.000Z", "2026-11-30T09:00:00.000Z", "2026-11-30T10:00:00.000Z"] as const;
const notes = fc.array(
  fc.record({
    key: fc.constantFrom(..."abcdefghijklmnop"),
    time: fc.constantFrom(...times),
    count: fc.integer({ min: 1, max: 3 }),
    by: fc.constantFrom("ContainerCreate", "ContainerStart"),
  }),
  { maxLength: 60 },
);

function tallied(
  all: readonly { key: string; time: string; count: number; by: string }[],
  most: number,
  room: Room = { left: 1000 },
): Tally {
  const tally = new Tally(most, room);
  for (const { key, time, count, by } of all) tally.note(key, time, count, by);
  return tally;
}

test("counts each key, with its first and last time and who asked", () => {
  const tally = tallied(
    [
      { key: "b", time: times[1], count: 2, by: "ContainerStart" },
      { key: "b", time: times[0], count: 1, by: "ContainerCreate" },
      { key: "a", time: times[2], count: 1, by: "ContainerCreate" },
    ],
    5,
  );
  expect(tally.entries()).toEqual([
    { key: "a", count: 1, first: times[2], last: times[2], by: ["ContainerCreate"] },
    { key: "b", count: 3, first: times[0], last: times[1], by: ["ContainerCreate", "ContainerStart"] },
  ]);
  expect(tally.beyond).toBe(0);
});

test("keeps the same in whatever order keys come, also where they are too many", () => {
  fc.assert(
    fc.property(notes, fc.integer({ min: 1, max: 8 }), (all, most) => {
      const [one, other] = [tallied(all, most), tallied(all.toReversed(), most)];
      expect(one.entries()).toEqual(other.entries());
      expect(one.beyond).toBe(other.beyond);
      const total = all.reduce((sum, { count }) => sum + count, 0);
      expect(one.entries().reduce((sum, { count }) => sum + count, one.beyond)).toBe(total);
    }),
  );
});

test("never has more keys than it may, nor takes more room than there is", () => {
  fc.assert(
    fc.property(notes, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 10 }), (all, most, left) => {
      const room = { left };
      const tally = tallied(all, most, room);
      expect(tally.entries().length).toBeLessThanOrEqual(most);
      expect(room.left).toBeGreaterThanOrEqual(Math.max(0, left - 2 * most));
    }),
  );
});

test("counts and never keeps what is longer than anything that a gate writes", () => {
  const tally = tallied([{ key: "x".repeat(300), time: times[0], count: 2, by: "ContainerStart" }], 5);
  expect([tally.entries(), tally.beyond]).toEqual([[], 2]);
});
