import type { Lesson } from "./lesson.ts";
import { exchanges, explainCount } from "./seen.ts";
import { shown, shownOf } from "./shown.ts";

/** Says what of a client the log does not tell, or tells and no policy can say: a line each. */
export function explainGaps({ client, powers }: Pick<Lesson, "client" | "powers">): readonly string[] {
  const { used, powers: seen, notUnderstood, refused, undecided, addresses } = client;
  const unjudged = [...used].filter(([, { unjudged: count }]) => count > 0);
  const unjudgedCount = unjudged.reduce((sum, [, { unjudged: count }]) => sum + count, 0);
  const warned = [...used.values()].reduce((sum, { warned: count }) => sum + count, 0);
  const tooMany = [...seen]
    .filter(([, tally]) => tally.beyond > 0)
    .map(([noun]) => noun)
    .toSorted();
  const unknown = notUnderstood.entries();
  return [
    ...(unjudged.length > 0
      ? [
          `What ${exchanges(unjudgedCount)} asked for was not recorded, or not to its end: ${shownOf(unjudged.map(([name]) => name).toSorted())}.`,
          "So its powers begin with default. A gate with mode: learn records what is asked for.",
        ]
      : []),
    ...(warned > 0
      ? [`Of these, ${exchanges(warned)} passed only because nothing was enforced (mode: warn or learn).`]
      : []),
    ...powers.left.map(
      ({ key, count }) =>
        `Left out: ${shown(key)}, ${explainCount(count)}. No narrow entry gives it: decide yourself.`,
    ),
    ...(tooMany.length > 0
      ? [`There were more values than are kept of: ${shownOf(tooMany, tooMany.length)}.`]
      : []),
    ...(unknown.length > 0
      ? [`Not understood, and left out: ${shownOf(unknown.map(({ key }) => key))}.`]
      : []),
    ...refused
      .entries()
      .map(({ key, count }) => `Refused whatever a policy says (${shown(key)}): ${explainCount(count)}.`),
    ...undecided
      .entries()
      .map(
        ({ key, count }) =>
          `Left out, for it was not decided or not sent (${shown(key)}): ${explainCount(count)}.`,
      ),
    ...(addresses.beyond > 0
      ? [`It called from more addresses than are kept, ${explainCount(addresses.beyond)}.`]
      : []),
  ];
}
