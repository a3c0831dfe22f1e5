import { WITHIN_SETTING } from "../policy/grant.ts";
import { withCeiling } from "../policy/learn/learning-grant.ts";
import { DEFAULT_WITHIN, findWithinFault, parseWithin } from "../policy/learn/within.ts";
import { explainWordFault } from "../policy/words/word-fault.ts";
import { nearestName } from "./nearest.ts";
import type { ReadLearning } from "./read-settings.ts";

/** What passes besides for whoever learns by the environment: words in `QUAYGATE_WITHIN`, with commas between them. */
export const readLearning: ReadLearning = (reader) => {
  const texts = (reader.text(WITHIN_SETTING) ?? DEFAULT_WITHIN).split(",").map((text) => text.trim());
  const words = texts.flatMap((text) => {
    const word = parseWithin(text);
    if (word.ok) return [word.value];
    reader.problem(WITHIN_SETTING, explainWordFault(word.error, nearestName));
    return [];
  });
  const fault = findWithinFault(texts);
  if (fault !== undefined) reader.problem(WITHIN_SETTING, fault);
  return (grant) => withCeiling(grant, words, [], WITHIN_SETTING);
};
