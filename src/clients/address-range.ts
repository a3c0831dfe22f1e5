import { type AddressRange, addressRange, isWithin, plainAddress } from "../docker/powers/subnet.ts";
import type { Result } from "../kernel/result.ts";

/**
 * An address, or all addresses of a network. IPv4 in IPv6's clothes (`::ffff:10.0.0.1`) is IPv4, so `::/0` is all of IPv6
 * and none of IPv4. Node's `BlockList` is not used: there `::/0` holds IPv4 as well, `10.0.0.5/8` is taken for `10.0.0.0/8`,
 * and zones are dropped.
 */
export interface ClientRange extends AddressRange {
  /** The one spelling: `10.0.0.1`, `fd00::/64`, `fe80::1%eth0`. */
  readonly text: string;
  /** The interface of a link-local address; where there is none, whichever. */
  readonly zone: string | undefined;
}

const SHAPE = /^([^/%]*)(?:%([^/%]+))?(?:\/(.*))?$/u;
const LENGTH = /^(?:0|[1-9][0-9]{0,2})$/u;
const IPV4_WIDTH = 32;
const IPV6_WIDTH = 128;
const GROUP_BITS = 16;
/** How many bits stand before the IPv4 address in an IPv6 one (RFC 4291 §2.5.5.2). */
const MAPPED_BITS = 96;
const LINK_LOCAL: AddressRange = { bits: 0xfe80n << 112n, width: IPV6_WIDTH, length: 10 };

/** Reads an address or a network as it is written in a policy; the error says what would be right. */
export function parseClientRange(text: string): Result<ClientRange, string> {
  const [, written = "", zone, length] = SHAPE.exec(text) ?? [];
  const address = plainAddress(written);
  const single = address === undefined ? undefined : addressRange(address);
  if (address === undefined || single === undefined) return refused(explainNoAddress(text, written));
  if (zone !== undefined && !isWithin(single, LINK_LOCAL)) {
    return refused(`only link-local addresses (fe80::/10) have a zone: write ${address}`);
  }
  if (length === undefined) return { ok: true, value: rangeOf(single, zone) };
  const kept = Number(length) - (written.includes(":") && single.width === IPV4_WIDTH ? MAPPED_BITS : 0);
  if (!LENGTH.test(length) || kept > single.width) {
    return refused(`"/${length}" is no length of a network: write /0 to /${single.width}`);
  }
  if (kept < 0) return refused(`"${text}" is part IPv4 and part IPv6: write an IPv4 or an IPv6 network`);
  const free = BigInt(single.width - kept);
  const range = rangeOf({ bits: (single.bits >> free) << free, width: single.width, length: kept }, zone);
  return range.bits === single.bits
    ? { ok: true, value: range }
    : refused(`${address} lies inside of its network: write ${range.text}, or ${address} alone`);
}

/** Reads an address as a socket or a resolver tells it. */
export function parseClientAddress(text: string): ClientRange | undefined {
  const parsed = text.includes("/") ? undefined : parseClientRange(text);
  return parsed?.ok === true ? parsed.value : undefined;
}

/** Tells whether all of the first is in the second. A zone that is named is the only one. */
export function isInRange(inner: ClientRange, outer: ClientRange): boolean {
  return isWithin(inner, outer) && (outer.zone === undefined || inner.zone === outer.zone);
}

/** Tells whether every address of a kind is meant, which is allowed, and worth a word at start. */
export function isEverywhere({ length }: ClientRange): boolean {
  return length === 0;
}

/** Tells whether ranges hold all of one together, though perhaps none of them alone. */
export function isCovered(range: ClientRange, ranges: readonly ClientRange[]): boolean {
  if (ranges.some((each) => isInRange(range, each))) return true;
  const parts = ranges.filter((each) => isInRange(each, range));
  if (parts.length === 0 || range.length === range.width) return false;
  const length = range.length + 1;
  const half = 1n << BigInt(range.width - length);
  return [range.bits, range.bits + half].every((bits) =>
    isCovered(rangeOf({ bits, width: range.width, length }, range.zone), parts),
  );
}

function rangeOf(range: AddressRange, zone: string | undefined): ClientRange {
  const address = zone === undefined ? formatBits(range) : `${formatBits(range)}%${zone}`;
  return { ...range, zone, text: range.length === range.width ? address : `${address}/${range.length}` };
}

function formatBits({ bits, width }: AddressRange): string {
  if (width === IPV4_WIDTH) {
    return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 0xffn)).join(".");
  }
  const groups = Array.from({ length: IPV6_WIDTH / GROUP_BITS }, (_, index) =>
    ((bits >> BigInt(IPV6_WIDTH - GROUP_BITS * (index + 1))) & 0xffffn).toString(16),
  ).join(":");
  return plainAddress(groups) ?? groups;
}

function explainNoAddress(text: string, written: string): string {
  const plain = written.replaceAll(/(^|\.)0+(?=[0-9])/gu, "$1");
  return plain !== written && plainAddress(plain) !== undefined
    ? `"${text}" has leading zeros, which some programs read as octal: write ${text.replace(written, plain)}`
    : `"${text}" is no address and no network: write one such as 172.25.0.3, 172.25.0.0/24 or fd00::/64`;
}

function refused(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
