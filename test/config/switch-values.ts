/** Values of a switch that HAProxy 2.6 takes as on: measured, each with why. */
export const onValues = [
  ["1", "a number that is not 0"],
  ["2", "a number that is not 0"],
  ["01", "a leading zero does not make it octal or 0"],
  ["-1", "a negative number is not 0"],
  ["+1", "a plus sign may stand before"],
  ["1abc", "what follows the number is not read"],
  ["1 ", "a space may follow the number"],
  ["1.5", "only the whole part is read, and it is 1"],
  ["99999999999999999999", "too large for 64 bits does not become 0"],
  ["18446744073709551616", "2 to the power of 64 does not wrap to 0"],
  ["9".repeat(400), "a number beyond a double is not 0 either"],
] as const;

/** Values that HAProxy 2.6 takes as off: measured, each with why. */
export const offValues = [
  ["0", "the number 0"],
  ["00", "the number 0"],
  ["-0", "the number 0"],
  ["+0", "the number 0"],
  ["0.5", "only the whole part is read, and it is 0"],
  ["0x1", "hexadecimal is not read: 0, then a letter"],
  ["", "no number"],
  ["true", "no number"],
  ["TRUE", "no number"],
  ["yes", "no number"],
  ["on", "no number"],
  ["enabled", "no number"],
  ["a1", "a number must stand at the start"],
  [" 1", "nothing may stand before the number, not even a space"],
  ["\t1", "nothing may stand before the number, not even a tab"],
  ["-", "a sign without a number"],
  ["+-1", "two signs"],
  ["--1", "two signs"],
  ["\u{ff19}", "a digit of another alphabet"],
  ['"1"', "a quotation mark stands before the number"],
] as const;
