import { isNode, type Pair, visit, type YAMLMap } from "yaml";
import { afterComments, columnOf, contentEnd, type Draft, type Edit, nextLine, startOf } from "./source.ts";

/**
 * Takes services out of the file, each with the comments inside of it and one empty line beside it. Comments above it stay.
 * Gives the anchors that would be missed elsewhere; with any of them nothing is taken out.
 */
export function removeServices(
  draft: Draft,
  services: YAMLMap,
  names: ReadonlySet<string>,
  nameOf: (pair: Pair) => string | undefined,
): readonly string[] {
  const pairs = services.items.filter((pair) => names.has(nameOf(pair) ?? ""));
  const missed = anchorsMissed(draft, pairs);
  for (const [index, pair] of missed.length > 0 ? [] : pairs.entries()) {
    draft.edits.push({ ...stretchOf(draft, pair, services.items[index] === pair), text: "" });
  }
  return missed;
}

/** The lines of a service with one empty line: that before it, or behind it where none that stays is before it. */
function stretchOf(draft: Draft, pair: Pair, isFirst: boolean): Pick<Edit, "start" | "end"> {
  const key = startOf(pair.key);
  const column = columnOf(draft, key);
  const start = key - column;
  const end = afterComments(draft, nextLine(draft, contentEnd(draft, pair)), column + 1);
  const before = /(?:^|\n)([ \t]*\r?\n)$/u.exec(draft.text.slice(0, start))?.[1] ?? "";
  const behind = /^[ \t]*\r?\n/u.exec(draft.text.slice(end))?.[0] ?? "";
  return isFirst ? { start, end: end + behind.length } : { start: start - before.length, end };
}

/** The anchors inside of these pairs that are repeated outside of them. */
function anchorsMissed(draft: Draft, pairs: readonly Pair[]): readonly string[] {
  const inside = new Set<unknown>();
  for (const pair of pairs) {
    for (const part of [pair.key, pair.value]) {
      if (isNode(part)) visit(part, (_, node) => void inside.add(node));
    }
  }
  const missed = new Set<string>();
  visit(draft.document, {
    Alias: (_, alias) => {
      if (!inside.has(alias) && inside.has(alias.resolve(draft.document))) missed.add(alias.source);
    },
  });
  return [...missed];
}
