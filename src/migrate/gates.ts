import { freeName } from "./free-name.ts";
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
  return renderService(
    {
      service,
      profiles,
      environment: [
        "QUAYGATE_COMPAT: linuxserver",
        ...switches.map((name) => `${name}: 1`),
        ...closed.map((name) => `${name}: 0`),
      ],
      volumes: [mountOf(socket)],
      configs: [],
      networks: [network],
      deploy: [],
    },
    isStack,
  );
}

/** A gate whose clients are in a policy file. */
export interface PolicyGate {
  readonly service: string;
  readonly socket: string;
  readonly profiles: readonly string[];
  readonly networks: readonly string[];
  /** The policy file, as Compose finds it. */
  readonly file: string;
  /** What the file is called as a config of a stack. */
  readonly config: string;
}

/** Where the gate finds its policy. */
const POLICY = "/etc/quaygate/policy.yaml";

/**
 * The lines of the service of a gate with a policy file. A stack has no folder of the host on each of its nodes: there the file is a
 * config, and calls must not come through a virtual address, before which everybody looks the same.
 */
export function renderPolicyGate(
  { service, socket, profiles, networks, file, config }: PolicyGate,
  isStack: boolean,
): readonly string[] {
  return renderService(
    {
      service,
      profiles,
      environment: [`QUAYGATE_POLICY: ${POLICY}`],
      volumes: [
        mountOf(socket),
        ...(isStack ? [] : [quoted(`${file.replaceAll("$", "$$$$")}:${POLICY}:ro`)]),
      ],
      configs: isStack ? [`{ source: ${config}, target: ${POLICY} }`] : [],
      networks,
      deploy: ["endpoint_mode: dnsrr"],
    },
    isStack,
  );
}

/** The lines of the config that a stack makes of the policy file. */
export function renderConfig({ config, file }: PolicyGate): readonly string[] {
  return [`${config}:`, `  file: ${quoted(file.replaceAll("$", "$$$$"))}`];
}

interface GateService {
  readonly service: string;
  readonly profiles: readonly string[];
  /** Lines of mappings. */
  readonly environment: readonly string[];
  readonly deploy: readonly string[];
  /** Items of lists. */
  readonly volumes: readonly string[];
  readonly configs: readonly string[];
  readonly networks: readonly string[];
}

function renderService(
  { service, profiles, environment, volumes, configs, networks, deploy }: GateService,
  isStack: boolean,
): readonly string[] {
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
    ...environment.map((line) => `    ${line}`),
    ...(configs.length === 0 ? [] : ["  configs:", ...configs.map((config) => `    - ${config}`)]),
    "  volumes:",
    ...volumes.map((volume) => `    - ${volume}`),
    "  networks:",
    ...networks.map((network) => `    - ${network}`),
    ...(isStack
      ? [
          "  deploy:",
          ...deploy.map((line) => `    ${line}`),
          "    placement:",
          "      constraints:",
          "        - node.role == manager",
        ]
      : []),
  ];
}

function mountOf(socket: string): string {
  const mount = `${socket}:/var/run/docker.sock:ro`;
  return socket.includes("${") ? `"${mount}"` : mount;
}

/** In quotes where it has other than plain characters. */
function quoted(text: string): string {
  return /^[\w./:+-]+$/u.test(text) ? text : JSON.stringify(text);
}

/** The lines of a gate's network. */
export function renderNetwork(network: string, isStack: boolean): readonly string[] {
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
export function hostName(service: string): string {
  return service.toLowerCase().replaceAll(/[^a-z0-9-]+/gu, "-");
}

function claimName(wanted: string, taken: Set<string>): string {
  const name = freeName(wanted, taken);
  taken.add(name);
  return name;
}
