import { plainAddress } from "./subnet.ts";

/** The three spellings of a MAC address that Go reads. */
const MAC = /^(?:[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2})*|[0-9a-f]{4}(?:\.[0-9a-f]{4})+)$/iu;

/** The twenty bytes of an InfiniBand address, the longest that Go reads. */
const LONGEST_MAC = 59;

/** An IP or MAC address in its one spelling; what is neither stays as it is. */
export function canonicalEndpointAddress(address: string): string {
  if (address.length > LONGEST_MAC || !MAC.test(address)) return plainAddress(address) ?? address;
  const digits = address.toLowerCase().replaceAll(/[^0-9a-f]/gu, "");
  return (digits.match(/../gu) ?? []).join(":");
}
