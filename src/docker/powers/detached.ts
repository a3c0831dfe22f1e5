import { copyText } from "../../kernel/copy-text.ts";
import type { Asked, Lookup } from "./asking.ts";

/**
 * What a body asks for, with nothing of the body behind it: V8 keeps a whole text for as long as a part of it is there,
 * and what is shown of a place may be any part of the body. For what has to wait. Only the words that containers are
 * named by, and where they stand, are needed again and stay as they are.
 */
export function detached({ powers, lookups }: Asked): Asked {
  return {
    powers: powers.map(({ noun, value, place }) => ({
      noun,
      value: copyText(value),
      place: copyText(place),
    })),
    lookups: lookups.map((lookup) => detachedLookup(lookup)),
  };
}

function detachedLookup(lookup: Lookup): Lookup {
  const texts = { name: copyText(lookup.name), place: copyText(lookup.place) };
  const isReference = lookup.kind === "secret" || lookup.kind === "config";
  return isReference
    ? { ...lookup, ...texts, called: lookup.called === undefined ? undefined : copyText(lookup.called) }
    : { ...lookup, ...texts };
}

/** Beside its texts each takes so many bytes. */
const BESIDE_TEXTS = 200;
/** The most bytes that V8 takes for a unit of a text. */
const BYTES_A_UNIT = 2;

/** How many bytes of memory that takes, without a body that words of it keep. */
export function sizeOfDetached({ powers, lookups }: Asked): number {
  const ofPowers = powers.reduce(
    (sum, { value, place }) => sum + value.length + place.length + BESIDE_TEXTS,
    0,
  );
  return lookups.reduce(
    (sum, { name, place }) => sum + BYTES_A_UNIT * name.length + place.length + BESIDE_TEXTS,
    ofPowers,
  );
}

/** How many times its bytes a body takes that words of it keep. */
export function textsKept({ lookups }: Asked): number {
  return lookups.some(({ kind }) => kind === "container" || kind === "mention") ? BYTES_A_UNIT : 0;
}
