import { catalogue, type OperationName } from "../docker/operations.ts";
import { groups } from "../policy/words/groups.ts";
import { addSeen, type Seen } from "./seen.ts";

/** A word of `allow`, and what it was learnt from. */
export interface LearntWord {
  readonly text: string;
  readonly seen: Seen;
}

/**
 * The fewest words that open what was used and nothing else: a group where each of its operations was used, of Podman's API as
 * well, else operations by their names. In the order of the vocabulary.
 */
export function learnWords(used: ReadonlyMap<OperationName, Seen>): readonly LearntWord[] {
  const whole = [...groups.values()]
    .filter(({ operations }) => operations.length > 1 && operations.every((name) => used.has(name)))
    .map(({ name, operations }) => ({ text: name, operations }));
  // One group may have all that is left of another one.
  const needed = whole.reduce((kept, group) => {
    const others = kept.filter((other) => other !== group);
    const covered = new Set(others.flatMap(({ operations }) => operations));
    return group.operations.every((name) => covered.has(name)) ? others : kept;
  }, whole);
  const covered = new Set(needed.flatMap(({ operations }) => operations));
  const single = catalogue
    .filter(({ name }) => used.has(name) && !covered.has(name))
    .map(({ name }) => ({ text: name, operations: [name] }));
  return [...needed, ...single].flatMap(({ text, operations }) => {
    const seen = operations.reduce<Seen | undefined>((sum, name) => {
      const each = used.get(name);
      return each === undefined ? sum : addSeen(sum, each);
    }, undefined);
    return seen === undefined ? [] : [{ text, seen }];
  });
}
