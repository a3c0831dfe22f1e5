import { isMap, type YAMLMap } from "yaml";
import { pairOf, type Service, settingsStart } from "./service-settings.ts";
import {
  afterComments,
  columnOf,
  contentEnd,
  type Draft,
  insertLines,
  isEmpty,
  isFlow,
  nextLine,
  startOf,
} from "./source.ts";

/** Adds services behind the last one, each with an empty line before it. */
export function addServices(
  draft: Draft,
  services: YAMLMap,
  blocks: readonly (readonly string[])[],
  step: number,
): void {
  const column = columnOf(draft, settingsStart(services));
  const end = afterComments(draft, nextLine(draft, contentEnd(draft, services)), Math.max(column, 1));
  for (const block of blocks) {
    insertLines(draft, end, column, ["", ...restep(block, step)]);
  }
}

/** Adds lines below a key of the file, such as `networks`, and the key where it is not there. */
export function addBelow(
  draft: Draft,
  root: YAMLMap,
  key: string,
  lines: readonly string[],
  step: number,
): void {
  if (lines.length === 0) return;
  const stepped = restep(lines, step);
  const pair = pairOf(root, key);
  if (pair === undefined) {
    const last = nextLine(draft, contentEnd(draft, root));
    const marker = /^(?:\.\.\.|---)/mu.exec(draft.text.slice(last));
    const offset = marker === null ? draft.text.length : last + marker.index;
    insertLines(draft, offset, 0, ["", `${key}:`, ...stepped.map((line) => " ".repeat(step) + line)]);
  } else if (isMap(pair.value) && pair.value.items.length > 0) {
    const column = columnOf(draft, settingsStart(pair.value));
    insertLines(draft, nextLine(draft, contentEnd(draft, pair.value)), column, stepped);
  } else {
    const offset = nextLine(draft, contentEnd(draft, pair.key));
    insertLines(draft, offset, columnOf(draft, startOf(pair.key)) + step, stepped);
  }
}

/** Whether lines can be put below a key with this value. */
export function canHoldLines(value: unknown): boolean {
  return isEmpty(value) || (isMap(value) && !isFlow(value));
}

/** How much further right the settings of a service stand than its name. */
export function indentOf(draft: Draft, services: readonly Service[], map: YAMLMap): number {
  const column = isFlow(map) || map.items.length === 0 ? 2 : columnOf(draft, settingsStart(map));
  const first = services.find(({ own }) => own !== undefined)?.own;
  return first === undefined || isFlow(map) ? 2 : Math.max(1, columnOf(draft, settingsStart(first)) - column);
}

function restep(lines: readonly string[], step: number): readonly string[] {
  return lines.map((line) => {
    const text = line.trimStart();
    return " ".repeat(((line.length - text.length) / 2) * step) + text;
  });
}
