import { expect, test } from "vitest";
import type { EngineState } from "../../src/engine/probe.ts";
import { type EngineNews, EngineWatch } from "../../src/engine/watch.ts";

const THERE: EngineState = { reachable: true, apiVersion: "1.44" };
const ABSENT: EngineState = { reachable: false, reason: "nobody answers on the socket", who: "nobody" };
const BUSY: EngineState = { reachable: false, reason: "it does not answer", who: "engine" };

/** What is told of what is seen, each at its second. */
function newsOf(
  goneAfter: number | undefined,
  seen: readonly (readonly [second: number, state: EngineState])[],
): readonly (readonly [second: number, kind: EngineNews["kind"]])[] {
  let now = 0;
  const watch = new EngineWatch({ now: () => now }, goneAfter);
  return seen.flatMap(([second, state]) => {
    now = second * 1000;
    const news = watch.observe(state);
    return news === undefined ? [] : [[second, news.kind] as const];
  });
}

test.each([
  {
    name: "an engine that answers is told once",
    seen: [
      [0, THERE],
      [1, THERE],
      [2, THERE],
    ],
    told: [[0, "answers"]],
  },
  {
    name: "one that is lost and found again is told each time",
    seen: [
      [0, THERE],
      [1, ABSENT],
      [2, ABSENT],
      [3, THERE],
      [4, BUSY],
    ],
    told: [
      [0, "answers"],
      [1, "lost"],
      [3, "answers"],
      [4, "lost"],
    ],
  },
  {
    name: "one that nobody takes connections for is gone when the time is over, and that once",
    seen: [
      [0, THERE],
      [5, ABSENT],
      [14.9, ABSENT],
      [15, ABSENT],
      [30, ABSENT],
    ],
    told: [
      [0, "answers"],
      [5, "lost"],
      [15, "gone"],
    ],
  },
  {
    name: "one that was never there is gone likewise",
    seen: [
      [0, ABSENT],
      [10, ABSENT],
    ],
    told: [
      [0, "lost"],
      [10, "gone"],
    ],
  },
  {
    name: "one that takes connections and does not answer is busy for as long as it likes",
    seen: [
      [0, THERE],
      [1, BUSY],
      [100, BUSY],
    ],
    told: [
      [0, "answers"],
      [1, "lost"],
    ],
  },
  {
    name: "one that is lost for another reason than before is told again",
    seen: [
      [0, BUSY],
      [1, ABSENT],
      [2, ABSENT],
    ],
    told: [
      [0, "lost"],
      [1, "lost"],
    ],
  },
  {
    name: "the time begins anew when it was seen in between",
    seen: [
      [0, ABSENT],
      [9, BUSY],
      [10, ABSENT],
      [19, ABSENT],
      [20, ABSENT],
    ],
    told: [
      [0, "lost"],
      [9, "lost"],
      [10, "lost"],
      [20, "gone"],
    ],
  },
] as const)("$name", ({ seen, told }) => {
  expect(newsOf(10_000, seen)).toEqual(told);
});

test("without a time that it may be gone it is lost and never gone", () => {
  expect(
    newsOf(undefined, [
      [0, ABSENT],
      [100_000, ABSENT],
    ]),
  ).toEqual([[0, "lost"]]);
});
