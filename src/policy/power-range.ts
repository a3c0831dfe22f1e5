import { type AddressRange, addressRange, isWithin, overlap, plainAddress } from "../docker/powers/subnet.ts";
import { readOnce } from "./last-reading.ts";
import type { Glob } from "./power-glob.ts";

const addressRangeOnce = readOnce(addressRange);

/** The addresses that a pattern stands for: a range, an address, or whole parts of one before a star, as `10.128.*`. */
export function rangeOf(glob: Glob): AddressRange | undefined {
  const [first = "", ...others] = glob;
  if (others.length === 0) return addressRange(first);
  if (others.length > 1 || others[0] !== "") return undefined;
  if (/^(?:[0-9]+\.){1,3}$/u.test(first)) {
    const parts = first.split(".").slice(0, -1);
    return addressRange(`${[...parts, "0", "0", "0"].slice(0, 4).join(".")}/${8 * parts.length}`);
  }
  if (/^(?:[0-9a-f]{1,4}:){1,6}$/u.test(first)) {
    return addressRange(`${plainAddress(`${first}:`)}/${16 * (first.split(":").length - 1)}`);
  }
  return undefined;
}

/** Tells whether all that the value stands for is in the range; not if it can't be read. */
export function isInside(value: string, range: AddressRange): boolean {
  const asked = addressRangeOnce(value);
  return asked !== undefined && isWithin(asked, range);
}

/** Tells whether the value could have addresses of the range; it could if it can't be read. */
export function mayMeet(value: string, range: AddressRange): boolean {
  const asked = addressRangeOnce(value);
  return asked === undefined || overlap(asked, range);
}
