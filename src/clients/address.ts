import type { Socket } from "node:net";
import { formatAddress, isLoopback } from "../kernel/address.ts";

const IPV4_MAPPED = "::ffff:";

/** The groups of an IPv6 address that name a network: the other half is the host's to choose (RFC 4291 §2.5.4). */
const NETWORK_GROUPS = 4;

/** Unique local and link-local addresses (RFC 4193, RFC 4291 §2.5.6). */
const LOCAL = /^(?:f[cd]|fe[89ab])/u;

/** The IP address of the client, or the place of a unix socket, which tells nobody apart. */
export function addressOf({ remoteAddress }: Socket, place: string): string | undefined {
  if (remoteAddress === undefined) {
    return place.startsWith("unix:") ? place : undefined;
  }
  return unmapped(remoteAddress);
}

/** An address as a socket says it, and IPv4 in IPv6's clothes as IPv4 (RFC 4291 §2.5.5.2). */
export function unmapped(address: string): string {
  return address.startsWith(IPV4_MAPPED) ? address.slice(IPV4_MAPPED.length) : address;
}

/**
 * Where other containers reach the gate as this client does: by its unix socket or its address on a network. Loopback is
 * each container's own.
 */
export function gateAddressOf(
  { localAddress, localPort }: Socket,
  clientAddress: string,
): string | undefined {
  if (clientAddress.startsWith("unix:")) return clientAddress;
  if (localAddress === undefined || localPort === undefined || isLoopback(localAddress)) return undefined;
  return formatAddress({ kind: "tcp", host: unmapped(localAddress), port: localPort });
}

/**
 * Who shares with others what is scarce: the client's address. A host with a public IPv6 address can take any of its
 * network of 64 bits, so the network counts. A local IPv6 network is that of a whole link or of a Docker network, with
 * many hosts in it, which are told apart as those of IPv4 are. All clients of one unix socket are one sharer.
 */
export function sharerOf(address: string): string {
  if (!address.includes(":") || address.startsWith("unix:") || LOCAL.test(address)) {
    return address;
  }
  // The kernel's own text: no group has a leading zero, and `::` stands at most once.
  const [before = "", behind] = address.split("::");
  const groups = groupsOf(before);
  if (behind !== undefined) {
    const rest = groupsOf(behind);
    groups.push(...Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => "0"), ...rest);
  }
  return `${groups.slice(0, NETWORK_GROUPS).join(":")}::/64`;
}

function groupsOf(text: string): string[] {
  return text === "" ? [] : text.split(":");
}
