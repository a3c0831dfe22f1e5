import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parsePreset, type Preset } from "./preset.ts";

/** How many levels above this file it may be: it runs in src/config and dist/config, and in bundles in dist/cli and below it. */
const MOST_LEVELS = 4;

/** The package's folder of presets: the nearest above this file. */
const folder = nearestFolder();
const ENDING = ".yaml";

/** The names of all that are shipped, in the alphabet's order. Throws where the package is not whole. */
export function presetNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .toSorted();
}

/** The text of one as it is shipped, or undefined where there is none of that name. */
export function readPresetText(name: string): string | undefined {
  // Only what is in the folder: a name may come from anywhere, and could be a path.
  return presetNames().includes(name) ? readFileSync(new URL(`${name}${ENDING}`, folder), "utf8") : undefined;
}

/** One of those that are shipped, or undefined. Throws where it can't be used, which no release has. */
export function readPreset(name: string): Preset | undefined {
  const text = readPresetText(name);
  if (text === undefined) return undefined;
  const parsed = parsePreset(name, text);
  if (!parsed.ok) throw new Error(`the preset ${name} can't be used: ${parsed.error.join("; ")}`);
  return parsed.value;
}

/** All that are shipped, in the alphabet's order. Throws as the one does. */
export function readPresets(): readonly Preset[] {
  return presetNames().flatMap((name) => readPreset(name) ?? []);
}

function nearestFolder(): URL {
  const levels = Array.from({ length: MOST_LEVELS }, (_, level) => "../".repeat(level + 1));
  const folders = levels.map((up) => new URL(`${up}presets/`, import.meta.url));
  return folders.find((each) => existsSync(each)) ?? new URL("../../presets/", import.meta.url);
}
