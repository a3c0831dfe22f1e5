import { type Noun, nouns, type PatternKind } from "../../docker/powers/nouns.ts";
import { asSeen, type Generaliser } from "./candidate.ts";
import { generaliseImages } from "./images.ts";
import { generaliseLabels } from "./labels.ts";
import { generaliseNames, generaliseNamesOfMany } from "./names.ts";
import { generalisePaths } from "./paths.ts";
import { generalisePorts } from "./ports.ts";

const BY_KIND: Readonly<Record<PatternKind, Generaliser>> = {
  word: asSeen,
  text: asSeen,
  path: generalisePaths,
  image: generaliseImages,
  port: generalisePorts,
  capability: asSeen,
};

/** Texts of which a person writes a part. What names another container in order to get at it is none of them. */
const BY_NOUN: Readonly<Partial<Record<Noun, Generaliser>>> = {
  label: generaliseLabels,
  name: generaliseNames,
  rename: generaliseNames,
  alias: generaliseNames,
  volume: generaliseNamesOfMany,
  network: generaliseNamesOfMany,
  secret: generaliseNamesOfMany,
  config: generaliseNamesOfMany,
};

/** What a person makes of several values of a noun. */
export function generaliserOf(noun: Noun): Generaliser {
  return BY_NOUN[noun] ?? BY_KIND[nouns[noun].kind];
}
