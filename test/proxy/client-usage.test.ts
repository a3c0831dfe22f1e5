import fc from "fast-check";
import { expect, test } from "vitest";
import type { RequestRate } from "../../src/policy/client-limits.ts";
import { memoryInUse } from "../support/memory.ts";
import { settle } from "../support/raw-peer.ts";
import { ClientUsage, ClientUsages } from "../../src/proxy/client-usage.ts";

/** Sends as many requests as there are at each moment, and gives the moments at which one was let through. */
function passes(usage: ClientUsage, allowed: RequestRate, pauses: readonly number[], start = 0): number[] {
  let now = start;
  return pauses.flatMap((pause) => {
    now += pause;
    return usage.spend(allowed, now) === undefined ? [now] : [];
  });
}

const allowances = fc.record({
  rate: fc.integer({ min: 1, max: 500 }),
  burst: fc.integer({ min: 1, max: 50 }),
});
const someTimes = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 200 });

test("in any time at most the burst and what comes again in that time gets through", () => {
  fc.assert(
    fc.property(allowances, someTimes, fc.integer({ min: 0, max: 1e9 }), (allowed, pauses, start) => {
      const moments = passes(new ClientUsage(), allowed, pauses, start);
      for (const [first, from] of moments.entries()) {
        for (const [last, to] of moments.entries()) {
          if (last < first) continue;
          const most = allowed.burst * 1_000 + allowed.rate * (to - from);
          expect((last - first + 1) * 1_000).toBeLessThanOrEqual(most);
        }
      }
    }),
  );
});

test("whoever keeps to the rate is never refused", () => {
  fc.assert(
    fc.property(allowances, fc.array(fc.integer({ min: 0, max: 20 })), (allowed, delays) => {
      const pause = Math.ceil(1_000 / allowed.rate);
      const pauses = delays.map((delay) => pause + delay);
      expect(passes(new ClientUsage(), allowed, pauses)).toHaveLength(pauses.length);
    }),
  );
});

test("who is told to wait gets through after that time, and not before", () => {
  fc.assert(
    fc.property(allowances, someTimes, (allowed, pauses) => {
      const usage = new ClientUsage();
      passes(usage, allowed, pauses);
      let now = pauses.reduce((sum, pause) => sum + pause, 0);
      const wait = usage.spend(allowed, now);
      fc.pre(wait !== undefined && wait > 1);
      now += Math.ceil(wait ?? 0) - 1;
      expect(usage.spend(allowed, now)).toBeGreaterThan(0);
      expect(usage.spend(allowed, now + 1)).toBeUndefined();
    }),
  );
});

test("a whole burst gets through at once, also after a long pause, and no more than that", () => {
  const usage = new ClientUsage();
  const allowed = { rate: 2, burst: 5 };
  const atOnce = Array.from({ length: 9 }, () => 0);
  expect(passes(usage, allowed, atOnce)).toHaveLength(5);
  expect(passes(usage, allowed, atOnce, 1e12)).toHaveLength(5);
});

test("a rate below one a second has its burst of one", () => {
  const usage = new ClientUsage();
  const allowed = { rate: 0.5, burst: 1 };
  expect([usage.spend(allowed, 0), usage.spend(allowed, 500), usage.spend(allowed, 2_000)]).toEqual([
    undefined,
    1_500,
    undefined,
  ]);
});

test("another allowance does not fill what is spent", () => {
  const usage = new ClientUsage();
  passes(usage, { rate: 1, burst: 3 }, [0, 0, 0]);
  expect(usage.spend({ rate: 1, burst: 3 }, 0)).toBe(1_000);
  expect(usage.spend({ rate: 10, burst: 3 }, 0)).toBe(100);
  expect(usage.spend({ rate: 1, burst: 4 }, 0)).toBeUndefined();
});

test("a name means the same usage, and another name another", () => {
  const usages = new ClientUsages();
  const ci = usages.of("ci");
  expect(usages.of("ci")).toBe(ci);
  expect(usages.of("bot")).not.toBe(ci);
  expect(usages.of("ci")).toBe(ci);
});

test("what nobody counts on any more is not kept, and what somebody does is", async () => {
  const usages = new ClientUsages();
  const ci = usages.of("ci");
  const gone = new WeakRef(usages.of("gone"));
  await settle();
  memoryInUse();
  expect(gone.deref()).toBeUndefined();
  expect(usages.of("ci")).toBe(ci);
});
