// Writes docs/presets.md: which programs the package knows, and what each of them is given, from the presets themselves.
//   npx tsx scripts/presets-page.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Preset } from "../src/config/preset.ts";
import { presetNames, readPreset } from "../src/config/presets.ts";
import { narrowestGroupOf } from "../src/policy/words/groups.ts";
import { renderTable } from "./page.ts";
import { root } from "./set-up.mjs";

/** Where the page is. */
export const PRESETS_PAGE = "docs/presets.md";

const INTRODUCTION = `# Presets

<!-- Written by scripts/presets-page.ts from presets/: change it there. -->

A preset is what a well-known program needs of the engine, and no more. In the [policy file](policy.md) a client gets one by \`use\`:

\`\`\`yaml
clients:
  traefik: { from: traefik, use: traefik }
  dozzle: { from: dozzle, use: dozzle, allow: containers:lifecycle }
  stacks: { from: dockge, use: dockge, powers: [default, "bind:/opt/stacks/**"] }
\`\`\`

\`quaygate presets\` lists them, and \`quaygate presets traefik\` prints one as it is shipped: what it opens, what stays closed and
why, and whether the program's calls were measured on the program itself, in which release, or read in its source.

- \`allow\` beside \`use\` adds, \`deny\` takes away, both in the [words of the file](grants.md).
- Presets of programs that create something, or read configs, bring a list of [powers](powers.md). \`powers\` of the client's own
  takes its place.
  A client with two presets that each bring powers has to say its own: the gate does not start, and says so.
- Presets of programs that only look hide what their program has no use for, such as the environment of containers, as [views](views.md) do:
  \`quaygate presets NAME\` shows it, and [scope and view](scope-and-view.md#view) how to have it back.
- A preset is no wider because a program has a button for something. What would hand out much and few use, such as consoles, builds
  and the contents of files, stays closed; the preset says what to add for it.
- With \`mode: warn\` a client goes on as before, and the log says what the preset would have refused.

Each preset is tested on a real engine: all the calls of its program are answered by the engine, and every other operation of
Docker's API is refused before the engine hears of it, as is a privileged container, a folder of the host, and the like.
`;

/** A preset as the tables show it. */
interface Row {
  readonly preset: Preset;
  /** What it opens besides descriptions: words of the file, each of them at least in part. */
  readonly beyondReading: readonly string[];
}

/** Returns the text of docs/presets.md as it should be. */
export function renderPresetsPage(): string {
  const rows = presetNames().flatMap((name) => {
    const preset = readPreset(name);
    return preset === undefined ? [] : [{ preset, beyondReading: beyondReadingOf(preset) }];
  });
  const looking = rows.filter(({ preset }) => !changes(preset));
  const acting = rows.filter(({ preset }) => changes(preset));
  return [
    INTRODUCTION,
    "## Programs that look\n",
    "They change nothing. Logs are contents all the same, and so are configs.\n",
    renderTable(
      ["preset", "program", "what it does with it", "besides descriptions"],
      looking.map((row) => [...cellsOf(row), codesOf(row.beyondReading)]),
    ),
    "## Programs that act\n",
    "What they open besides descriptions, each of these words at least in part. What they create is held to the powers.\n",
    renderTable(
      ["preset", "program", "what it does with it", "powers"],
      acting.map((row) => [...cellsOf(row), codesOf(row.preset.powers?.entries ?? [])]),
    ),
    renderTable(
      ["preset", "besides descriptions"],
      acting.map(({ preset, beyondReading }) => [`\`${preset.name}\``, codesOf(beyondReading)]),
    ),
  ].join("\n");
}

function cellsOf({ preset: { name, program, describes } }: Row): readonly string[] {
  return [`\`${name}\``, program, describes];
}

function codesOf(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ");
}

function changes({ allow }: Preset): boolean {
  return allow.some(({ operations }) => operations.some(({ effect }) => effect !== "read"));
}

function beyondReadingOf({ allow }: Preset): readonly string[] {
  const groups = allow.flatMap(({ operations }) =>
    operations.map(({ name }) => narrowestGroupOf(name)?.name),
  );
  const words = groups.filter((word) => word !== undefined);
  return [...new Set(words)].filter(
    (word) => word !== "ping" && word !== "events" && !word.endsWith(":read"),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, PRESETS_PAGE), renderPresetsPage());
}
