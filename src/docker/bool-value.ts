/** Reads the value of a key of a query as dockerd reads it: all is on but these words. */
export function isOn(value: string): boolean {
  return !OFF.has(value.trim().toLowerCase());
}

const OFF: ReadonlySet<string> = new Set(["", "0", "no", "false", "none"]);
