import { unmapped } from "./address.ts";
import { FreshQuestions } from "./fresh-questions.ts";

/** An address of the gate's own, and the interface that has it. A link-local one has the interface behind it: `fe80::1%eth0`. */
export interface GateEnd {
  readonly device: string;
  readonly address: string;
}

/** What the kernel says of the gate's network namespace at that moment. */
export interface Kernel {
  readonly ends: () => readonly GateEnd[];
  /**
   * From which address of the gate's own the kernel would call another one; undefined where it knows no way there. A link-local
   * address to call `from` keeps it to the ways by that interface.
   */
  readonly sourceTo: (to: string, from?: string) => Promise<string | undefined>;
  /** The interfaces by which router advertisements came in since they are there, where the kernel takes routes from these. */
  readonly advertised: () => readonly string[];
}

/** By which network somebody reached an address of the gate. */
export type Reached =
  /** By the network of that address, or from the gate's own machine. */
  | { readonly kind: "own" }
  | { readonly kind: "other" }
  /** That could not be told: it may be known the next time. */
  | { readonly kind: "unsaid"; readonly reason: string };

const OWN: Reached = { kind: "own" };
const OTHER: Reached = { kind: "other" };
const LINK_LOCAL = /^fe[89ab]/u;
/** The ones of old (RFC 4291 §2.5.7): the kernel calls them, and no others, from such an address where it has one. */
const SITE_LOCAL = /^fe[c-f]/u;

/**
 * Knows by which network a caller reached an address of the gate. Linux takes a packet for any address of its own, whichever
 * interface it comes by (RFC 1122 §3.3.4.2, the weak end system), and does not tell which one that was. But a connection also
 * needs answers that arrive: they go where the routes to the caller's address lead, and the kernel says from which address it
 * would call there. So a caller is on the network of the address that it called where that one's interface has both.
 *
 * In IPv6 an interface without a usable address answers from another one's (RFC 6724 §5), and a neighbour can bring an
 * interface there, or a route: by router advertisements, or by claiming its address. Where such an interface leads to the caller
 * as well, it can't be told. A route from an advertisement can also be gone again when the kernel is asked, and have led to the
 * caller as the connection began: where another interface has heard one, it can't be told either.
 */
export class OwnNetwork {
  readonly #kernel: Kernel;
  /** Many connections of one caller cost no more than two. */
  readonly #questions: FreshQuestions<Reached> = new FreshQuestions(async (about) => {
    const [remote = "", local = ""] = about.split(" ");
    return this.#look(remote, local);
  });

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** By which network `remote` reached `local`, both as a socket says them. Never rejects; the kernel answers at once. */
  async reachedBy(remote: string | undefined, local: string | undefined): Promise<Reached> {
    if (remote === undefined || local === undefined) return unsaid("the connection is over");
    return this.#questions
      .ask(`${unmapped(remote)} ${unmapped(local)}`)
      .catch((error: unknown) => unsaid(error instanceof Error ? error.message : String(error)));
  }

  async #look(remote: string, local: string): Promise<Reached> {
    // Also where the interface is not told of, as that of a bridge without containers.
    if (remote === local && (await this.#kernel.sourceTo(remote)) === remote) return OWN;
    const ends = this.#kernel.ends();
    const devices = devicesWith(ends, local);
    if (devices.size === 0) return unsaid("the gate has that address no more");
    // The kernel answers to a link-local address by the interface where the call came in.
    if (LINK_LOCAL.test(remote)) return devices.has(remote.split("%")[1] ?? "") ? OWN : OTHER;
    const source = await this.#kernel.sourceTo(remote);
    if (source === undefined) return unsaid("there is no way back");
    // Who calls from there is on this machine: answers never leave it. An address that was claimed by another is not called so.
    const isHere = source === remote;
    const sources = [...devicesWith(ends, source)];
    const isThere = sources.length > 0 && sources.every((device) => devices.has(device));
    if (!isHere && !isThere) return sources.length === 0 ? unsaid("the gate's addresses change") : OTHER;
    if (isIpv4(remote) || (isHere && isThere)) return OWN;
    if (!this.#kernel.advertised().every((device) => devices.has(device))) {
      return unsaid("router advertisements came in by another network, and can have led there");
    }
    if (isHere) return OWN;
    return (await this.#canBeElsewhere(remote, devices, ends))
      ? unsaid("another network leads there as well, on which the gate has no address to answer from")
      : OWN;
  }

  async #canBeElsewhere(
    remote: string,
    devices: ReadonlySet<string>,
    ends: readonly GateEnd[],
  ): Promise<boolean> {
    for (const { device, address } of ends) {
      const isOther = LINK_LOCAL.test(address) && !devices.has(device);
      if (!isOther || (await this.#kernel.sourceTo(remote, address)) === undefined) continue;
      if (!(await this.#answersForItself(device, SITE_LOCAL.test(remote), ends))) return true;
    }
    return false;
  }

  /** Whether the kernel calls the neighbours of an interface from an address of it: then it does so for all of that kind behind it. */
  async #answersForItself(device: string, isSiteLocal: boolean, ends: readonly GateEnd[]): Promise<boolean> {
    for (const { address } of ends.filter((end) => end.device === device)) {
      const isWide = address.includes(":") && !LINK_LOCAL.test(address);
      if (!isWide || SITE_LOCAL.test(address) !== isSiteLocal) continue;
      const source = await this.#kernel.sourceTo(neighbourOf(address));
      const sources = source === undefined ? [] : [...devicesWith(ends, source)];
      if (sources.length > 0 && sources.every((each) => each === device)) return true;
    }
    return false;
  }
}

function devicesWith(ends: readonly GateEnd[], address: string): ReadonlySet<string> {
  return new Set(ends.flatMap((end) => (end.address === address ? [end.device] : [])));
}

/** An address beside an IPv6 one, and never the first of a network, which belongs to its routers (RFC 4291 §2.6.1). */
function neighbourOf(address: string): string {
  const whole = address.endsWith(":") ? `${address}0` : address;
  const digit = Number.parseInt(whole.slice(-1), 16) ^ 1;
  return `${whole.slice(0, -1)}${(digit === 0 ? 2 : digit).toString(16)}`;
}

function isIpv4(address: string): boolean {
  return !address.includes(":");
}

function unsaid(reason: string): Reached {
  return { kind: "unsaid", reason };
}
