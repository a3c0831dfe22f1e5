import { formatAddress, isOneNetworks, type ListenAddress } from "../../kernel/address.ts";
import { parseListenAddress } from "../address.ts";
import { nearestName } from "../nearest.ts";
import type { FileListener, Reporter } from "./policy-file.ts";
import type { FilePath } from "./file-problem.ts";
import type { ListenerDefinition } from "./listener-definition.ts";

/** What only a unix socket has. */
const OF_SOCKETS = ["mode", "owner", "group"] as const;

/** Understands the places to listen at; what is wrong is reported, and left out. */
export function checkListeners(
  definitions: readonly ListenerDefinition[],
  clients: readonly string[],
  { report }: Reporter,
): readonly FileListener[] {
  const places = new Map<string, string>();
  return definitions.flatMap((definition, index) => {
    const path = ["listen", index];
    const { client, tls, networks } = definition;
    if (client !== undefined && !clients.includes(client)) {
      report([...path, "client"], explainNobody(client, clients));
    }
    const parsed = parseListenAddress(definition.address);
    if (!parsed.ok) {
      report([...path, "address"], parsed.error);
      return [];
    }
    if (client !== undefined && parsed.value.kind === "fd") {
      report([...path, "client"], "not of a socket that is passed to the gate: it may be several", "key");
    }
    if (networks !== undefined) {
      report([...path, "networks"], explainUseless(parsed.value, client), "key");
    }
    const place = formatAddress(parsed.value);
    const owner = `${networks ?? "own"} ${client ?? ""}`;
    // Port 0 is another port each time, but the same place to whoever asks whose listener took a connection.
    if (places.has(place) && !(isAnyPort(parsed.value) && places.get(place) === owner)) {
      report([...path, "address"], `${place} is listened at already`);
    }
    places.set(place, owner);
    return [{ address: withAccess(parsed.value, definition, path, { report }), tls, client, networks }];
  });
}

function isAnyPort(address: ListenAddress): boolean {
  return address.kind === "tcp" && address.port === 0;
}

/** Why nothing would hear what is said of networks; nothing where something does. */
function explainUseless(address: ListenAddress, client: string | undefined): string | undefined {
  if (client === undefined) return "only of a listener with a client: to others it does not matter";
  return address.kind === "tcp" && isOneNetworks(address.host)
    ? undefined
    : `only of one address that a network gives, such as tcp://172.25.0.2:2375, and not of ${formatAddress(address)}`;
}

function explainNobody(client: string, clients: readonly string[]): string {
  const nearest = nearestName(client, clients);
  return nearest === undefined
    ? `no client of this file is called ${client}`
    : `no client of this file is called ${client}; did you mean ${nearest}?`;
}

/** The address with who may use it; whatever a socket alone or TCP alone can have is refused of the other. */
function withAccess(
  address: ListenAddress,
  definition: ListenerDefinition,
  path: FilePath,
  { report }: Pick<Reporter, "report">,
): ListenAddress {
  const told = OF_SOCKETS.filter((key) => definition[key] !== undefined);
  if (definition.tls !== undefined && address.kind !== "tcp") {
    const what = address.kind === "unix" ? "a unix socket" : "a socket that is passed to the gate";
    report([...path, "tls"], `${what} has no TLS`, "key");
  }
  if (address.kind !== "unix") {
    for (const key of told) report([...path, key], "only a unix socket has that", "key");
    return address;
  }
  if (definition.address.includes("?")) {
    for (const key of told)
      report([...path, key], "stands behind the ? of the address or here, not in both", "key");
  }
  const { mode, owner = address.owner, group = address.group } = definition;
  return { ...address, mode: mode === undefined ? address.mode : Number.parseInt(mode, 8), owner, group };
}
