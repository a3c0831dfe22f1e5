import { catalogue } from "../docker/operations.ts";
import type { ClientSettings } from "../config/settings.ts";
import type { Grant } from "../policy/grant.ts";
import { holdsRecorded } from "../policy/still-holds.ts";
import type { Lesson } from "./lesson.ts";

/**
 * Compares a policy as the gate itself reads it with what it was learnt from: each client may do all that it was seen to use, and
 * no operation besides. A sentence for each difference; none when all is well.
 */
export function findGaps(lessons: readonly Lesson[], clients: readonly ClientSettings[]): readonly string[] {
  return lessons.flatMap((lesson) => {
    const grant = clients.find(({ name }) => name === lesson.name)?.grant;
    return grant === undefined ? [`${lesson.name} is no client`] : gapsOf(lesson, grant);
  });
}

function gapsOf({ name, client, powers }: Lesson, grant: Grant): readonly string[] {
  const differing = catalogue.filter(
    (operation) =>
      (grant.decisions.get(operation.name)?.kind === "allow") !== client.used.has(operation.name),
  );
  const asked = powers.entries.flatMap((entry) => entry.powers);
  const lacking = asked.filter((text) => !holdsRecorded(grant.powers, [text]));
  return [
    ...differing.map((operation) => `${name} would not have ${operation.name} as it was used`),
    ...lacking.map((text) => `${name} would not hold ${text}`),
  ];
}
