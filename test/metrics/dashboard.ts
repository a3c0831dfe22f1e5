import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/set-up.mjs";

const TEXT = readFileSync(join(root, "deploy/grafana/quaygate.json"), "utf8");

/** Every expression of the dashboard's panels, with its variables filled in as Grafana does it. */
export function dashboardQueries(variables: Readonly<Record<string, string>> = {}): readonly string[] {
  const found: string[] = [];
  // A walk of its own: whatever nests the panels, an expression stands under this key.
  JSON.parse(TEXT, (key, value: unknown) => {
    if (key === "expr") found.push(String(value));
    return value;
  });
  return found.map((expression) =>
    expression.replaceAll(/\$(?<name>\w+)/gu, (whole, name: string) => variables[name] ?? whole),
  );
}

/** The names of the gate's own metrics in a text. */
export function metricsIn(text: string): readonly string[] {
  return [...new Set(text.match(/\bquaygate_\w+/gu))];
}
