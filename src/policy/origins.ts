import { isLoopback } from "../kernel/address.ts";

/** What of browsers is let in, where their pages are kept out. */
export interface Origins {
  /** Whether the list holds for every TCP connection, and not only for those that come from this machine. */
  readonly everywhere: boolean;
  /** Whose pages may ask, as browsers write them in `Origin`: `https://portainer.example:9443`. */
  readonly pages: ReadonlySet<string>;
  /** The gate's own names with a dot, in lower case. */
  readonly hosts: ReadonlySet<string>;
}

/**
 * Tells whether it may be a browser that calls from an address, or from none, as on a unix socket. A port on loopback
 * is open to nobody but this machine, and so to every page that its browser shows; other addresses are the choice of
 * who opened the port, and programs there may pass the fields of their own browsers on.
 */
export function mayBeBrowser({ everywhere }: Origins, address: string | undefined): boolean {
  return address !== undefined && (everywhere || isLoopback(address));
}

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/(?:\[[0-9a-f:]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?$/u;

/** Tells whether a text is an origin as browsers write one (RFC 6454 §6.2). `null`, which any page can be, is none. */
export function isOrigin(text: string): boolean {
  return ORIGIN.test(text);
}

/** Four numbers or fewer, however they are written: browsers take them for an IPv4 address, and no name of the DNS ends in one. */
const IPV4 = /^(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}$/u;
const IPV6 = /^\[[0-9a-f:.]+(?:%[^\]]*)?\]$/u;

/** What Docker and Podman call the host inside of containers; nobody can register a name below `.internal`. */
const HOST_NAMES: ReadonlySet<string> = new Set(["host.docker.internal", "host.containers.internal"]);

/**
 * Tells whether a stranger can have a name, and so point it here for the pages that he served under it (DNS
 * rebinding). He can have none without a dot, none below `.localhost` (RFC 6761 §6.3), and no address. `name` is
 * in lower case and without a port.
 */
export function canBeStrange(name: string): boolean {
  return (
    name.includes(".") &&
    !name.endsWith(".localhost") &&
    !IPV4.test(name) &&
    !IPV6.test(name) &&
    !HOST_NAMES.has(name)
  );
}
