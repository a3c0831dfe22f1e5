import { MOST_CLIENTS, MOST_KEPT, MOST_VALUES } from "./limits.ts";
import type { Observation } from "./observation.ts";
import type { ObservedClient } from "./observed-client.ts";
import { isWhollyByDefault } from "./powers/entries.ts";
import { exchanges, explainCount, formatCount } from "./seen.ts";
import { shown } from "./shown.ts";

/**
 * Says what was used and is not kept, because a bound was met, so that what is learnt lacks it: a line each, none where all was kept.
 * From where clients called is no part of it: who they are is a person's to say.
 */
export function explainUnkept({
  beyond,
  clients,
  isFull,
}: Pick<Observation, "beyond" | "clients" | "isFull">): readonly string[] {
  return [
    ...(beyond === 0
      ? []
      : [
          `${exchanges(beyond)} of clients beyond the ${MOST_CLIENTS} that are kept, or with longer names than a gate writes`,
        ]),
    ...clients.flatMap(explainValues),
    ...(isFull ? [`what came beyond the ${formatCount(MOST_KEPT)} distinct things that are kept`] : []),
  ];
}

function explainValues({ name, powers }: ObservedClient): readonly string[] {
  return [...powers]
    .filter(([noun, tally]) => tally.beyond > 0 && !isWhollyByDefault(noun))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([noun, tally]) =>
        `values of ${noun} that ${shown(name)} asked for ${explainCount(tally.beyond)}, beyond the ${MOST_VALUES} that are kept`,
    );
}

/** What stands above all that is learnt where some of it is missing, a line each. */
export function explainIncomplete(lacking: readonly string[]): readonly string[] {
  return lacking.length === 0
    ? []
    : [
        "INCOMPLETE: this lacks some of what the log tells, and a gate would refuse it:",
        ...lacking.map((each) => `- ${shown(each)}`),
      ];
}
