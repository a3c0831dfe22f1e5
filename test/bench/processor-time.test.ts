import { describe, expect, test } from "vitest";
import { parseSchedstat, processorUse, readProcessorTime } from "../../bench/processor-time.ts";

describe("parseSchedstat", () => {
  test("gives the nanoseconds on a processor, not those of waiting for one", () => {
    expect(parseSchedstat("280255 1041143 2\n")).toBe(280_255);
  });

  test.each(["", "280255\n", "280255 1041143\n", "-1 2 3\n", "280255 1041143 2 9\n"])(
    "refuses %j",
    (text) => {
      expect(() => parseSchedstat(text)).toThrow("not the text of a schedstat file");
    },
  );
});

describe("processorUse", () => {
  test("adds what each thread used, and one that began in between whole", () => {
    const before = new Map([
      ["1", 100],
      ["2", 50],
    ]);
    const after = new Map([...before, ["1", 170], ["3", 5]] as const);
    expect(processorUse(before, after)).toEqual({ nanoseconds: 75, endedThreads: 0 });
  });

  test("says that a thread ended, and takes nothing off for it", () => {
    const before = new Map([
      ["1", 100],
      ["2", 50],
    ]);
    expect(processorUse(before, new Map([["1", 170]]))).toEqual({ nanoseconds: 70, endedThreads: 1 });
  });
});

test("the time of this very process grows by its own work", () => {
  const before = readProcessorTime(process.pid);
  const until = performance.now() + 50;
  while (performance.now() < until);
  const { nanoseconds } = processorUse(before, readProcessorTime(process.pid));
  expect(nanoseconds).toBeGreaterThan(0);
});
