/** How much of `missing` is tried, the most first. */
const MISSING_KEPT: readonly number[] = [50, 25, 10, 5, 1, 0];

/**
 * The line of a record with less in it, as long as `fits` wants it, both without a line end: without powers and labels, and with the first
 * of what is missing. It is a record still, and found by its verdict and all else that says what happened: a client that asks for
 * much does not hide so. Undefined where the line is none of JSON, or a note's, or does not fit even so.
 */
export function shortenRecord(line: string, fits: (text: string) => boolean): string | undefined {
  const record = parseObject(line);
  if (record === undefined || !("missing" in record) || !Array.isArray(record.missing)) return undefined;
  const missing: readonly unknown[] = record.missing;
  const object = "object" in record ? record.object : undefined;
  const kept = {
    ...record,
    // None at all: some would be read as all that it asked for.
    powers: undefined,
    object: typeof object === "object" && object !== null ? { ...object, labels: undefined } : undefined,
    chain: undefined,
  };
  const cut = Buffer.byteLength(line);
  return MISSING_KEPT.map((count) => JSON.stringify({ ...kept, missing: missing.slice(0, count), cut })).find(
    fits,
  );
}

function parseObject(line: string): object | undefined {
  if (!line.startsWith("{")) return undefined;
  const value: unknown = JSON.parse(line);
  return typeof value === "object" && value !== null ? value : undefined;
}
