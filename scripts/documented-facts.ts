// Writes test/docker/facts/documented.tsv: which operations, query keys and body fields Docker's OpenAPI documents have,
// with the version that brought each, unless the oldest document has it, and the last one of what is no longer there.
// Beside it documented-answers.tsv: the fields of answers in JSON, as the newest document has them.
// Names alone: how to refresh them is in CONTRIBUTING.md.
//   npx tsx scripts/documented-facts.ts FOLDER-WITH-v1.25.yaml-AND-SO-ON
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { root } from "./set-up.mjs";

/** Where the table is. */
const TABLE = "test/docker/facts/documented.tsv";
/** Where the fields of answers are. */
const ANSWERS = "test/docker/facts/documented-answers.tsv";
/** Deeper than any body that is documented. */
const MOST_STEPS = 12;

type Members = ReadonlyMap<string, unknown>;

function membersOf(value: unknown): Members {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = membersOf(found).get(key);
  return found;
}

function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Everything that one document tells, each as `operation TAB place TAB name`. */
function factsOf(document: unknown): readonly string[] {
  const facts = new Set<string>();
  for (const [path, methods] of membersOf(at(document, "paths"))) {
    for (const [method, operation] of membersOf(methods)) {
      const name = at(operation, "operationId");
      if (typeof name !== "string") continue;
      facts.add(`${name}\toperation\t${method.toUpperCase()} ${path}`);
      for (const parameter of entriesOf(at(operation, "parameters"))) {
        if (at(parameter, "in") === "query") facts.add(`${name}\tquery\t${String(at(parameter, "name"))}`);
        if (at(parameter, "in") === "body") {
          for (const field of fieldsOf(document, at(parameter, "schema"), [])) {
            facts.add(`${name}\tbody\t${field}`);
          }
        }
      }
    }
  }
  return [...facts];
}

/** All fields of what one document says is answered, each as `operation TAB field`. */
function answersOf(document: unknown): readonly string[] {
  const facts = new Set<string>();
  for (const [, methods] of membersOf(at(document, "paths"))) {
    for (const [, operation] of membersOf(methods)) {
      for (const [status, answer] of membersOf(at(operation, "responses"))) {
        if (!status.startsWith("2")) continue;
        const schema = at(resolved(document, answer), "schema");
        for (const field of fieldsOf(document, schema, [], "and of the values of maps")) {
          facts.add(`${String(at(operation, "operationId"))}\t${field}`);
        }
      }
    }
  }
  return [...facts].toSorted();
}

/** The paths of all fields of an object; of a list, those of its entries. What a client names itself ends a path, unless said. */
function fieldsOf(
  document: unknown,
  schema: unknown,
  path: readonly string[],
  maps?: "and of the values of maps",
): readonly string[] {
  if (path.length > MOST_STEPS) throw new Error(`a body without an end: ${path.join(".")}`);
  return [...properties(document, schema, maps !== undefined)].flatMap(([name, field]) => {
    const below = [...path, name];
    return [below.join("."), ...fieldsOf(document, field, below, maps)];
  });
}

function resolved(document: unknown, part: unknown): unknown {
  const reference = at(part, "$ref");
  return typeof reference === "string"
    ? resolved(document, at(document, ...reference.slice("#/".length).split("/")))
    : part;
}

function properties(document: unknown, reference: unknown, ofMaps: boolean): Members {
  const schema = resolved(document, reference);
  const items = at(schema, "items") ?? (ofMaps ? at(schema, "additionalProperties") : undefined);
  if (items !== undefined) return properties(document, items, ofMaps);
  const parts = entriesOf(at(schema, "allOf")).flatMap((part) => [...properties(document, part, ofMaps)]);
  const named = [...membersOf(at(schema, "properties"))].filter(([name]) => name !== "additionalProperties");
  return new Map([...parts, ...named]);
}

const [folder] = process.argv.slice(2);
if (folder === undefined)
  throw new Error("name the folder that holds Docker's documents, v1.25.yaml and so on");
const minors = readdirSync(folder)
  .flatMap((name) => /^v1\.(\d+)\.yaml$/u.exec(name)?.[1] ?? [])
  .map(Number)
  .toSorted((one, other) => one - other);
const read: number[] = [];
let answers: readonly string[] = [];
const spans = new Map<string, { readonly since: number; last: number }>();
for (const minor of minors) {
  const parsed = parseDocument(readFileSync(join(folder, `v1.${minor}.yaml`), "utf8"));
  if (parsed.errors.length > 0) {
    process.stdout.write(`v1.${minor}.yaml is passed over: it is not quite YAML\n`);
    continue;
  }
  read.push(minor);
  const document: unknown = parsed.toJS();
  answers = answersOf(document);
  for (const fact of factsOf(document)) {
    const span = spans.get(fact);
    if (span === undefined) spans.set(fact, { since: minor, last: minor });
    else span.last = minor;
  }
}
const rows = [...spans]
  .map(([fact, { since, last }]) =>
    [fact, since === read[0] ? "" : `1.${since}`, last === read.at(-1) ? "" : `1.${last}`].join("\t"),
  )
  .toSorted();
writeFileSync(join(root, TABLE), `${["operation\tplace\tname\tsince\tlast", ...rows].join("\n")}\n`);
writeFileSync(join(root, ANSWERS), `${["operation\tfield", ...answers].join("\n")}\n`);
process.stdout.write(`${TABLE}: ${rows.length} names of API 1.${read[0]} to 1.${read.at(-1)}\n`);
