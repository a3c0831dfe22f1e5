import { readFileSync } from "node:fs";
import { catalogue, type OperationName } from "../../../src/docker/operations.ts";

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

/** One route of Podman's own API, as it was found in Podman's sources. */
export interface LibpodFact {
  readonly method: string;
  readonly template: string;
  readonly name: string;
  /** Whether the name is an operationId of Podman's, or ours where Podman has none or one that Docker has too. */
  readonly namedBy: string;
  readonly enginePattern: string;
}

/** Every route below /libpod in a section that a dialect can open, from Podman's API 3 on. */
export const libpodFacts: readonly LibpodFact[] = readTable("libpod-endpoints.tsv").map((cell) => ({
  method: cell("method"),
  template: cell("template"),
  name: cell("name"),
  namedBy: cell("named_by"),
  enginePattern: cell("engine_pattern"),
}));

/** A name that Docker's documents have had since API 1.39; `scripts/documented-facts.ts` reads them. */
export interface DocumentedName {
  readonly operation: string;
  readonly place: "operation" | "query" | "body";
  /** `METHOD /path`, a key, or the path of a field with dots between. */
  readonly name: string;
  /** The version that brought it, where the oldest document does not have it. */
  readonly since: string | undefined;
  /** The last version that has it, where the newest does not. */
  readonly last: string | undefined;
}

/** All of them, in no order. */
export const documentedNames: readonly DocumentedName[] = readTable("documented.tsv").map((cell) => ({
  operation: cell("operation"),
  place: placeOf(cell("place")),
  name: cell("name"),
  since: cell("since") || undefined,
  last: cell("last") || undefined,
}));

const answerRows = readTable("documented-answers.tsv").map((cell) => ({
  operation: cell("operation"),
  field: cell("field"),
}));

/** The fields of each operation's answer in JSON, with dots between, as Docker's newest document has them. */
export const documentedAnswers: ReadonlyMap<OperationName, readonly string[]> = new Map(
  catalogue.flatMap(({ name }) => {
    const fields = answerRows.flatMap((row) => (row.operation === name ? [row.field] : []));
    return fields.length === 0 ? [] : [[name, fields] as const];
  }),
);

function placeOf(text: string): DocumentedName["place"] {
  if (text !== "operation" && text !== "query" && text !== "body") throw new Error(`no place: ${text}`);
  return text;
}

/** Makes gorilla/mux's reading of a route: a bare `{x}` is one segment, `{x:pattern}` is that pattern. */
export function patternToRegExp(pattern: string): RegExp {
  const source = pattern.replaceAll(/\{\w+(?::([^}]*))?\}|[.]/g, (part, inner: string | undefined) =>
    part === "." ? "\\." : `(?:${inner ?? "[^/]+"})`,
  );
  return new RegExp(`^${source}$`);
}

function readFacts(): EndpointFact[] {
  return readTable("endpoints.tsv").map((cell) => {
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

/** Gives each row of a table beside this file, as a way to ask for its cells. */
function readTable(file: string): ((column: string) => string)[] {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  const [header, ...lines] = text.replace(/\n$/u, "").split("\n");
  const columns = header?.split("\t") ?? [];
  return lines.map((line) => {
    const cells = line.split("\t");
    return (column) => {
      const value = cells[columns.indexOf(column)];
      if (value === undefined) throw new Error(`${file} has no ${column} in: ${line}`);
      return value;
    };
  });
}
