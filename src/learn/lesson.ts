import type { Observation } from "./observation.ts";
import type { ObservedClient } from "./observed-client.ts";
import { learnSources, type LearntSource } from "./sources.ts";
import { nameClients } from "./client-names.ts";
import { learnPowers, type LearntPowers } from "./powers/learn-powers.ts";
import { learnScope, type LearntScope } from "./scope.ts";
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
            powers: learnPowers([client]),
            scope: learnScope(client),
          },
        ];
  });
}
