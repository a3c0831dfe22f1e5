import { readAddresses } from "../addresses.ts";
import { matchConsumer } from "../consumers.ts";
import { isFilledIn } from "../filled-in.ts";
import { calledFrom, canMeet, DEFAULT_NETWORK, type Place, whomMeans } from "../reach.ts";
import {
  isShared,
  isTemplate,
  readEnvironmentOf,
  readText,
  readWords,
  type Service,
} from "../service-settings.ts";
import { findSocketMounts } from "../socket-mount.ts";
import type { Draft } from "../source.ts";
import { readTraefik } from "../traefik.ts";
import type { FoundProxy } from "./movable-proxy.ts";

/** What the file says of a service and the proxies in it. */
export interface ProxyUser {
  readonly place: Place;
  /** Those that it is told of and can reach. */
  readonly proxies: readonly FoundProxy[];
  /** Whether it is told of its one in a place that is not the file. */
  readonly isByHand: boolean;
  /** Why it can't be a client of one gate, as what follows its name; undefined where it can. */
  readonly reason: string | undefined;
}

/** The settings of a service that are changed when its proxy becomes a client of the gate. */
const CHANGED = ["environment", "networks", "depends_on", "links", "command", "entrypoint"] as const;

/** Those who use a proxy. */
export function usersOf(proxy: FoundProxy, users: readonly ProxyUser[]): readonly ProxyUser[] {
  return users.filter(({ proxies }) => proxies.includes(proxy));
}

/** Finds out which proxies a service uses: those that it names and shares a network with. */
export function readProxyUser(
  draft: Draft,
  place: Place,
  places: readonly Place[],
  proxies: readonly FoundProxy[],
): ProxyUser {
  const { service } = place;
  const told = readAddresses(draft, service);
  const used = new Set<FoundProxy>();
  const near = nearTo(place, places, proxies);
  let isUnclear = false;
  for (const { host, port } of told) {
    const meant = whomMeans(host, place, places);
    const found = proxies.filter(
      (proxy) => meant.some((each) => each.service === proxy.service) && (port ?? proxy.port) === proxy.port,
    );
    for (const proxy of found) used.add(proxy);
    const maybe = meant.length > 0 ? [] : near.filter((proxy) => port === proxy.port && mayMean(host, proxy));
    for (const proxy of maybe) used.add(proxy);
    isUnclear ||= maybe.length > 0 || (found.length > 0 && meant.length > 1);
  }
  const [only] = near;
  const isByHand = used.size === 0 && only !== undefined && near.length === 1 && isToldByHand(draft, service);
  if (isByHand) used.add(only);
  return {
    place,
    proxies: [...used],
    isByHand,
    reason: used.size === 0 ? undefined : reasonNotClient(draft, place, places, [...used], isUnclear),
  };
}

/** Names that Docker gives besides those in the file: `tasks.proxy`, `stack_proxy`, `project-proxy-1`, `proxy.project_network`. */
function mayMean(host: string, { service }: FoundProxy): boolean {
  const name = service.name.toLowerCase();
  const at = host.toLowerCase().indexOf(name);
  const [before, behind] = [host.slice(0, Math.max(at, 0)), host.slice(at + name.length)];
  return at >= 0 && /^(?:[\w.-]*[._-])?$/u.test(before) && /^(?:[_-][0-9]+)?(?:\.[\w.-]*)?$/u.test(behind);
}

function namesOf(proxy: FoundProxy, places: readonly Place[]): readonly string[] {
  const place = placeOf(proxy, places);
  return [...(place?.names ?? []), ...[...(place?.networks.values() ?? [])].flat()];
}

/** Whether what is known of its image says that its address stands in a file or a page of its own. One with a socket needs none. */
function isToldByHand(draft: Draft, { resolved }: Service): boolean {
  if (findSocketMounts(draft, resolved).length > 0) return false;
  const connection = matchConsumer(readText(draft, resolved, "image") ?? "")?.connection;
  if (connection?.kind !== "traefik") return connection?.kind === "by hand";
  const words = readWords(draft, resolved, "command");
  return readTraefik(words, readEnvironmentOf(draft, resolved), "", false).byHand !== undefined;
}

function reasonNotClient(
  draft: Draft,
  place: Place,
  places: readonly Place[],
  used: readonly FoundProxy[],
  isUnclear: boolean,
): string | undefined {
  const { service, mode } = place;
  if (used.length > 1) {
    const names = used.map((proxy) => proxy.service.name).join(" and ");
    return `uses ${names}, and a client has one set of rights`;
  }
  if (isUnclear) return "is told of a name that may mean this one, or another service on its networks";
  if (mode !== undefined) {
    const host = calledFrom(place, places).service.name;
    return `uses the network of ${host}, and would be ${host} to the gate`;
  }
  return reasonOfName(place, places) ?? reasonOfText(draft, service, places);
}

/** Why a name would mean somebody else to the gate as well; undefined where it means this service alone. */
export function reasonOfName({ service, isWhole }: Place, places: readonly Place[]): string | undefined {
  if (!isWhole) return "extends another service, and its names and networks may stand there";
  const name = service.name.toLowerCase();
  const namesake = places.find(
    (other) =>
      other.service !== service &&
      [...other.names, ...[...other.networks.values()].flat()].some(
        (each) => each === name || each === `tasks.${name}`,
      ),
  );
  return namesake === undefined
    ? undefined
    : `can't be told by its name, which ${namesake.service.name} has too`;
}

function reasonOfText(draft: Draft, service: Service, places: readonly Place[]): string | undefined {
  const services = places.map((each) => each.service);
  if (service.own === undefined) return "is written in braces or as an alias";
  if (isTemplate(draft, service)) return "is repeated by other services by its anchor";
  const shared = CHANGED.find((key) => isShared(draft, services, service, key));
  if (shared !== undefined) return `has the same ${shared} as another service by an anchor`;
  const heir = places.find(({ bases }) => bases.has(service.name));
  return heir === undefined ? undefined : `has settings or volumes that ${heir.service.name} takes over`;
}

/**
 * What is to be said of a service that uses no proxy as far as the file says, but names one of these or is near. On the default
 * network everybody is near.
 */
export function saysOfOutsider(
  draft: Draft,
  place: Place,
  places: readonly Place[],
  proxies: readonly FoundProxy[],
): string | undefined {
  const { service, networks } = place;
  const unreached = readAddresses(draft, service).flatMap(({ host }) => {
    if (whomMeans(host, place, places).length > 0) return [];
    return proxies.find((proxy) => namesOf(proxy, places).includes(host.toLowerCase())) ?? [];
  });
  if (unreached[0] !== undefined) {
    return `names ${unreached[0].service.name}, with which it shares no network: it could not reach it, and is no client`;
  }
  const { resolved } = service;
  const near = nearTo(place, places, proxies);
  const own = [...networks.keys()].filter((network) => network !== DEFAULT_NETWORK);
  const isMeant =
    readWords(draft, resolved, "env_file").length > 0 ||
    [...readEnvironmentOf(draft, resolved)].some(
      ([name, value]) => /HOST|ENDPOINT/u.test(name) && isFilledIn(value),
    ) ||
    matchConsumer(readText(draft, resolved, "image") ?? "") !== undefined ||
    near.some((proxy) => own.some((network) => placeOf(proxy, places)?.networks.has(network)));
  if (near.length === 0 || !isMeant) return undefined;
  const names = near.map((proxy) => proxy.service.name).join(" and ");
  return `could reach ${names}, and the file does not say whether it does: it is no client unless you add it to a from`;
}

function nearTo(
  place: Place,
  places: readonly Place[],
  proxies: readonly FoundProxy[],
): readonly FoundProxy[] {
  const from = calledFrom(place, places);
  return proxies.filter((proxy) => {
    const other = placeOf(proxy, places);
    return other !== undefined && canMeet(from, other);
  });
}

function placeOf({ service }: FoundProxy, places: readonly Place[]): Place | undefined {
  return places.find((each) => each.service === service);
}
