import { isOnlyStars, matchesGlob } from "./power-glob.ts";
import { everything, fault, matcher, type PatternParser } from "./power-pattern.ts";

/** Stands for every capability there is. */
const ALL = "ALL";

/** Reads a capability, in any case and with or without `CAP_`. */
export const parseCapabilityPattern: PatternParser = (_noun, pattern, effect) => {
  const text = pattern.toUpperCase().replace(/^CAP_/u, "");
  if (!/^[A-Z0-9_*]+$/u.test(text) || !/^[\u0000-\u007f]*$/u.test(pattern)) {
    return fault("is no capability: they have letters, digits and underscores, such as NET_ADMIN");
  }
  const glob = text.split("*");
  if (text === ALL || isOnlyStars(glob)) {
    return { ok: true, value: everything };
  }
  return matcher(text, (value) => {
    const name = canonicalCapability(value);
    return name === undefined || name === ALL ? effect === "removal" : matchesGlob(glob, name);
  });
};

function canonicalCapability(value: string): string | undefined {
  return /^[A-Za-z0-9_]+$/u.test(value) ? value.toUpperCase().replace(/^CAP_/u, "") : undefined;
}
