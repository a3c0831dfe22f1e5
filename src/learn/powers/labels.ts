import { nouns } from "../../docker/powers/nouns.ts";
import { asSeen, type Candidate, type Generaliser, groupBy } from "./candidate.ts";

/** So many labels that begin alike are all that do. */
const LEAST = 3;

/** A name of somebody's own before the last part: `com.docker.compose.`. */
const PREFIX = /^[a-z]+(?:\.[a-z0-9-]+){2,}\.(?=[^.]+$)/u;

/** Several labels below one name are all below it, where none of those is an order to another program. */
export const generaliseLabels: Generaliser = (values) =>
  [...groupBy(values, (value) => PREFIX.exec(value)?.[0])].flatMap(([prefix, alike]): readonly Candidate[] =>
    prefix === undefined || alike.length < LEAST || mayBeOrder(prefix)
      ? asSeen(alike)
      : [{ pattern: `${prefix}*`, values: alike }],
  );

/** What `default` takes away begins like this, or the other way round. */
function mayBeOrder(prefix: string): boolean {
  return (nouns.label.byDefault ?? [])
    .filter((entry) => entry.startsWith("-"))
    .map((entry) => entry.slice(1).replace(/\*.*$/u, ""))
    .some((start) => start.startsWith(prefix) || prefix.startsWith(start));
}
