import type { Environment } from "./environment.ts";
import { explainWollomatic, plainName, WOLLOMATIC_PREFIX, wollomaticPlaces } from "./wollomatic.ts";

/** Settings of another proxy in front of Docker's socket, and what becomes of them here. */
interface Fellow {
  readonly pattern: RegExp;
  /** The end of a sentence that begins with the variable's name. */
  readonly says: string;
  /** Settings of the gate that say the same: where one is set, nothing is lost. */
  readonly like?: readonly string[];
}

const NO_TLS = "is not read: no TLS is spoken here, and whoever is on its networks reaches it";

/** The other proxies that are configured by variables, the narrowest pattern first. Their documents were read. */
const FELLOWS: readonly Fellow[] = [
  {
    pattern: /^CETUSGUARD_(?:RULES|NO_)/u,
    says: "is CetusGuard's and is not read: its rules must become switches",
  },
  { pattern: /^CETUSGUARD_\w+_TLS_/u, says: NO_TLS },
  { pattern: /^CETUSGUARD_FRONTEND_ADDR$/u, says: "must become QUAYGATE_LISTEN", like: ["QUAYGATE_LISTEN"] },
  {
    pattern: /^CETUSGUARD_BACKEND_ADDR$/u,
    says: "must become QUAYGATE_ENGINE",
    like: ["QUAYGATE_ENGINE", "SOCKET_PATH", "DOCKER_HOST"],
  },
  { pattern: /^CETUSGUARD_LOG_LEVEL$/u, says: "must become LOG_LEVEL", like: ["LOG_LEVEL"] },
  { pattern: /^CETUSGUARD_/u, says: "is CetusGuard's and is not read" },
  {
    pattern: /^SOCKET_PROXY_(?:VOLUME|UID|GID)$/u,
    says: "must become QUAYGATE_LISTEN, such as unix:///run/proxy/docker.sock?mode=0660&owner=1000&group=1000",
    like: ["QUAYGATE_LISTEN"],
  },
  {
    pattern: /^SOCKET_PROXY_DOCKER_SOCKET$/u,
    says: "must become SOCKET_PATH",
    like: ["QUAYGATE_ENGINE", "SOCKET_PATH", "DOCKER_HOST"],
  },
  { pattern: /^SOCKGUARD_LISTEN_TLS_/u, says: NO_TLS },
  {
    pattern: /^SOCKGUARD_LISTEN_(?:ADDRESS|SOCKET)$/u,
    says: "must become QUAYGATE_LISTEN",
    like: ["QUAYGATE_LISTEN"],
  },
  {
    pattern: /^SOCKGUARD_/u,
    says: "is Sockguard's and is not read: its rules must become switches and QUAYGATE_POWERS",
  },
  {
    pattern: /^DKRPRX__/u,
    says: "is not read: what requests may ask for is said by QUAYGATE_POWERS, in words of its own",
  },
  {
    pattern: /^NC_HAPROXY_PASSWORD$/u,
    says: "is not asked for: whoever is on its networks reaches it, so leave only its clients there",
  },
  {
    pattern: /^(?:ALLOW(?:ED)?|DEN(?:Y|IED)|BLOCK(?:ED)?)_(?:PATHS|ENDPOINTS|METHODS|ROUTES)$/u,
    says: "is no setting: which paths and methods are open is said by switches alone",
  },
];

/** Says what becomes of another proxy's setting, if the variable is one and the gate's own do not say the same. */
export function explainFellow(name: string, environment: Environment): string | undefined {
  const fellow = matchWollomatic(name) ?? FELLOWS.find(({ pattern }) => pattern.test(name));
  const isSaid = fellow?.like?.some((setting) => (environment[setting] ?? "").trim() !== "") === true;
  return fellow === undefined || isSaid ? undefined : `${name} ${fellow.says}`;
}

function matchWollomatic(name: string): Omit<Fellow, "pattern"> | undefined {
  if (!name.startsWith(WOLLOMATIC_PREFIX)) {
    return undefined;
  }
  const plain = plainName(name.slice(WOLLOMATIC_PREFIX.length));
  const place = wollomaticPlaces.get(plain);
  const says = explainWollomatic(plain);
  if (place !== undefined) {
    return { says: `must become ${place}`, like: [place] };
  }
  return says === undefined ? undefined : { says };
}
