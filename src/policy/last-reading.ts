/**
 * Reads as `read` does, and the same text once: the rules of a list are asked about one value after the other, and none
 * shall pay again for what the first has read.
 */
export function readOnce<Reading>(read: (text: string) => Reading): (text: string) => Reading {
  let last: { readonly text: string; readonly reading: Reading } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, reading: read(text) };
    return last.reading;
  };
}
