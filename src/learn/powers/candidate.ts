/** An entry that a list of powers may get, and which of the values that were seen it is for. Values are without their noun. */
export interface Candidate {
  readonly pattern: string;
  readonly values: readonly string[];
}

/** Makes candidates of values of one noun, each value in one of them at least; it need not be right, for each is proven. */
export type Generaliser = (values: readonly string[]) => readonly Candidate[];

/** Each value as it was seen. */
export const asSeen: Generaliser = (values) => values.map((value) => ({ pattern: value, values: [value] }));

/** Values by what a function says of each. */
export function groupBy<Key>(
  values: readonly string[],
  keyOf: (value: string) => Key,
): ReadonlyMap<Key, readonly string[]> {
  const grouped = new Map<Key, string[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = grouped.get(key);
    if (group === undefined) grouped.set(key, [value]);
    else group.push(value);
  }
  return grouped;
}
