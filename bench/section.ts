import { type Aim, formatAim, isAccident, isMet } from "./aims.ts";
import type { Form } from "./forms.ts";
import { median } from "./spread.ts";
import { formatTable } from "./table.ts";

/** What one row of a table says. */
export interface Finding {
  /** What was measured, in a word or two; with the other cells it is the row. */
  readonly subject: string;
  /** One for each further column of the section. */
  readonly cells: readonly string[];
  /** What is hoped for; undefined where nothing is. */
  readonly aim: Aim | undefined;
  /** The numbers whose median is held against the aim. */
  readonly judged: readonly number[];
  /** Its number depends on how busy the machine is: no reason to fail. */
  readonly unsteady?: true;
}

/** One table of the result, with what is said about it. */
export interface Section {
  readonly title: string;
  /** Says what a number in the table is. */
  readonly explanation: string;
  readonly columns: readonly string[];
  readonly findings: readonly Finding[];
  /** Sentences that stand below the table. */
  readonly notes: readonly string[];
}

/**
 * Measures one row. Where accidents fail the run, one that looks like an accident is measured once more with three times
 * the rounds before it counts: a busy neighbour is soon gone.
 */
export async function measureFinding<Found extends Finding>(
  { failsOnAccident, pairs }: Form,
  measure: (pairs: number) => Promise<Found>,
): Promise<Found> {
  const first = await measure(pairs);
  return failsOnAccident && looksLikeAccident(first) ? measure(pairs * 3) : first;
}

/** A sentence for each row that is worse than any noise explains. */
export function explainAccidents(sections: readonly Section[]): readonly string[] {
  return sections.flatMap(({ title, findings }) =>
    findings.flatMap((finding) => {
      const { subject, aim, judged } = finding;
      return aim !== undefined && looksLikeAccident(finding)
        ? [`${title}, ${subject}: ${median(judged).toFixed(2)} is far from ${formatAim(aim)}`]
        : [];
    }),
  );
}

/** A section as Markdown: heading, explanation, the table with what was hoped for, notes. */
export function formatSection({ title, explanation, columns, findings, notes }: Section): string {
  const heading = [...columns, "aim", "met"];
  const rows = findings.map(({ subject, cells, aim, judged }) => [
    subject,
    ...cells,
    ...(aim === undefined ? ["", ""] : [formatAim(aim), isMet(aim, judged) ? "yes" : "no"]),
  ]);
  return [`### ${title}`, explanation, formatTable([heading, ...rows]), ...notes].join("\n\n");
}

function looksLikeAccident({ aim, judged, unsteady }: Finding): boolean {
  return aim !== undefined && unsteady !== true && isAccident(aim, judged);
}
