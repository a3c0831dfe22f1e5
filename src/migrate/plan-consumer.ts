import { type Consumer, matchConsumer, matchExempt, UNKNOWN_CONSUMER } from "./consumers.ts";
import { isQuaygate, matchProxy } from "./image.ts";
import { presetsOf, switchesOf } from "./needed-switches.ts";
import { guestsOf, type Place } from "./reach.ts";
import {
  isShared,
  isTemplate,
  readEnvironmentOf,
  readText,
  readWords,
  type Service,
} from "./service-settings.ts";
import { DEFAULT_SOCKET, findSocketMounts, type SocketMount, socketOf } from "./socket-mount.ts";
import type { Draft } from "./source.ts";
import { readTraefik, type TraefikUse } from "./traefik.ts";

/** What is to be done with a service that mounts the socket. */
export type ConsumerPlan =
  | { readonly kind: "left"; readonly service: Service; readonly reason: string }
  | {
      readonly kind: "convert";
      readonly service: Service;
      readonly consumer: Consumer;
      readonly isKnown: boolean;
      readonly switches: readonly string[];
      /** The presets that know the same; none for a program that has no preset. */
      readonly presets: readonly string[];
      readonly mounts: readonly SocketMount[];
      readonly socket: string;
      /** The profiles of Compose in which it runs; always, where there are none. */
      readonly profiles: readonly string[];
    };

/** The settings of a service that a conversion changes in place. */
const CHANGED = ["volumes", "environment", "networks", "depends_on", "command"] as const;

/** Decides about one service; undefined when it has no socket of its own to give up. */
export function planConsumer(
  draft: Draft,
  places: readonly Place[],
  service: Service,
  isStack: boolean,
): ConsumerPlan | undefined {
  const image = readText(draft, service.resolved, "image") ?? "";
  const mounts = findSocketMounts(draft, service.resolved).filter(({ kind }) => kind === "socket");
  if (mounts.length === 0 || isQuaygate(image) || matchProxy(image) !== undefined) {
    return undefined;
  }
  const known = matchConsumer(image);
  const consumer = known ?? UNKNOWN_CONSUMER;
  const { switches, presets } = needsOf(draft, service, consumer, isStack);
  const sockets = new Set(mounts.map(({ source }) => socketOf(source)));
  const reason =
    sockets.size > 1
      ? "it mounts the sockets of several engines; say which of them it shall reach through a gate"
      : reasonToLeave(draft, places, service, consumer, image, switches, isStack);
  if (reason !== undefined) {
    return { kind: "left", service, reason };
  }
  const [first] = mounts;
  const socket = first?.source ?? DEFAULT_SOCKET;
  const profiles = readWords(draft, service.resolved, "profiles");
  const isKnown = known !== undefined;
  return { kind: "convert", service, consumer, isKnown, switches, presets, mounts, socket, profiles };
}

function needsOf(
  draft: Draft,
  service: Service,
  { connection, needs }: Consumer,
  isStack: boolean,
): Pick<TraefikUse, "switches" | "presets"> {
  return connection.kind === "traefik"
    ? traefikOf(draft, service, isStack)
    : { switches: switchesOf(needs, isStack), presets: presetsOf(needs, isStack) };
}

function reasonToLeave(
  draft: Draft,
  places: readonly Place[],
  service: Service,
  consumer: Consumer,
  image: string,
  switches: readonly string[],
  isStack: boolean,
): string | undefined {
  const services = places.map((place) => place.service);
  const exempt = matchExempt(image, readWords(draft, service.resolved, "command").join(" "));
  if (exempt !== undefined) {
    return exempt.reason;
  }
  const mode = readText(draft, service.resolved, "network_mode");
  if (mode !== undefined) {
    return explainNetworkMode(mode, switches);
  }
  if (service.own === undefined) {
    return "it is written in braces or as an alias; write it out line by line first";
  }
  if (isTemplate(draft, service)) {
    return "other services repeat it by its anchor and would get all that it gets; write them apart first";
  }
  const shared = CHANGED.find((key) => isShared(draft, services, service, key));
  if (shared !== undefined) {
    return `its ${shared} and another service's are the same by an anchor; write them apart first`;
  }
  const heir = places.find(({ bases }) => bases.has(service.name));
  if (heir !== undefined) {
    return `${heir.service.name} takes its settings or volumes over (extends, volumes_from); write them apart first`;
  }
  const own = places.find((place) => place.service === service);
  const guests = own === undefined ? [] : guestsOf(own, places);
  const unknown = places.find((place) => place.mode?.includes("$"));
  if (guests[0] !== undefined) {
    return `${guests[0].service.name} uses its network, and would reach its gate, as it can't reach the socket`;
  }
  if (unknown !== undefined) {
    return `${unknown.service.name} may use its network, by a value from outside of the file, and would reach its gate`;
  }
  const engine = engineElsewhere(draft, service, consumer, isStack);
  return engine === undefined
    ? undefined
    : `${engine} names an engine already, besides the mount; remove the one that is not used`;
}

function explainNetworkMode(mode: string, switches: readonly string[]): string {
  const instead =
    "a gate can serve it through a file: QUAYGATE_LISTEN=unix:///run/quaygate/docker.sock?mode=0660 with a volume at " +
    `/run/quaygate, mounted here too (switches: ${switches.join(" ")})`;
  if (mode.startsWith("service:") || mode.startsWith("container:")) {
    return `it uses the network of ${mode.replace(/^\w+:/u, "")}, which would have to join the gate's network; or ${instead}`;
  }
  return mode === "host"
    ? `it uses the host's network and can't reach an internal one; ${instead}`
    : `with network_mode: ${mode} it can't join the gate's network; ${instead}`;
}

/** The setting by which the service is told of an engine that is not the socket. */
function engineElsewhere(
  draft: Draft,
  service: Service,
  { connection }: Consumer,
  isStack: boolean,
): string | undefined {
  const environment = readEnvironmentOf(draft, service.resolved);
  const names = [
    "DOCKER_HOST",
    ...(connection.kind === "environment" ? connection.variables.map(([name]) => name) : []),
  ];
  const variable = names.find((name) => !/^(?:$|unix:|\/)/u.test(environment.get(name) ?? ""));
  if (variable !== undefined) {
    return variable;
  }
  if (connection.kind === "traefik") {
    return traefikOf(draft, service, isStack).elsewhere;
  }
  const words = readWords(draft, service.resolved, "command");
  const isFlagged = connection.kind === "flag" && words.some((word) => connection.known.test(word));
  return isFlagged && !words.join(" ").includes("unix:") ? "its command" : undefined;
}

/** What Traefik's part of the file tells; the address does not matter for it. */
function traefikOf(draft: Draft, service: Service, isStack: boolean): TraefikUse {
  const words = readWords(draft, service.resolved, "command");
  return readTraefik(words, readEnvironmentOf(draft, service.resolved), "", isStack);
}
