import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type EndpointFact, endpointFacts } from "./facts/facts.ts";

const researchPath = fileURLToPath(new URL("../../../shared/knowledge/endpoints.tsv", import.meta.url));
const present = existsSync(researchPath);
const leftOut = "Left out: the comparison with the research behind the facts, because it is not at hand.";
if (!present) process.stdout.write(`${leftOut}\n`);

type Kept = Omit<EndpointFact, "parameter">;

/** What the research calls a stream or a hijack, in the words of the facts; all other words are the same in both. */
const flows: Readonly<Record<string, Pick<Kept, "stream" | "hijack">>> = {
  "hijack-101|hijack-200": { stream: "stream", hijack: "raw" },
  "h2c-upgrade": { stream: "stream", hijack: "h2c" },
  websocket: { stream: "stream", hijack: "websocket" },
};

/** Parameters are named by Docker's documentation or by its sources, whichever the research had. */
function unnamed(template: string): string {
  return template.replaceAll(/\{[^}]*\}/g, "{}");
}

/** "(1.38)" was read from the sources; up to 1.24, and "(unversioned)", is from the beginning. */
function sinceOf(cell: string): string | undefined {
  const version = /^\(?(1\.\d+)\)?$/.exec(cell)?.[1];
  if (version === undefined && !cell.startsWith("<=1.24")) throw new Error(`no version: ${cell}`);
  return version === "1.24" ? undefined : version;
}

function lastOf(cell: string): string | undefined {
  return cell.startsWith("current(") ? undefined : cell;
}

function readResearch(): Kept[] {
  const [header = "", ...lines] = readFileSync(researchPath, "utf8").trimEnd().split("\n");
  const columns = header.split("\t");
  return lines.map((line, index) => {
    const cells = line.split("\t");
    const cell = (column: string): string => {
      const value = cells[columns.indexOf(column)];
      if (value === undefined) throw new Error(`no ${column} in: ${line}`);
      return value;
    };
    const isDocumented = cell("in_swagger") === "yes";
    const flow = cell("stream_class");
    return {
      method: cell("method"),
      template: unnamed(cell("path_template")),
      // What Docker gave no name has one of ours, which the research does not know.
      name: isDocumented ? cell("operationId") : (endpointFacts[index]?.name ?? ""),
      namedBy: isDocumented ? "docker" : "gate",
      effect: cell("rw"),
      since: sinceOf(cell("since")),
      last: lastOf(cell("last")),
      ...(flows[flow] ?? { stream: flow, hijack: "none" }),
      enginePatterns: cell("dockerd_route_pattern").split(" | "),
    };
  });
}

describe("the facts", () => {
  test("give each endpoint a parameter of as many segments as its template has room for", () => {
    const faults = endpointFacts.filter(
      ({ template, parameter }) => template.includes("{") !== (parameter !== "none"),
    );
    expect(faults).toEqual([]);
    expect(new Set(endpointFacts.map(({ parameter }) => parameter))).toEqual(
      new Set(["none", "one", "many"]),
    );
  });

  test.runIf(present)("agree with the research that they were taken from, row for row", () => {
    const kept = endpointFacts.map(({ parameter: _derived, ...fact }) => ({
      ...fact,
      template: unnamed(fact.template),
    }));
    expect(kept).toHaveLength(123);
    expect(kept).toEqual(readResearch());
  });

  test.runIf(present)("name by themselves only what Docker has no name for", () => {
    const documented = new Set(
      readResearch().flatMap(({ name, namedBy }) => (namedBy === "docker" ? [name] : [])),
    );
    const own = endpointFacts.filter(({ namedBy }) => namedBy === "gate").map(({ name }) => name);
    expect(own.filter((name) => documented.has(name) || name === "")).toEqual([]);
    expect(own).toHaveLength(15);
  });
});
