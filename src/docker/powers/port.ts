import { isJsonArray, isJsonObject, type JsonValue } from "../json/value.ts";
import { type Asking, isZero } from "./asking.ts";
import { harmless, listOf, mapOf, type Meaning, meaning, struct } from "./meaning.ts";

const EVERY_ADDRESS = "0.0.0.0";
const PROTOCOLS = ["tcp", "udp", "sctp"];
const HIGHEST_PORT = 65_535;
/** Eight groups of four digits, or six and an IPv4 address: no address is longer (RFC 4291 §2.2). */
const LONGEST_ADDRESS = 45;
const HOST_PORT = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/u;

const binding: Meaning = struct({ HostIp: harmless, HostPort: harmless });

/** `"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]`: ports of the host that lead to the container. */
export const portBindingsField: Meaning = mapOf(
  ["port", ...binding.nouns],
  (containerPort, bindings, asking) => {
    const protocol = containerPort.split("/", 2)[1] ?? "tcp";
    // Without an entry engines from 28 on publish the port on a free one.
    const published =
      bindings === null || (isJsonArray(bindings) && bindings.length === 0) ? [null] : bindings;
    if (!isJsonArray(published)) {
      asking.refuse("must be a list");
      return;
    }
    for (const [index, entry] of published.entries()) {
      asking.within(index, () => judgeBinding(entry ?? new Map(), protocol, asking));
    }
  },
  listOf(binding),
);

function judgeBinding(entry: JsonValue, protocol: string, asking: Asking): void {
  binding.judge(entry, asking);
  if (!isJsonObject(entry)) return;
  const port = canonicalPort(entry.get("HostIp") ?? "", entry.get("HostPort") ?? "", protocol);
  if (port !== undefined) asking.ask("port", port, entry);
  else asking.refuse("must have a HostIp that is an address and a HostPort that is a number or a range");
}

/** Publishes each port that an image exposes, whatever its protocol, on a free one of the host. */
export const publishAllField: Meaning = meaning(["publish-all", "port"], (on, asking) => {
  if (isZero(on)) return;
  asking.ask("publish-all", "", on);
  for (const protocol of PROTOCOLS) asking.ask("port", `${EVERY_ADDRESS}:0/${protocol}`, on);
});

/** `ADDRESS:LOW[-HIGH]/PROTOCOL`. No address is every address; no port, or 0, is a free one of the engine's choice. */
export function canonicalPort(address: JsonValue, port: JsonValue, protocol: string): string | undefined {
  if (typeof address !== "string" || typeof port !== "string") return undefined;
  const host = address === "" ? EVERY_ADDRESS : canonicalAddress(address);
  const [, low = "", high = low] = HOST_PORT.exec(port === "" ? "0" : port) ?? [];
  const [first, last] = [Number(low), Number(high)];
  const isPort = low !== "" && first <= last && last <= HIGHEST_PORT;
  const known = PROTOCOLS.find((name) => name === protocol.toLowerCase());
  if (host === undefined || !isPort || known === undefined) return undefined;
  return `${host}:${first === last ? first : `${first}-${last}`}/${known}`;
}

/** An IP address in its one spelling, IPv6 in brackets, or undefined; an IPv4 address in IPv6's clothes is that one. */
export function canonicalAddress(address: string): string | undefined {
  if (address.length > LONGEST_ADDRESS) return undefined;
  if (/^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.|$)){4}$/u.test(address)) {
    return address.endsWith(".") ? undefined : address;
  }
  if (!/^[0-9a-fA-F:.]+$/u.test(address) || !URL.canParse(`http://[${address}]`)) return undefined;
  const { hostname } = new URL(`http://[${address}]`);
  const mapped = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/u.exec(hostname);
  if (mapped === null) return hostname;
  const [high, low] = [Number.parseInt(mapped[1] ?? "", 16), Number.parseInt(mapped[2] ?? "", 16)];
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}
