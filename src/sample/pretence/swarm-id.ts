import { identify } from "../catalogue.ts";

const digits = 36;
const length = 25;

/** Gives the same 25 letters and digits for the same words, as a swarm's ids look. */
export function identifyInSwarm(words: string): string {
  return BigInt(`0x${identify(words)}`)
    .toString(digits)
    .padStart(length, "0")
    .slice(-length);
}
