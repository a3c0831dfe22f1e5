import type { ObservedClient } from "./observed-client.ts";
import { NOWHERE } from "../clients/host-name.ts";
import { parsePlace } from "../clients/place.ts";
import type { Tallied } from "./tally.ts";

/** Who a client may be told by, until a person says better. */
export interface LearntSource {
  /** The entries of `from`. */
  readonly from: readonly string[];
  /** From where it called, whether it can be told by that or not. */
  readonly addresses: readonly Tallied[];
  /** Why it can't be told by some of them. */
  readonly doubts: readonly string[];
}

/** More addresses than these would be a network, which a person names. */
const MOST_FROM = 16;

/** The longest part of a host's name has 63 letters: there is room for a number behind it (RFC 1035 §2.3.4). */
const LONGEST_LABEL = 50;

/** Finds by which addresses each client can be told from the others: those from where no other one called. */
export function learnSources(
  clients: readonly ObservedClient[],
  names: ReadonlyMap<ObservedClient, string>,
): ReadonlyMap<ObservedClient, LearntSource> {
  const callers = new Map<string, number>();
  for (const { key } of clients.flatMap(({ addresses }) => addresses.entries())) {
    callers.set(key, (callers.get(key) ?? 0) + 1);
  }
  const nowhere = nameNowhere(clients, names);
  return new Map(
    clients.map((client) => {
      const addresses = client.addresses.entries();
      const own = addresses.filter(({ key }) => isAddress(key) && callers.get(key) === 1);
      const sockets = addresses.filter(({ key }) => key.startsWith("unix:"));
      const shared = addresses.filter(({ key }) => isAddress(key) && callers.get(key) !== 1);
      const from = own
        .toSorted((one, other) => other.count - one.count)
        .slice(0, MOST_FROM)
        .map(({ key }) => key)
        .toSorted();
      const doubts = [
        ...sockets.map(
          ({ key }) =>
            `the socket ${key} tells nobody apart: give that place client: ${names.get(client) ?? ""} in listen`,
        ),
        ...shared.map(({ key }) => `others called from ${key} too, so it tells nobody apart`),
        ...(own.length > from.length
          ? [`of its addresses only ${MOST_FROM} are here: name its network`]
          : []),
        ...(from.length === 0 ? ["nobody is this client until you say who: that name is no host's"] : []),
      ];
      return [
        client,
        {
          from: from.length === 0 ? [nowhere.get(client) ?? NOWHERE] : from,
          addresses,
          doubts,
        },
      ];
    }),
  );
}

/** A name that no host has, for each client another one: names of hosts know neither case nor underscores. */
function nameNowhere(
  clients: readonly ObservedClient[],
  names: ReadonlyMap<ObservedClient, string>,
): ReadonlyMap<ObservedClient, string> {
  const taken = new Set<string>();
  return new Map(
    clients.map((client) => {
      const label = (names.get(client) ?? "")
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/gu, "-")
        .slice(0, LONGEST_LABEL)
        .replaceAll(/^-|-$/gu, "");
      const called = [label, ...Array.from(clients, (_, index) => `${label}-${index + 2}`)];
      const host = called.find((each) => !taken.has(each)) ?? label;
      taken.add(host);
      return [client, `${host}.${NOWHERE}`];
    }),
  );
}

/** A network is no address from where somebody calls, and gives away more. */
function isAddress(text: string): boolean {
  if (text.includes("/")) return false;
  const place = parsePlace(text);
  return place.ok && place.value.kind === "address";
}
