import { type ClientRange, isInRange, parseClientAddress, parseClientRange } from "./address-range.ts";

/** What the engine says of one network: who is in it, with which address. */
export interface EngineNetwork {
  readonly id: string;
  readonly gateways: readonly ClientRange[];
  readonly ends: readonly NetworkEnd[];
}

/** One container's end of a network. */
export interface NetworkEnd {
  /** 64 digits; undefined of what is no container, such as Swarm's load balancer. */
  readonly container: string | undefined;
  readonly addresses: readonly ClientRange[];
}

/** What the engine says of one container. */
export interface EngineContainer {
  readonly labels: ReadonlyMap<string, string>;
  /** The gateways of the one network that was asked about. */
  readonly gateways: readonly ClientRange[];
}

const CONTAINER_ID = /^[0-9a-f]{64}$/u;
/** Podman's are as long; older ones of Docker's Swarm have 25 letters and digits. */
const NETWORK_ID = /^[0-9a-z]{25,64}$/u;

/** Reads `GET /networks`: the ids of the networks that an address may be in; undefined where it is no list. */
export function networksWith(list: unknown, address: ClientRange): readonly string[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((network: unknown) => {
    const id = textAt(network, "Id");
    return NETWORK_ID.test(id) && subnetsOf(network).some((subnet) => isInRange(address, subnet)) ? [id] : [];
  });
}

/** What {@link networksWith} reads of one entry: all else of it can be as long as whoever made the network wrote it. */
export function placeOf(network: unknown): unknown {
  const subnets = configsOf(network).map((config) => ({ Subnet: textAt(config, "Subnet") }));
  return { Id: textAt(network, "Id"), IPAM: { Config: subnets } };
}

/** Reads `GET /networks/ID`. What has not the shape is left out, so that nobody is found by it. */
export function readNetwork(id: string, network: unknown): EngineNetwork {
  const ends = entriesAt(network, "Containers").map(([holder, end]): NetworkEnd => ({
    container: CONTAINER_ID.test(holder) ? holder : undefined,
    addresses: ["IPv4Address", "IPv6Address"].flatMap((key) => hostOf(textAt(end, key)) ?? []),
  }));
  const gateways = configsOf(network).flatMap((config) => hostOf(textAt(config, "Gateway")) ?? []);
  return { id, gateways, ends };
}

/** Reads `GET /containers/ID/json`, of its networks the one with an id; undefined where it has no configuration. */
export function readContainer(container: unknown, networkId: string): EngineContainer | undefined {
  const config = memberAt(container, "Config");
  if (!isObject(config)) return undefined;
  const labels = entriesAt(config, "Labels").flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[key, value]] : [],
  );
  const networks = entriesAt(memberAt(container, "NetworkSettings"), "Networks");
  const gateways = networks
    .filter(([, network]) => textAt(network, "NetworkID") === networkId)
    .flatMap(([, network]) =>
      ["Gateway", "IPv6Gateway"].flatMap((key) => hostOf(textAt(network, key)) ?? []),
    );
  return { labels: new Map(labels), gateways };
}

function configsOf(network: unknown): readonly unknown[] {
  const configs = memberAt(memberAt(network, "IPAM"), "Config");
  return Array.isArray(configs) ? configs : [];
}

function subnetsOf(network: unknown): readonly ClientRange[] {
  return configsOf(network).flatMap((config) => {
    const subnet = parseClientRange(textAt(config, "Subnet"));
    return subnet.ok ? [subnet.value] : [];
  });
}

/** `172.25.0.3/16` is one host there, with the length of its network; some engines leave the length out. */
function hostOf(text: string): ClientRange | undefined {
  return parseClientAddress(text.split("/", 1)[0] ?? "");
}

function textAt(value: unknown, key: string): string {
  const member = memberAt(value, key);
  return typeof member === "string" ? member : "";
}

function entriesAt(value: unknown, key: string): readonly [string, unknown][] {
  const member = memberAt(value, key);
  return isObject(member) ? Object.entries(member) : [];
}

/** Never what a prototype has. */
function memberAt(value: unknown, key: string): unknown {
  return isObject(value) ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
