import { isEmpty } from "./asking.ts";
import { harmless, type Meaning, named, struct } from "./meaning.ts";
import type { Noun } from "./nouns.ts";

/** Stands for the engine's own choice, whatever that is; no driver is spelt so. */
const CHOSEN_BY_ENGINE = "(default)";

/**
 * `{Name, Options}`: a driver with options of its own, which the driver alone understands. Without a name the options are
 * for the engine's own choice.
 */
export function driverField(noun: Noun): Meaning {
  return struct(
    {
      Name: named(noun),
      Options: harmless,
    },
    {
      nouns: [noun],
      judge: (members, asking) => {
        if (isEmpty(members.get("Name") ?? null) && !isEmpty(members.get("Options") ?? null)) {
          asking.within("Options", () => asking.ask(noun, CHOSEN_BY_ENGINE));
        }
      },
    },
  );
}
