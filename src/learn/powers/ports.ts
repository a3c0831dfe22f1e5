import { asSeen, type Candidate, type Generaliser, groupBy } from "./candidate.ts";

const PORT = /^(?<address>.+):(?<low>[0-9]{1,5})(?:-(?<high>[0-9]{1,5}))?(?<protocol>\/[a-z]+)$/u;

interface Ports {
  readonly low: number;
  readonly high: number;
  readonly values: readonly string[];
}

/** Ports that follow each other are one range: nothing is given that was not seen. */
export const generalisePorts: Generaliser = (values) => {
  const byPlace = groupBy(values, (value) => placeOf(value));
  return [...byPlace].flatMap(([place, ofPlace]): readonly Candidate[] =>
    place === undefined
      ? asSeen(ofPlace)
      : merge(ofPlace).map(({ low, high, values: merged }) => ({
          pattern: place.replace("*", low === high ? String(low) : `${low}-${high}`),
          values: merged,
        })),
  );
};

/** Address and protocol, with a star for the port; undefined for what is no port. */
function placeOf(value: string): string | undefined {
  const { address = "", protocol = "" } = PORT.exec(value)?.groups ?? {};
  return address === "" || address.includes("*") ? undefined : `${address}:*${protocol}`;
}

function merge(values: readonly string[]): readonly Ports[] {
  const merged: Ports[] = [];
  for (const next of values
    .map(portsOf)
    .toSorted((one, other) => one.low - other.low || one.high - other.high)) {
    const last = merged.at(-1);
    // A port of the engine's choice is 0, and no neighbour of any.
    if (last === undefined || last.high === 0 || next.low > last.high + 1) merged.push(next);
    else {
      merged.pop();
      merged.push({
        low: last.low,
        high: Math.max(last.high, next.high),
        values: [...last.values, ...next.values],
      });
    }
  }
  return merged;
}

function portsOf(value: string): Ports {
  const { low = "", high = low } = PORT.exec(value)?.groups ?? {};
  return { low: Number(low), high: Number(high), values: [value] };
}
