import { isMap, type YAMLMap } from "yaml";
import { freeName } from "../free-name.ts";
import { hostName } from "../gates.ts";
import { DEFAULT_NETWORK, type Place } from "../reach.ts";
import { findKey, pairOf, readText, textIn } from "../service-settings.ts";
import type { Draft } from "../source.ts";
import type { PlannedClient } from "./planned-client.ts";

/** The networks on which the gate meets its clients. */
export interface ClientNetworks {
  /** Networks of the file that a client has for itself once its proxy is gone. */
  readonly kept: readonly string[];
  /** A new one for each other consumer, by the consumer's name, on which it is alone with the gate. */
  readonly added: ReadonlyMap<string, string>;
}

/** What a network may say of itself that a gate comes on: nothing that lets others on it than services of this file. */
const PLAIN: ReadonlySet<string> = new Set(["internal", "driver", "ipam", "labels"]);

/**
 * Plans where the gate meets its clients: on a network without a way out on which nobody is but one client, so that nobody can
 * take another one's address or name. Each consumer meets it once: on two networks its name would mean one of its addresses only.
 */
export function planNetworks(
  draft: Draft,
  root: YAMLMap,
  places: readonly Place[],
  clients: readonly PlannedClient[],
): ClientNetworks {
  const networks = pairOf(root, "networks")?.value;
  const names = isMap(networks) ? networks.items.flatMap(({ key }) => textIn(key) ?? []) : [];
  const gone = new Set(clients.flatMap((client) => (client.kind === "proxy" ? [client.proxy.service] : [])));
  // What other files bring may be on any network that this one names.
  const isWhole = places.every((place) => place.isWhole) && pairOf(root, "include") === undefined;
  const kept: string[] = [];
  const met = new Set<Place>();
  for (const name of isWhole ? names : []) {
    const members = places.filter((place) => place.networks.has(name) && !gone.has(place.service));
    const isOwn = clients.some(
      ({ kind, consumers }) =>
        kind === "proxy" && members.length > 0 && members.every((member) => consumers.includes(member)),
    );
    if (isOwn && !members.some((member) => met.has(member)) && isPlain(draft, networks, name)) {
      kept.push(name);
      for (const member of members) met.add(member);
    }
  }
  const taken = new Set([DEFAULT_NETWORK, ...names]);
  const added = new Map<string, string>();
  for (const { service } of clients
    .flatMap(({ consumers }) => consumers)
    .filter((place) => !met.has(place))) {
    const name = freeName(`socket-${hostName(service.name)}`, taken);
    taken.add(name);
    added.set(service.name, name);
  }
  return { kept, added };
}

function isPlain(draft: Draft, networks: unknown, name: string): boolean {
  const definition = isMap(networks) ? findKey(draft, networks, name)?.node : undefined;
  return (
    name !== DEFAULT_NETWORK &&
    isMap(definition) &&
    readText(draft, definition, "internal") === "true" &&
    definition.items.every(({ key }) => PLAIN.has(textIn(key) ?? ""))
  );
}
