import { GATE_PORT, QUAYGATE_IMAGE } from "./image.ts";
import { socketOf } from "./socket-mount.ts";

/** What a gate has to be for one consumer. */
export interface Need {
  readonly service: string;
  readonly switches: readonly string[];
  /** The socket of the host, as the consumer mounted it. */
  readonly socket: string;
  /** Whether the switches are a guess, which a person will change. */
  readonly isGuess: boolean;
  /** The profiles in which the consumer runs. */
  readonly profiles: readonly string[];
}

/** A gate to add to the file, and the network that only it and its consumers are on. */
export interface NewGate {
  readonly service: string;
  readonly network: string;
  readonly switches: readonly string[];
  readonly socket: string;
  readonly consumers: readonly string[];
  /** The profiles in which its consumers run, and so it has to. */
  readonly profiles: readonly string[];
}

/**
 * Plans the gates. Consumers share one only when they need exactly the same switches of the same engine in the same
 * profiles, so no consumer gets anything through another's needs. One whose switches are a guess never shares: they will
 * be changed for it.
 */
export function planGates(
  needs: readonly Need[],
  takenServices: ReadonlySet<string>,
  takenNetworks: ReadonlySet<string>,
): readonly NewGate[] {
  const groups = new Map<string, Need[]>();
  for (const need of needs) {
    const { switches, socket, isGuess, profiles, service } = need;
    const key = JSON.stringify([switches, socketOf(socket), isGuess ? service : "", profiles]);
    groups.set(key, [...(groups.get(key) ?? []), need]);
  }
  const services = new Set(takenServices);
  const networks = new Set(takenNetworks);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) {
      return [];
    }
    const suffix =
      groups.size === 1 ? "" : `-${group.length === 1 ? hostName(first.service) : levelOf(first)}`;
    return [
      {
        service: claimName(`quaygate${suffix}`, services),
        network: claimName(`socket${suffix}`, networks),
        switches: first.switches,
        socket: first.socket,
        consumers: group.map(({ service }) => service),
        profiles: first.profiles,
      },
    ];
  });
}

/** Where consumers reach a gate. */
export function urlOf(service: string): string {
  return `tcp://${service}:${GATE_PORT}`;
}

/**
 * The lines of a gate's service. The switches are read as LinuxServer's: there CONTAINERS=1 opens neither archives and
 * exports nor logs, and starts and stops need no POST=1.
 */
export function renderGate(
  { service, network, switches, socket, profiles }: NewGate,
  isStack: boolean,
): readonly string[] {
  const closed = ["EVENTS"].filter((name) => !switches.includes(name));
  const source = socket.includes("${")
    ? `"${socket}:/var/run/docker.sock:ro"`
    : `${socket}:/var/run/docker.sock:ro`;
  return [
    `${service}:`,
    `  image: ${QUAYGATE_IMAGE}`,
    ...(profiles.length === 0
      ? []
      : ["  profiles:", ...profiles.map((name) => `    - ${JSON.stringify(name)}`)]),
    ...(isStack ? [] : ["  restart: unless-stopped"]),
    "  read_only: true",
    "  cap_drop:",
    "    - ALL",
    ...renderCapabilities().map((line) => `  ${line}`),
    ...(isStack ? [] : ["  security_opt:", "    - no-new-privileges:true"]),
    "  environment:",
    "    QUAYGATE_COMPAT: linuxserver",
    ...switches.map((name) => `    ${name}: 1`),
    ...closed.map((name) => `    ${name}: 0`),
    "  volumes:",
    `    - ${source}`,
    "  networks:",
    `    - ${network}`,
    ...(isStack
      ? ["  deploy:", "    placement:", "      constraints:", "        - node.role == manager"]
      : []),
  ];
}

/** The lines of a gate's network. */
export function renderNetwork({ network }: NewGate, isStack: boolean): readonly string[] {
  return [`${network}:`, ...(isStack ? ["  driver: overlay"] : []), "  internal: true"];
}

/** The lines that let the gate become another user than root, which it does before it reads a byte. */
export function renderCapabilities(): readonly string[] {
  return ["cap_add:", "  - SETUID", "  - SETGID"];
}

function levelOf({ switches }: Need): string {
  if (switches.includes("POST")) {
    return "manage";
  }
  return switches.some((name) => /^ALLOW_(?:START|STOP|RESTARTS)$/u.test(name)) ? "act" : "read";
}

/** A name that can stand in an address. */
function hostName(service: string): string {
  return service.toLowerCase().replaceAll(/[^a-z0-9-]+/gu, "-");
}

function claimName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) {
    name = `${wanted}-${number}`;
  }
  taken.add(name);
  return name;
}
