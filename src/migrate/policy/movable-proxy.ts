import { isMap, isSeq } from "yaml";
import { isFilledIn, withDefaults } from "../filled-in.ts";
import { GATE_PORT, type KnownProxy, matchProxy } from "../image.ts";
import { guestsOf, type Place } from "../reach.ts";
import {
  findKey,
  readEnvironmentOf,
  readText,
  readWords,
  type Service,
  textIn,
} from "../service-settings.ts";
import { DEFAULT_SOCKET, findSocketMounts, socketOf } from "../socket-mount.ts";
import { type Draft, resolveNode } from "../source.ts";
import { readWollomatic } from "../wollomatic.ts";
import { readProxyRights, type ProxyRights, switchesIn } from "./proxy-rights.ts";

/** A proxy of the file, in whose place a client of the policy could come. */
export interface FoundProxy {
  readonly service: Service;
  readonly proxy: KnownProxy;
  readonly rights: ProxyRights;
  /** Where its clients reach it. */
  readonly port: number;
  /** The socket of the host that it stands before, as it is mounted. */
  readonly socket: string;
  /** Why it has to stay a gate of its own, whoever its clients are. */
  readonly stays: string | undefined;
}

/** Variables that say where the engine is, and not by a mount. */
const ENGINES = ["DOCKER_HOST", "QUAYGATE_ENGINE", "QUAYGATE_POLICY", "QUAYGATE_POWERS"] as const;

/** Finds the other proxies of a file. */
export function findProxies(draft: Draft, places: readonly Place[], isStack: boolean): readonly FoundProxy[] {
  return places.flatMap((place) => {
    const { service } = place;
    const proxy = matchProxy(readText(draft, service.resolved, "image") ?? "");
    return proxy === undefined ? [] : [readProxy(draft, place, places, proxy, isStack)];
  });
}

function readProxy(
  draft: Draft,
  place: Place,
  places: readonly Place[],
  proxy: KnownProxy,
  isStack: boolean,
): FoundProxy {
  const { service } = place;
  const environment = readEnvironmentOf(draft, service.resolved);
  const wollomatic =
    proxy === "wollomatic"
      ? readWollomatic(readWords(draft, service.resolved, "command"), environment).variables
      : undefined;
  const listen = wollomatic?.get("QUAYGATE_LISTEN") ?? "";
  const sockets = findSocketMounts(draft, service.resolved).filter(({ kind }) => kind === "socket");
  const target = wollomatic?.get("SOCKET_PATH") ?? environment.get("SOCKET_PATH") ?? DEFAULT_SOCKET;
  const mounted = sockets.filter((mount) => socketOf(mount.target) === socketOf(target));
  const rights = readProxyRights(proxy, environment);
  const stays =
    reasonOfSettings(draft, place, places, proxy) ??
    reasonOfVariables(environment, rights) ??
    (listen.startsWith("unix:") || environment.has("BIND_CONFIG")
      ? "it listens at a place of its own"
      : undefined) ??
    (mounted.length === 1 ? undefined : "it is not told of its engine by one mount of the socket") ??
    (isScaledToNone(draft, service)
      ? "it is scaled to none, and a gate for its users would run"
      : undefined) ??
    (isStack && !isOnManagers(draft, service)
      ? "it may run on another node than a manager, and so before another engine than the gate"
      : undefined);
  return {
    service,
    proxy,
    rights,
    port: Number(/:(\d+)$/u.exec(listen)?.[1] ?? GATE_PORT),
    socket: mounted[0]?.source ?? DEFAULT_SOCKET,
    stays,
  };
}

function reasonOfSettings(
  draft: Draft,
  place: Place,
  places: readonly Place[],
  proxy: KnownProxy,
): string | undefined {
  const { mode, isWhole } = place;
  const { name, own, resolved } = place.service;
  const has = (key: string): boolean => findKey(draft, resolved, key) !== undefined;
  if (own === undefined) return "it is written in braces or as an alias";
  if (mode !== undefined) return `it has network_mode: ${mode}`;
  if (!isWhole) return "it extends another service, and its switches may stand there";
  if (has("env_file")) return "it has an env_file, which was not read, and its switches may stand there";
  const heir = places.find(({ bases }) => bases.has(name));
  if (heir !== undefined) return `${heir.service.name} takes its settings or volumes over`;
  const [guest] = guestsOf(place, places);
  if (guest !== undefined) return `${guest.service.name} uses its network`;
  const volumes = findKey(draft, resolved, "volumes")?.node;
  const mounts = isSeq(volumes) ? volumes.items.map((item) => mountText(draft, item)) : [];
  return has("entrypoint") ||
    (proxy !== "wollomatic" && has("command")) ||
    mounts.some((mount) => /haproxy|nginx|\.cfg/u.test(mount)) ||
    has("configs")
    ? "it has rules of its own besides its switches"
    : undefined;
}

function mountText(draft: Draft, item: unknown): string {
  const mount = resolveNode(draft, item);
  return isMap(mount)
    ? ["source", "src", "target", "destination", "dst"]
        .flatMap((key) => readText(draft, mount, key) ?? [])
        .join(":")
    : (textIn(mount) ?? "");
}

function reasonOfVariables(
  environment: ReadonlyMap<string, string>,
  { dialect }: ProxyRights,
): string | undefined {
  const outside = [
    ...switchesIn(environment, dialect),
    ["SOCKET_PATH", environment.get("SOCKET_PATH") ?? "/"] as const,
  ].find(([, value]) => isFilledIn(value));
  if (outside !== undefined) {
    return `its ${outside[0]} is filled in from outside of the file, which a policy file can't have`;
  }
  const engine = ENGINES.find((name) => environment.has(name));
  return engine === undefined ? undefined : `its ${engine} says more than its switches`;
}

/** Whether it is there and does not run. */
function isScaledToNone(draft: Draft, { resolved }: Service): boolean {
  const deploy = findKey(draft, resolved, "deploy")?.node;
  const replicas =
    readText(draft, isMap(deploy) ? deploy : undefined, "replicas") ?? readText(draft, resolved, "scale");
  return replicas !== undefined && !/^[1-9][0-9]*$/u.test(withDefaults(replicas));
}

/** Whether all of its tasks run where the gate does: on a manager, of which there is one or which all know the same. */
function isOnManagers(draft: Draft, { resolved }: Service): boolean {
  const deploy = findKey(draft, resolved, "deploy")?.node;
  const placement = isMap(deploy) ? findKey(draft, deploy, "placement")?.node : undefined;
  const constraints = isMap(placement) ? readWords(draft, placement, "constraints") : [];
  return (
    readText(draft, isMap(deploy) ? deploy : undefined, "mode") !== "global" &&
    constraints.some((each) => /^node\.role\s*==\s*manager$/u.test(each))
  );
}
