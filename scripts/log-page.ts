// Writes docs/log.md and record.schema.json: what a line of the log has, from the table that the compiler holds to the record.
//   npx tsx scripts/log-page.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type LineField, NOTE_FIELDS, RECORD_FIELDS, type ValueSchema } from "../src/audit/line-fields.ts";
import { renderLineSchema } from "../src/audit/line-schema.ts";
import { renderTable } from "./page.ts";
import { root } from "./set-up.mjs";

/** Where the page is. */
export const LOG_PAGE = "docs/log.md";

/** Where the schema is, in the package too. */
export const LINE_SCHEMA = "record.schema.json";

const INTRODUCTION = `# The log

<!-- Written by scripts/log-page.ts: change it there, and the fields in src/audit/line-fields.ts. -->

The log has one line for each request, written when its answer is over, and a line for each sentence of the gate's own, a note.
\`QUAYGATE_LOG\` says in which form: \`json\`, one object a line, for programs; \`text\` for people, who get less. Nothing in it is secret:
no query, no header, no body, of commands only that there was one. Nothing that a client sends can end a line or begin one.

\`quaygate schema log\` prints the JSON Schema of a line; the package has it as \`record.schema.json\`. The field \`v\` is its version.
Within a version fields and words are only added, and none changes its meaning: ignore what you do not know. A field that goes, or
comes to mean something else, makes a new version. A line without \`v\` comes from a gate before version 1, and means the same.
`;

const LEVELS = `
## Levels

They are syslog's. \`LOG_LEVEL\` hides what is less grave than it says, notes and records alike.

`;

/** What has which level. */
const LEVEL_ROWS: readonly (readonly [levels: string, what: string])[] = [
  ["`emerg` `alert` `debug`", "nothing yet"],
  ["`crit`", "the gate ends: it failed, or the engine is gone for too long"],
  ["`err`", "the engine or the gate failed: a status of 500 or more, an answer that the engine broke off"],
  ["`warning`", "what was denied, refused, or let through with a warning; what a person should look at"],
  ["`notice`", "start, stop, reloads, what is open"],
  ["`info`", "what was allowed and answered"],
];

/** Returns the text of docs/log.md as it should be. */
export function renderLogPage(): string {
  return [
    INTRODUCTION,
    "\n## A record\n\nThe fields stand in this order. What is not marked as in each line is there only where it says something.\n\n",
    renderFields(RECORD_FIELDS),
    "\n## A note\n\n",
    renderFields(NOTE_FIELDS),
    LEVELS,
    renderTable(["level", "what has it"], LEVEL_ROWS),
  ].join("");
}

function renderFields(fields: Readonly<Record<string, LineField>>): string {
  return renderTable(
    ["field", "value", "in each line", "meaning"],
    Object.entries(fields).map(([name, { presence, value }]) => [
      `\`${name}\``,
      typeOf(value),
      presence === "always" ? "yes" : "",
      value.description.replace(/\.$/u, ""),
    ]),
  );
}

/** How many words a cell has room for. */
const MOST_WORDS = 4;

function typeOf(value: ValueSchema): string {
  if (value.const !== undefined) return `\`${value.const}\``;
  if (value.enum !== undefined)
    return value.enum.length > MOST_WORDS ? "word" : value.enum.map((word) => `\`${word}\``).join(" ");
  if (value.type === "object")
    return Object.keys(value.properties ?? {})
      .map((name) => `\`${name}\``)
      .join(", ");
  if (value.type === "array") return "list of texts";
  return value.type === "string" ? "text" : "number";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, LOG_PAGE), renderLogPage());
  writeFileSync(join(root, LINE_SCHEMA), renderLineSchema());
}
