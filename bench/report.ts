import type { Form } from "./forms.ts";
import { formatSection, type Section } from "./section.ts";
import { describeVersions } from "./versions.ts";

/** When it was measured, and how busy the machine was before: its load average over a minute. */
export interface Circumstances {
  readonly date: Date;
  readonly load: number;
}

/** All that was measured, as Markdown. */
export function formatReport(
  { name, pairs }: Form,
  sections: readonly Section[],
  { date, load }: Circumstances,
): string {
  const day = date.toISOString().slice(0, "2026-01-01".length);
  const head = `Measured on ${day} in the ${name} form: ${describeVersions()}; before it, the machine's load average was ${load.toFixed(1)}. A cell is the median (least-most), of ${pairs} pairs of rounds where there are rounds.`;
  return [head, ...sections.map(formatSection)].join("\n\n");
}
