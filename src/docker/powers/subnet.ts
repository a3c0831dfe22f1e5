import { canonicalAddress } from "./port.ts";

/** An address in its one spelling, IPv6 without brackets, or undefined. */
export function plainAddress(address: string): string | undefined {
  return canonicalAddress(address)?.replaceAll(/[[\]]/gu, "");
}

/**
 * A range of addresses in its one spelling, or undefined. Beyond its length it has only zeros: newer engines refuse
 * others, older ones cut them off, and a pattern would take `10.99.0.1/8` for a part of `10.99`.
 */
export function canonicalSubnet(subnet: string): string | undefined {
  const [, address = "", length = ""] = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/u.exec(subnet) ?? [];
  const plain = plainAddress(address);
  if (plain === undefined) return undefined;
  const { bits, width } = bitsOf(plain);
  const free = width - Number(length);
  return free < 0 || bits % 2n ** BigInt(free) !== 0n ? undefined : `${plain}/${length}`;
}

/** A range, or one address, as numbers. */
export interface AddressRange {
  readonly bits: bigint;
  readonly width: number;
  readonly length: number;
}

/** Reads a range or an address in its one spelling. */
export function addressRange(text: string): AddressRange | undefined {
  const [address = "", length] = text.split("/", 2);
  if (plainAddress(address) !== address) return undefined;
  const { bits, width } = bitsOf(address);
  return { bits, width, length: length === undefined ? width : Number(length) };
}

/** Tells whether the first range is a part of the second. */
export function isWithin(inner: AddressRange, outer: AddressRange): boolean {
  return inner.length >= outer.length && overlap(inner, outer);
}

/** Tells whether two ranges have addresses in common: one is then a part of the other. */
export function overlap(one: AddressRange, other: AddressRange): boolean {
  const free = BigInt(one.width - Math.min(one.length, other.length));
  return one.width === other.width && one.bits >> free === other.bits >> free;
}

/** An address in its one spelling as a number. */
function bitsOf(address: string): { readonly bits: bigint; readonly width: number } {
  if (!address.includes(":")) return { bits: joined(address.split("."), 10, 8n), width: 32 };
  const [head = "", tail = ""] = address.split("::");
  const [before, after] = [head, tail].map((part) => part.split(":").filter((group) => group !== ""));
  const missing = 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const zeros = Array.from({ length: missing }, () => "0");
  return { bits: joined([...(before ?? []), ...zeros, ...(after ?? [])], 16, 16n), width: 128 };
}

function joined(parts: readonly string[], radix: number, width: bigint): bigint {
  let bits = 0n;
  for (const part of parts) bits = (bits << width) + BigInt(Number.parseInt(part, radix));
  return bits;
}
