import { canonicalAddress } from "../docker/powers/port.ts";
import { readOnce } from "./last-reading.ts";
import { everything, fault, matcher, type PatternParser } from "./power-pattern.ts";

/** `ADDRESS:LOW[-HIGH]/PROTOCOL`, of which a pattern may leave out the address and the protocol. */
const PORT =
  /^(?:(?<address>\[[^\]]+\]|[0-9.]+):)?(?:(?<any>\*)|(?<low>[0-9]{1,5})(?:-(?<high>[0-9]{1,5}))?)(?:\/(?<protocol>tcp|udp|sctp))?$/u;
const HIGHEST_PORT = 65_535;
/** A free port of the engine's choice. */
const FREE = 0;
/**
 * A free port may be any from here on. Where engines look is a setting of the host's, or 30000 to 32767 for a swarm;
 * Linux itself gives out none below those that need a right (`ip_unprivileged_port_start`).
 */
const LOWEST_CHOSEN_PORT = 1024;
/** A port on these addresses is open on all others too. */
const EVERY_ADDRESS: ReadonlySet<string | undefined> = new Set(["0.0.0.0", "[::]"]);

interface Ports {
  /** None is every address. */
  readonly address: string | undefined;
  readonly low: number;
  readonly high: number;
  /** None is every protocol. */
  readonly protocol: string | undefined;
}

/** Reads a port or a range of ports, with or without an address and a protocol. */
export const parsePortPattern: PatternParser = (_noun, pattern, effect) => {
  const ports = parsePorts(pattern);
  if (ports === undefined) {
    return fault("is no port: write 8080, 8000-8100, 127.0.0.1:8080, [::1]:8080 or 8080/udp");
  }
  const text = serializePorts(ports);
  if (text === "*") {
    return { ok: true, value: everything };
  }
  const matches = effect === "grant" ? covers : overlaps;
  return matcher(text, (value) => {
    const asked = value.includes("*") ? undefined : parsePortsOnce(value);
    return asked?.address === undefined || asked.protocol === undefined
      ? effect === "removal"
      : matches(ports, asked);
  });
};

function parsePorts(text: string): Ports | undefined {
  const parts = PORT.exec(text)?.groups;
  if (parts === undefined) {
    return undefined;
  }
  const { address, any, low = "0", high = any === undefined ? low : String(HIGHEST_PORT), protocol } = parts;
  const host = address === undefined ? undefined : canonicalAddress(address.replaceAll(/[[\]]/gu, ""));
  const ports = { address: host, low: Number(low), high: Number(high), protocol };
  const isKnown = address === undefined || host !== undefined;
  return isKnown && ports.low <= ports.high && ports.high <= HIGHEST_PORT ? ports : undefined;
}

const parsePortsOnce = readOnce(parsePorts);

function serializePorts({ address, low, high, protocol }: Ports): string {
  const range = low === high ? String(low) : `${low}-${high}`;
  const ports = low === 0 && high === HIGHEST_PORT ? "*" : range;
  return `${address === undefined ? "" : `${address}:`}${ports}${protocol === undefined ? "" : `/${protocol}`}`;
}

/** Tells whether all that is asked for is given. */
function covers(given: Ports, asked: Ports): boolean {
  return (
    (given.address === undefined || given.address === asked.address) &&
    (given.protocol === undefined || given.protocol === asked.protocol) &&
    given.low <= asked.low &&
    asked.high <= given.high
  );
}

/** Tells whether what is asked for could be, or have in it, what is taken away. */
function overlaps(taken: Ports, asked: Ports): boolean {
  const isChosen = asked.low === FREE && taken.high >= LOWEST_CHOSEN_PORT;
  return (
    (taken.address === undefined || taken.address === asked.address || EVERY_ADDRESS.has(asked.address)) &&
    (taken.protocol === undefined || taken.protocol === asked.protocol) &&
    (isChosen || (taken.low <= asked.high && asked.low <= taken.high))
  );
}
