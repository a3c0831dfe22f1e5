import type { Gate } from "../../src/gate.ts";

/** One number of a scrape. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All that one scrape told. */
export interface Scrape {
  readonly contentType: string;
  readonly text: string;
  readonly series: readonly Series[];
}

/** Asks a gate for its metrics, as Prometheus does. */
export async function scrape(gate: Gate, accept = "text/plain"): Promise<Scrape> {
  const { admin } = gate;
  if (admin === undefined) throw new Error("the gate serves no metrics");
  const answer = await fetch(`http://${admin.host}:${admin.port}/metrics`, { headers: { accept } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`metrics got ${answer.status}: ${text}`);
  return { contentType: answer.headers.get("content-type") ?? "", text, series: parseSeries(text) };
}

/** Reads the lines of a scrape that are no comment; fails at one that is not understood. */
export function parseSeries(text: string): readonly Series[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const {
        name = "",
        labels = "",
        value,
      } = /^(?<name>[a-z_]+)(?:\{(?<labels>(?:[a-z]+="[^"\\]*",?)*)\})? (?<value>[0-9.e+-]+)$/u.exec(line)
        ?.groups ?? {};
      if (value === undefined) throw new Error(`no line of a scrape: ${line}`);
      const pairs = [...labels.matchAll(/([a-z]+)="([^"]*)"/gu)].map(([, key = "", word = ""]) => [
        key,
        word,
      ]);
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}

/** The sum of all series with this name and these labels; undefined where there is none. */
export function sumOf(
  series: readonly Series[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = series.filter(
    (each) =>
      each.name === name && Object.entries(labels).every(([label, value]) => each.labels[label] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}
