import { LONGEST_QUOTE, MOST_PROBLEMS } from "./limits.ts";

/** A place in a text. Both begin with 1; a column is a UTF-16 unit, as most editors count. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The way to a value: keys of mappings and indexes of lists. */
export type FilePath = readonly (string | number)[];

/** What is wrong in a file, and where. */
export interface FileProblem extends Place {
  /** The file's name, as it was given. */
  readonly file: string;
  /** The way to the value as a person writes it, `clients.traefik.allow[2]`; empty where the problem is of no value. */
  readonly path: string;
  readonly message: string;
}

/** Says a problem in a line: `policy.yaml:12:5: clients.traefik.alow: no such key; did you mean allow?` */
export function explainFileProblem({ file, line, column, path, message }: FileProblem): string {
  return `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`;
}

/** Writes a way as a person does: `clients.traefik.allow[2]`. A key with other than plain characters stands in quotes. */
export function explainPath(path: FilePath): string {
  return path
    .map((step, index) =>
      typeof step === "number"
        ? `[${step}]`
        : /^[A-Za-z_$][\w$-]*$/u.test(step)
          ? `${index === 0 ? "" : "."}${step}`
          : `[${quoted(step)}]`,
    )
    .join("");
}

/** A text of the file in quotes, cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}

/** Problems in the order of the file, one a place: what is found first says why. Too many end with how many are left out. */
export function sortProblems(problems: readonly FileProblem[]): readonly FileProblem[] {
  const byPlace = new Map<string, FileProblem>();
  for (const problem of problems) {
    const place = `${problem.line}:${problem.column}`;
    if (!byPlace.has(place)) byPlace.set(place, problem);
  }
  const sorted = [...byPlace.values()].toSorted(
    (left, right) => left.line - right.line || left.column - right.column,
  );
  const [last] = sorted.slice(MOST_PROBLEMS);
  const more = sorted.length - MOST_PROBLEMS;
  return last === undefined
    ? sorted
    : [...sorted.slice(0, MOST_PROBLEMS), { ...last, path: "", message: `and ${more} more from here on` }];
}
