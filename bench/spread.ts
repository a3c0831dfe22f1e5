/** The middle one of some numbers, or between the two in the middle. Throws where there is none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const [lower, upper] = [Math.floor, Math.ceil].map((round) => sorted[round((sorted.length - 1) / 2)]);
  if (lower === undefined || upper === undefined) {
    throw new RangeError("nothing was measured");
  }
  return (lower + upper) / 2;
}

/** The median with the least and the most: `0.62 (0.58-0.71)`; one number alone stands alone. */
export function formatSpread(numbers: readonly number[], digits = 2): string {
  const middle = median(numbers).toFixed(digits);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)].map((end) => end.toFixed(digits));
  return numbers.length === 1 ? middle : `${middle} (${least}-${most})`;
}
