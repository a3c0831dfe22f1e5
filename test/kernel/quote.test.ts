import fc from "fast-check";
import { expect, test } from "vitest";
import { quote } from "../../src/kernel/quote.ts";

test("any text is quoted as JSON does it, also when it was quoted before", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("", '"', "\\", "\n", "\u2028", "\ud800", "\udc00\ud800", "a".repeat(1000)),
  );
  fc.assert(
    fc.property(text, (each) => {
      expect(quote(each)).toBe(JSON.stringify(each));
      expect(quote(each)).toBe(JSON.stringify(each));
    }),
    { numRuns: 2000 },
  );
});
