import { readFileSync } from "node:fs";

/** One endpoint as it was found in dockerd's sources, kept apart from the table that it checks. */
export interface EndpointFact {
  readonly method: string;
  /** As Docker's own documentation writes it: `{name}`, however many segments a name may have. */
  readonly template: string;
  readonly name: string;
  /** Whether the name is an operationId of Docker's, or ours for an endpoint that Docker does not document. */
  readonly namedBy: string;
  readonly effect: string;
  readonly since: string | undefined;
  readonly last: string | undefined;
  readonly stream: string;
  readonly hijack: string;
  /** How many segments its parameter may have: none, one or many. */
  readonly parameter: string;
  /** The routes as gorilla/mux in dockerd has them: `{name:.*}` crosses slashes there. */
  readonly enginePatterns: readonly string[];
}

/** Every endpoint of dockerd from API 1.24 to 1.56. */
export const endpointFacts: readonly EndpointFact[] = readFacts();

/** Makes gorilla/mux's reading of a route: a bare `{x}` is one segment, `{x:pattern}` is that pattern. */
export function patternToRegExp(pattern: string): RegExp {
  const source = pattern.replaceAll(/\{\w+(?::([^}]*))?\}|[.]/g, (part, inner: string | undefined) =>
    part === "." ? "\\." : `(?:${inner ?? "[^/]+"})`,
  );
  return new RegExp(`^${source}$`);
}

function readFacts(): EndpointFact[] {
  const text = readFileSync(new URL("endpoints.tsv", import.meta.url), "utf8");
  const [header, ...lines] = text.trimEnd().split("\n");
  const columns = header?.split("\t") ?? [];
  return lines.map((line) => {
    const cells = line.split("\t");
    const cell = (column: string): string => {
      const value = cells[columns.indexOf(column)];
      if (value === undefined) throw new Error(`endpoints.tsv has no ${column} in: ${line}`);
      return value;
    };
    const optional = (column: string): string | undefined => cell(column) || undefined;
    return {
      method: cell("method"),
      template: cell("template"),
      name: cell("name"),
      namedBy: cell("named_by"),
      effect: cell("effect"),
      since: optional("since"),
      last: optional("last"),
      stream: cell("stream"),
      hijack: cell("hijack"),
      parameter: cell("parameter"),
      enginePatterns: cell("engine_patterns").split(" "),
    };
  });
}
