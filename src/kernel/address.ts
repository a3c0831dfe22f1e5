/** A TCP host and port. IPv6 hosts are without brackets. */
export interface TcpAddress {
  readonly kind: "tcp";
  readonly host: string;
  readonly port: number;
}

/** A unix socket's path. */
export interface UnixAddress {
  readonly kind: "unix";
  readonly path: string;
}

/** Where a socket is. */
export type SocketAddress = TcpAddress | UnixAddress;

/** A unix socket to listen on, with who may use it. */
export interface ListenUnixAddress extends UnixAddress {
  /** The permission bits. */
  readonly mode: number;
  /** By name or number; whoever runs the gate where there is none. */
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
}

/** The files of a place that speaks TLS, by absolute paths. All are PEM. */
export interface TlsFiles {
  /** The gate's own certificate first, then those between it and its root. */
  readonly certificate: string;
  readonly key: string;
  /** The authorities of which a client needs a certificate; it needs none where there is no such file. */
  readonly clients?: string | undefined;
  /** The oldest version that is spoken: 1.3 where none is told. */
  readonly oldest?: "1.2" | "1.3" | undefined;
}

/** A TCP port to listen on, with TLS where there are files for it. */
export interface ListenTcpAddress extends TcpAddress {
  readonly tls?: TlsFiles | undefined;
}

/** Sockets that whoever starts the gate has opened and passes on (sd_listen_fds(3)). */
export interface PassedAddress {
  readonly kind: "fd";
  /** The number of one, the name of some, or all of them where it is empty. */
  readonly which: string;
}

/** One such socket. */
export interface PassedSocket {
  readonly kind: "passed";
  readonly descriptor: number;
  readonly name: string;
}

/** Where a gate listens. */
export type ListeningAddress = ListenTcpAddress | ListenUnixAddress;

/** Where the gate is told to listen. */
export type ListenAddress = ListeningAddress | PassedAddress;

/** Tells whether an IP address is loopback: whoever is there is on this machine, and in this network namespace. */
export function isLoopback(host: string): boolean {
  return host === "::1" || /^(?:::ffff:)?127\.[0-9.]+$/u.test(host);
}

/** Tells whether a host to listen at is one address that a network gives: neither all addresses, nor loopback. */
export function isOneNetworks(host: string): boolean {
  return !/^(?:::ffff:)?[0:.]+$/iu.test(host) && host !== "localhost" && !isLoopback(host);
}

/** The same of a place as {@link formatAddress} says it. */
export function isOneNetworksPlace(place: string): boolean {
  const [, bracketed, host = bracketed] = /^tcp:\/\/(?:\[(.*)\]|(.*)):[0-9]+$/u.exec(place) ?? [];
  return host !== undefined && isOneNetworks(host);
}

/** Says an address as it is written in settings: `tcp://127.0.0.1:2375`, `unix:///run/docker.sock`, `fd://web`. */
export function formatAddress(address: SocketAddress | PassedAddress): string {
  if (address.kind === "unix") {
    return `unix://${address.path}`;
  }
  if (address.kind === "fd") {
    return `fd://${address.which}`;
  }
  return address.host.includes(":")
    ? `tcp://[${address.host}]:${address.port}`
    : `tcp://${address.host}:${address.port}`;
}

/** The same with what a client needs to get in there, for a person. */
export function explainListening(address: ListenAddress): string {
  const { clients, oldest = "1.3" } = (address.kind === "tcp" ? address.tls : undefined) ?? {};
  const place = formatAddress(address);
  if (address.kind !== "tcp" || address.tls === undefined) return place;
  const certificate = clients === undefined ? "" : ", clients need a certificate";
  return `${place} (TLS ${oldest}${oldest === "1.3" ? "" : " or newer"}${certificate})`;
}
