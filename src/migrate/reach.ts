import { isMap, isSeq } from "yaml";
import { withDefaults } from "./filled-in.ts";
import { findKey, readText, readWords, type Service, textIn } from "./service-settings.ts";
import { type Draft, resolveNode } from "./source.ts";

/** Where a service is, and what others call it there. All names are in lower case. */
export interface Place {
  readonly service: Service;
  /** Its names on each of its networks. */
  readonly names: readonly string[];
  /** Its networks, each with the aliases and fixed addresses that it has there alone. */
  readonly networks: ReadonlyMap<string, readonly string[]>;
  /** What it calls others by `links`, and which service that is. */
  readonly links: ReadonlyMap<string, string>;
  /** The addresses that it is told of names, by `extra_hosts`, before anybody else is asked. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Whose network it uses in the place of one of its own: `host`, `service:vpn`. */
  readonly mode: string | undefined;
  /** The services of this file from which it gets settings or volumes, by `extends` and `volumes_from`. */
  readonly bases: ReadonlySet<string>;
  /** Whether all of this stands in the service itself, and nothing in another one that it extends. */
  readonly isWhole: boolean;
}

/** The network of whoever names none. */
export const DEFAULT_NETWORK = "default";

/** Reads where a service is. One with `network_mode` is on no network of the file. */
export function readPlace(draft: Draft, service: Service): Place {
  const { name, resolved } = service;
  const told = readText(draft, resolved, "network_mode");
  const mode = told === undefined ? undefined : withDefaults(told);
  const named = ["container_name", "hostname"].flatMap((key) => readText(draft, resolved, key) ?? []);
  const links = readWords(draft, resolved, "links").map((link): readonly [string, string] => {
    const [target = "", alias = target] = link.split(":");
    return [alias.toLowerCase(), target];
  });
  return {
    service,
    names: [...new Set([name, ...named].map((each) => each.toLowerCase()))],
    networks: mode === undefined ? readNetworks(draft, service) : new Map(),
    links: new Map(links),
    hosts: new Map(readHosts(draft, service)),
    mode,
    bases: readBases(draft, service),
    isWhole: findKey(draft, resolved, "extends") === undefined,
  };
}

/** Where the calls of a service come from: its own place, or that of the service whose network it uses. */
export function calledFrom(place: Place, places: readonly Place[]): Place {
  const seen = new Set<Place>();
  let current = place;
  while (current.mode !== undefined && !seen.has(current)) {
    seen.add(current);
    const [, kind, host = ""] = /^(service|container):(.+)$/u.exec(current.mode) ?? [];
    current =
      places.find(({ service, names }) =>
        kind === "service" ? service.name === host : names.includes(host.toLowerCase()),
      ) ?? current;
  }
  return current;
}

/** The services that use the network of one: what it reaches they reach. */
export function guestsOf(place: Place, places: readonly Place[]): readonly Place[] {
  return places.filter((other) => other !== place && calledFrom(other, places) === place);
}

/** Whether two services can reach each other, as far as the file says. */
export function canMeet(one: Place, other: Place): boolean {
  return [...one.networks.keys()].some((network) => other.networks.has(network));
}

/** The services that a name, or a fixed address, can mean to one of them. */
export function whomMeans(host: string, asker: Place, places: readonly Place[]): readonly Place[] {
  const name = asker.hosts.get(host.toLowerCase()) ?? host.toLowerCase();
  const from = calledFrom(asker, places);
  return places.filter(
    (other) =>
      other !== asker &&
      (asker.links.get(name) === other.service.name ||
        other.names.includes(name) ||
        [...other.networks].some(
          ([network, aliases]) => aliases.includes(name) && from.networks.has(network),
        )) &&
      canMeet(from, other),
  );
}

function readBases(draft: Draft, { resolved }: Service): ReadonlySet<string> {
  const base = findKey(draft, resolved, "extends")?.node;
  const isElsewhere = isMap(base) && findKey(draft, base, "file") !== undefined;
  const extended = isMap(base) ? readText(draft, base, "service") : textIn(base);
  const mounted = readWords(draft, resolved, "volumes_from").map((word) => word.split(":", 1)[0] ?? "");
  return new Set([...(extended === undefined || isElsewhere ? [] : [extended]), ...mounted]);
}

/** `name:address` or `name=address` in a list, or a mapping. */
function readHosts(draft: Draft, { resolved }: Service): readonly (readonly [string, string])[] {
  const node = findKey(draft, resolved, "extra_hosts")?.node;
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) => {
      const address = resolveNode(draft, value);
      return [[(textIn(key) ?? "").toLowerCase(), textIn(address) ?? ""] as const];
    });
  }
  return readWords(draft, resolved, "extra_hosts").map((entry) => {
    const [, name = "", address = ""] = /^([^:=]+)[:=]\[?(.*?)\]?$/u.exec(entry) ?? [];
    return [name.toLowerCase(), address] as const;
  });
}

function readNetworks(draft: Draft, { resolved }: Service): ReadonlyMap<string, readonly string[]> {
  const node = findKey(draft, resolved, "networks")?.node;
  const networks = isMap(node)
    ? readDetailed(draft, node)
    : readWords(draft, resolved, "networks").map((name) => [name, []] as const);
  return new Map(networks.length === 0 ? [[DEFAULT_NETWORK, []]] : networks);
}

function readDetailed(draft: Draft, node: unknown): readonly (readonly [string, readonly string[]])[] {
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    const name = textIn(key);
    const resolved = resolveNode(draft, value);
    if (name === undefined) return [];
    // A network that comes by a merge key is one of the service's all the same.
    if (name === "<<") {
      return (isSeq(resolved) ? resolved.items : [resolved]).flatMap((each) =>
        readDetailed(draft, resolveNode(draft, each)),
      );
    }
    const settings = isMap(resolved) ? resolved : undefined;
    const addresses = ["ipv4_address", "ipv6_address"].flatMap(
      (each) => readText(draft, settings, each) ?? [],
    );
    const aliases = [...readWords(draft, settings, "aliases"), ...addresses].map((each) =>
      each.toLowerCase(),
    );
    return [[name, aliases] as const];
  });
}
