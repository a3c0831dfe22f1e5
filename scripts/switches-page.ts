// Writes docs/switches.md: what each switch opens, from the requirements that decide requests.
//   npx tsx scripts/switches-page.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dialect } from "../src/config/dialect.ts";
import { dialects } from "../src/config/dialects.ts";
import type { Operation } from "../src/docker/operations.ts";
import { plainTemplate } from "../src/policy/explain.ts";
import { capitalize, renderTable } from "./page.ts";
import { root } from "./set-up.mjs";

/** Where the page is. */
export const SWITCHES_PAGE = "docs/switches.md";

/** What a switch opens together with the same other switches; alone when there are none. */
export interface Opening {
  readonly others: readonly string[];
  readonly operations: readonly Operation[];
}

const INTRODUCTION = `# What each switch opens

<!-- Written by scripts/switches-page.ts from the catalogue of operations: change it there. -->

A switch's name says which paths it opens, not what can be done there. This page does: for each switch the operations
that it opens, and what a client gains by each. \`quaygate explain\` says the same of your own settings together.

- A switch is on when its value is a number other than 0. \`true\`, \`yes\` and an empty value are off.
- _Alone_ is what the switch opens by itself, while \`POST\` is off. _With \`POST=1\`_ is what comes on top: every method
  but GET and HEAD. \`POST=1\` by itself opens nothing.
- The last column of a list of switches says when one reaches the host itself: by any host path, any privilege, or as
  root. **Root on the host** means what it says. **Any container** includes the gate's own. **Environment values** are where
  passwords often stand.
`;

/** How the catalogue says that an operation reaches the host itself. */
const GRAVE = /\broot on\b|\bcreates? .*\bany host path\b|\bas root under any host path\b/u;

/** Returns what one switch of a dialect opens, grouped by what else must be on. */
export function openingsOf(dialect: Dialect, name: string): readonly Opening[] {
  const groups = new Map<string, { others: readonly string[]; operations: Set<Operation> }>();
  for (const operation of dialect.operations) {
    for (const way of dialect.requirementOf(operation)) {
      if (way.includes(name)) {
        const others = way.filter((other) => other !== name);
        const group = groups.get(others.join()) ?? { others, operations: new Set() };
        group.operations.add(operation);
        groups.set(others.join(), group);
      }
    }
  }
  return [...groups.values()]
    .toSorted((one, other) => one.others.length - other.others.length)
    .map(({ others, operations }) => ({ others, operations: [...operations] }));
}

/** Returns the text of docs/switches.md as it should be. */
export function renderSwitchesPage(): string {
  return [
    INTRODUCTION,
    ...dialects.map((dialect, index) => renderDialect(dialect, dialects.slice(0, index))),
  ].join("\n");
}

/** A dialect's switches; those that open the same in a dialect before it are only named. */
function renderDialect(dialect: Dialect, before: readonly Dialect[]): string {
  const names = [...dialect.switches.keys()].filter((name) => name !== "POST");
  const known = new Set(
    before.flatMap((other) => [...other.switches.keys()].map((name) => renderSwitch(other, name))),
  );
  const sections = names.map((name): readonly [name: string, text: string] => [
    name,
    renderSwitch(dialect, name),
  ]);
  const own = sections.filter(([, text]) => !known.has(text));
  const same = sections.filter(([, text]) => known.has(text)).map(([name]) => `\`${name}\``);
  const closed = dialect.operations.filter((operation) => dialect.requirementOf(operation).length === 0);
  return [
    `## ${dialect.name}\n`,
    ...(same.length === 0 ? [] : [`As above: ${same.join(" ")}.\n`]),
    renderTable(
      ["switch", "opens alone", "with others", "host paths, privileges or root"],
      own.map(([name]) => renderSummary(dialect, name)),
    ),
    ...own.map(([, text]) => text),
    `### Opened by no switch of ${dialect.name}\n`,
    "Refused whatever is set, like every path that is not in the catalogue.\n",
    renderOperations(closed),
  ].join("\n");
}

function renderSummary(dialect: Dialect, name: string): readonly string[] {
  const openings = openingsOf(dialect, name);
  const alone = openings.filter(({ others }) => others.length === 0);
  const together = openings.filter(({ others }) => others.length > 0);
  const grave = openings.find(({ operations }) => operations.some(({ exposes }) => GRAVE.test(exposes)));
  return [
    `\`${name}\``,
    countOperations(alone),
    countOperations(together),
    grave === undefined ? "" : explainOthers(grave.others),
  ];
}

function countOperations(openings: readonly Opening[]): string {
  return String(new Set(openings.flatMap(({ operations }) => operations)).size);
}

function renderSwitch(dialect: Dialect, name: string): string {
  return [
    `### ${name}\n`,
    ...(dialect.switches.get(name) === true ? ["On unless set to `0`.\n"] : []),
    ...openingsOf(dialect, name).flatMap(({ others, operations }) => [
      `${capitalize(explainOthers(others))}:\n`,
      renderOperations(operations),
    ]),
  ].join("\n");
}

function explainOthers(others: readonly string[]): string {
  return others.length === 0 ? "alone" : `with ${others.map((name) => `\`${name}=1\``).join(" and ")}`;
}

function renderOperations(operations: readonly Operation[]): string {
  return renderTable(
    ["operation", "request", "a client gains"],
    operations.map(({ name, methods, template, exposes }) => [
      name,
      `\`${methods.join(", ")} ${plainTemplate(template)}\``,
      exposes,
    ]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, SWITCHES_PAGE), renderSwitchesPage());
}
