import type { YAMLMap } from "yaml";
import { linuxserver } from "../../config/linuxserver.ts";
import { freeName } from "../free-name.ts";
import { guestsOf, type Place } from "../reach.ts";
import { isShared, isTemplate, readNames, readWords } from "../service-settings.ts";
import { socketOf } from "../socket-mount.ts";
import type { Draft } from "../source.ts";
import { findProxies, type FoundProxy } from "./movable-proxy.ts";
import { type ClientNetworks, planNetworks } from "./networks.ts";
import type { MountPlan, PlannedClient } from "./planned-client.ts";
import type { SwitchRights } from "./proxy-rights.ts";
import { type ProxyUser, readProxyUser, reasonOfName, usersOf } from "./proxy-users.ts";
import { callersOfPort } from "./published.ts";

/** What becomes of a file whose proxies and mounts get one gate. */
export interface PolicyPlan {
  /** The name of the gate's service. */
  readonly gate: string;
  /** The socket that it stands before, as it was mounted. */
  readonly socket: string;
  readonly clients: readonly PlannedClient[];
  /** Why proxies stay gates of their own, and mounts of the socket get one, by the service's name. */
  readonly stays: ReadonlyMap<string, string>;
  readonly networks: ClientNetworks;
  readonly places: readonly Place[];
  /** Those who use proxies, and those who might. */
  readonly users: readonly ProxyUser[];
}

/**
 * Plans one gate for a file: who its clients are, and what stays apart. Whoever was served by a proxy becomes a client with its
 * very rights, if the gate can tell who calls; a proxy of whose users one can't be told stays a gate of its own, for all of them.
 */
export function planPolicy(
  draft: Draft,
  root: YAMLMap,
  places: readonly Place[],
  mounts: readonly MountPlan[],
  isStack: boolean,
): PolicyPlan {
  const proxies = findProxies(draft, places, isStack);
  const socket = (proxies.find(({ stays }) => stays === undefined) ?? mounts[0])?.socket ?? "";
  const isElsewhere = (other: { readonly socket: string }): boolean =>
    socketOf(other.socket) !== socketOf(socket);
  const others = places.filter((place) => !proxies.some(({ service }) => service === place.service));
  const users = (proxies.length === 0 ? [] : others).map((place) =>
    readProxyUser(draft, place, places, proxies),
  );
  const stays = new Map<string, string>();
  for (const proxy of proxies) {
    const reason =
      proxy.stays ??
      (isElsewhere(proxy) ? "it stands before another engine" : undefined) ??
      reasonOfUsers(draft, proxy, users, places, mounts) ??
      reasonOfNames(draft, proxy, places, mounts);
    if (reason !== undefined) stays.set(proxy.service.name, reason);
  }
  const fromProxies = proxies.flatMap((proxy): readonly PlannedClient[] => {
    const [first, ...more] = usersOf(proxy, users).map(({ place }) => place);
    if (stays.has(proxy.service.name) || first === undefined) return [];
    const name = more.length === 0 ? first.service.name : proxy.service.name;
    return [{ kind: "proxy", name, consumers: [first, ...more], proxy, rights: proxy.rights }];
  });
  const fromMounts = mounts.flatMap((plan): readonly PlannedClient[] => {
    const { name } = plan.service;
    const place = places.find(({ service }) => service === plan.service);
    const reason =
      place === undefined || isElsewhere(plan)
        ? "it mounts the socket of another engine"
        : reasonOfName(place, places);
    if (place === undefined || reason !== undefined) {
      stays.set(name, reason ?? "");
      return [];
    }
    return [{ kind: "mount", name, consumers: [place], plan, rights: rightsOfMount(plan) }];
  });
  const clients = [...fromProxies, ...fromMounts];
  const taken = places.flatMap(({ names, networks }) => [...names, ...[...networks.values()].flat()]);
  return {
    gate: freeName("quaygate", new Set(taken)),
    socket,
    clients,
    stays,
    networks: planNetworks(draft, root, places, clients),
    places,
    users,
  };
}

/** A program that had the socket itself gets what presets know that it needs, or the switches. */
function rightsOfMount({ presets, switches }: MountPlan): SwitchRights | readonly string[] {
  if (presets.length > 0) return presets;
  const events = switches.includes("EVENTS") ? [] : [["EVENTS", 0] as const];
  return {
    dialect: linuxserver,
    switches: new Map([...switches.map((name) => [name, 1] as const), ...events]),
    isEverything: false,
  };
}

function reasonOfUsers(
  draft: Draft,
  proxy: FoundProxy,
  users: readonly ProxyUser[],
  places: readonly Place[],
  mounts: readonly MountPlan[],
): string | undefined {
  const own = usersOf(proxy, users);
  const caller = callersOfPort(draft, proxy, places);
  if (caller !== undefined) return `${caller} calls it by a published port, and could be anybody to the gate`;
  const both = own.find(({ place }) => mounts.some(({ service }) => service === place.service));
  if (both !== undefined) return `${both.place.service.name} uses it and mounts the socket as well`;
  const unlike = own.find(({ reason }) => reason !== undefined);
  if (unlike !== undefined) return `${unlike.place.service.name} ${unlike.reason}`;
  for (const { place: host } of own) {
    const guests = guestsOf(host, places);
    const other = users.find(
      ({ place, proxies }) => guests.includes(place) && proxies.some((each) => each !== proxy),
    );
    if (other !== undefined) {
      return `${other.place.service.name} uses another one from the network of ${host.service.name}, which uses this one`;
    }
  }
  const profiles = readWords(draft, proxy.service.resolved, "profiles");
  const always = own.find(({ place: { service } }) => {
    const hers = readWords(draft, service.resolved, "profiles");
    return profiles.length > 0 && (hers.length === 0 || hers.some((name) => !profiles.includes(name)));
  });
  if (always !== undefined) {
    return `it runs in the profiles ${profiles.join(", ")} alone, and ${always.place.service.name} in others as well`;
  }
  return own.length === 0 ? "no service of this file is told of it" : undefined;
}

/** Of services that wait for a proxy, or link it, and can't be changed so that they do that no more. */
function reasonOfNames(
  draft: Draft,
  { service: { name } }: FoundProxy,
  places: readonly Place[],
  mounts: readonly MountPlan[],
): string | undefined {
  const services = places.map(({ service }) => service);
  const holder = services.find((service) => {
    const links = readWords(draft, service.resolved, "links").map((link) => link.split(":", 1)[0]);
    if (![...readNames(draft, service.resolved, "depends_on"), ...links].includes(name)) return false;
    return (
      service.own === undefined ||
      isTemplate(draft, service) ||
      isShared(draft, services, service, "depends_on") ||
      isShared(draft, services, service, "links") ||
      mounts.some((plan) => plan.service === service)
    );
  });
  return holder === undefined ? undefined : `${holder.name} depends on it in a way that can't be changed`;
}
