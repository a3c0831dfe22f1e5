import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatHttpDate, formatTimestamp } from "../../src/kernel/timestamp.ts";

/** From 1970 to the year 9999. */
const moments = fc.integer({ min: 0, max: 253_402_300_799_999 });

describe("a moment", () => {
  test("is written as the platform writes it, in whatever order moments come", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(moments, fc.integer({ min: 0, max: 3000 })), { minLength: 1 }),
        (sequence) => {
          for (const moment of sequence) {
            expect(formatTimestamp(moment)).toBe(new Date(moment).toISOString());
            expect(formatHttpDate(moment)).toBe(new Date(moment).toUTCString());
          }
        },
      ),
    );
  });
});
