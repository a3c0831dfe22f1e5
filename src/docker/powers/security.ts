import { listOf, type Meaning, text } from "./meaning.ts";
import { encodeValue } from "./power.ts";

/** Longer values are profiles, written out in JSON. */
const LONGEST_NAME = 64;

/** `key=value` or the older `key:value`; `disable` alone is SELinux's. */
export const securityOptionsField: Meaning = listOf(
  text(["security-opt"], (option, asking) => asking.ask("security-opt", canonicalOption(option), option)),
);

function canonicalOption(option: string): string {
  if (option === "disable") return "label=disable";
  const [, key = option, value] = /^([^=]*)=(.*)$/su.exec(option) ?? /^([^:]*):(.*)$/su.exec(option) ?? [];
  if (value === undefined) return encodeValue(key);
  const isProfile = value.length > LONGEST_NAME || value.trimStart().startsWith("{");
  return `${encodeValue(key)}=${isProfile ? "(inline)" : encodeValue(value)}`;
}
