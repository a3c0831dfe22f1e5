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

/** Where the gate listens. */
export type ListenAddress = TcpAddress | ListenUnixAddress;

/** Tells whether an IP address is loopback: whoever is there is on this machine, and in this network namespace. */
export function isLoopback(host: string): boolean {
  return host === "::1" || /^(?:::ffff:)?127\.[0-9.]+$/u.test(host);
}

/** Says an address as it is written in settings: `tcp://127.0.0.1:2375`, `unix:///run/docker.sock`. */
export function formatAddress(address: SocketAddress): string {
  if (address.kind === "unix") {
    return `unix://${address.path}`;
  }
  return address.host.includes(":")
    ? `tcp://[${address.host}]:${address.port}`
    : `tcp://${address.host}:${address.port}`;
}
