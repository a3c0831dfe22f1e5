/** One line of the table: cells of text. */
export type Row = readonly string[];

/** The median of ratios with the smallest and the largest: `0.62 (0.58-0.71)`. */
export function formatRatios(ratios: readonly number[]): string {
  const sorted = ratios.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
  return `${formatRatio(median)} (${formatRatio(sorted[0] ?? 0)}-${formatRatio(sorted.at(-1) ?? 0)})`;
}

/** One ratio with two digits behind the point. */
function formatRatio(ratio: number): string {
  return ratio.toFixed(2);
}

/** Rows as a Markdown table that is also aligned for the eye; the first row is the heading. */
export function formatTable(rows: readonly Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0] ?? "", rule, ...lines.slice(1)].join("\n");
}
