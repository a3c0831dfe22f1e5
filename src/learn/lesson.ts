import type { Observation } from "./observation.ts";
import type { ObservedClient } from "./observed-client.ts";
import { learnSources, type LearntSource } from "./sources.ts";
import { nameClients } from "./client-names.ts";
import { learnPowers, type LearntPowers, type SeenPowers } from "./powers/learn-powers.ts";
import { learnScope, type LearntScope } from "./scope.ts";
import { mergeTallied } from "./tally.ts";
import { learnWords, type LearntWord } from "./words.ts";

/** What one client gets, and what it was learnt from. */
export interface Lesson {
  /** What the policy calls it. */
  readonly name: string;
  readonly client: ObservedClient;
  readonly source: LearntSource;
  readonly words: readonly LearntWord[];
  readonly powers: LearntPowers;
  readonly scope: LearntScope | undefined;
}

/** What each client gets that used something, in the alphabet's order. */
export function learnLessons({ clients }: Pick<Observation, "clients">): readonly Lesson[] {
  const learning = clients.filter(({ used }) => used.size > 0);
  const names = nameClients(learning);
  const sources = learnSources(learning, names);
  return learning.flatMap((client) => {
    const [name, source] = [names.get(client), sources.get(client)];
    return name === undefined || source === undefined
      ? []
      : [
          {
            name,
            client,
            source,
            words: learnWords(client.used),
            powers: learnPowers(seenPowers([client]), baseOf([client])),
            scope: learnScope(client),
          },
        ];
  });
}

/** The set with which a list begins for these clients. */
export function baseOf(clients: readonly ObservedClient[]): LearntPowers["base"] {
  const isUnjudged = clients.some(({ used }) => [...used.values()].some(({ unjudged }) => unjudged > 0));
  return isUnjudged ? "default" : "none";
}

/** All powers that these clients used, by noun. */
export function seenPowers(clients: readonly ObservedClient[]): readonly SeenPowers[] {
  const nouns = new Set(clients.flatMap(({ powers }) => [...powers.keys()]));
  return [...nouns].map((noun) => {
    const tallies = clients.flatMap(({ powers }) => powers.get(noun) ?? []);
    return {
      noun,
      seen: mergeTallied(tallies.flatMap((tally) => tally.entries())),
      isMore: tallies.some(({ beyond }) => beyond > 0),
    };
  });
}
