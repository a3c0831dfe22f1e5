import type { PlainValue } from "./document.ts";
import type { FilePath } from "./file-problem.ts";

/** A value without some of its parts, so that the rest can be looked at. */
export interface Pruned {
  /** Undefined where nothing is left. */
  readonly value: PlainValue | undefined;
  /** The way in the whole value to what is at a way in this one: items of a list have moved up. */
  readonly wayBack: (path: FilePath) => FilePath;
}

/** The same way: nothing was taken out. */
export function sameWay(path: FilePath): FilePath {
  return path;
}

/** Takes the values at these ways out, each with what it holds. A way that leads nowhere takes out the last value on it. */
export function prune(value: PlainValue, ways: readonly FilePath[]): Pruned {
  if (ways.length === 0) return { value, wayBack: sameWay };
  const entries = entriesOf(value);
  const isLeaf = ([first]: FilePath): boolean =>
    first === undefined || !entries.some(([step]) => step === first);
  if (ways.some((way) => isLeaf(way))) return { value: undefined, wayBack: sameWay };
  const kept = entries.flatMap(([step, part]) => {
    const within = ways.filter(([first]) => first === step).map(([, ...rest]) => rest);
    const { value: left, wayBack } = prune(part, within);
    return left === undefined ? [] : [{ step, left, wayBack }];
  });
  const byStep = new Map(kept.map((entry, index) => [isList(value) ? index : entry.step, entry] as const));
  return {
    value: isList(value)
      ? kept.map(({ left }) => left)
      : Object.fromEntries(kept.map(({ step, left }) => [step, left])),
    wayBack: (path) => wayBackOf(path, byStep),
  };
}

/** A step of the decoded form alone, such as `[0]` of what was no list, stays as it is. */
function wayBackOf(
  [first, ...rest]: FilePath,
  byStep: ReadonlyMap<string | number, Pick<Pruned, "wayBack"> & { readonly step: string | number }>,
): FilePath {
  if (first === undefined) return [];
  const entry = byStep.get(first);
  if (entry !== undefined) return [entry.step, ...entry.wayBack(rest)];
  return typeof first === "number" ? [first, ...wayBackOf(rest, byStep)] : [first, ...rest];
}

function entriesOf(value: PlainValue): readonly (readonly [step: string | number, part: PlainValue])[] {
  if (typeof value !== "object" || value === null) return [];
  return isList(value) ? [...value.entries()] : Object.entries(value);
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}
