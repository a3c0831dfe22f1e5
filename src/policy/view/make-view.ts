import type { Content } from "../../docker/answers/content.ts";
import { type Glob, matchesGlob } from "../power-glob.ts";
import type { View } from "./view.ts";
import { parseViewWord } from "./view-word.ts";

/** What a client may read, as the policy file has it: all but what is hidden, or only what is named. */
export interface ViewWords {
  readonly hide?: readonly string[] | undefined;
  readonly only?: readonly string[] | undefined;
}

/**
 * Makes a view of words that were read before; `only` goes before `hide`. Without any words nothing is hidden. A word that is
 * none is a mistake of the code that calls, and throws: a view must never hide less than it says.
 */
export function makeView({ hide = [], only }: ViewWords): View {
  const named = readWords(only ?? hide);
  const isStrict = only !== undefined;
  return {
    hides: (content) =>
      isStrict
        ? !named.contents.has(content)
        : // Of labels one pattern is enough for not all of them to be there.
          named.contents.has(content) || (content === "labels" && named.keys.length > 0),
    hidesLabel: (key) => {
      const isNamed = named.contents.has("labels") || named.keys.some((keys) => matchesGlob(keys, key));
      return isNamed !== isStrict;
    },
    isStrict,
    text: isStrict
      ? `sees of answers only: ${only.join(", ")}, and nothing that this version does not know`
      : `hidden from it: ${hide.join(", ")}`,
  };
}

interface NamedWords {
  readonly contents: ReadonlySet<Content>;
  /** Patterns of the keys of labels. */
  readonly keys: readonly Glob[];
}

function readWords(words: readonly string[]): NamedWords {
  const contents = new Set<Content>();
  const keys: Glob[] = [];
  for (const text of words) {
    const word = parseViewWord(text);
    if (!word.ok) throw new Error(`${text} is no word of a view`);
    if (word.value.kind === "content") contents.add(word.value.content);
    else keys.push(word.value.keys);
  }
  return { contents, keys };
}
