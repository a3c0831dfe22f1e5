import { HELD_NAMES_AFTERMATH, HELD_NAMES_AFTERMATHS } from "./limits.ts";

/** What is done with a name: what has it is used, or the name becomes free. */
export type NameDeed = "use" | "free";

/** Names of one client and one kind. */
export interface HeldKind {
  readonly client: string;
  readonly kind: "volume" | "image";
}

/** Stands for every name of a kind, as where all that nobody uses is deleted. */
export const EVERY_NAME = "*";

/** Gives names back; `isSure` tells that the engine is done with the request. */
export type ReleaseNames = (isSure: boolean) => void;

/**
 * The names that engines act on because there is no id: of volumes, and of images under their names. Between the look and the
 * deed a name could become another client's, if the one who has it gave it up meanwhile. So a client with a scope does not make
 * a name free while a request of its own that uses or frees it is under way, nor the other way round.
 */
export class HeldNames {
  /** How many requests under way hold a key. */
  readonly #held = new Map<string, number>();

  /** Holds names until what is returned is called; undefined where what is under way stands against it. */
  hold({ client, kind }: HeldKind, deed: NameDeed, names: readonly string[]): ReleaseNames | undefined {
    const keyOf = (of: string, name: string): string => JSON.stringify([client, kind, of, name]);
    const against: readonly NameDeed[] = deed === "free" ? ["free", "use"] : ["free"];
    const asked = names.includes(EVERY_NAME) ? [ANY] : [...names, EVERY_NAME];
    const isTaken = asked.some((name) => against.some((other) => this.#held.has(keyOf(other, name))));
    const aftermath = keyOf("aftermath", ANY);
    if (isTaken || (this.#held.get(aftermath) ?? 0) >= HELD_NAMES_AFTERMATHS) return undefined;
    const keys = [ANY, ...names].map((name) => keyOf(deed, name));
    this.#count(keys, 1);
    return (isSure) => {
      if (isSure) {
        this.#count(keys, -1);
        return;
      }
      // The engine may still be at it when nobody waits for its answer.
      this.#count([aftermath], 1);
      setTimeout(() => this.#count([aftermath, ...keys], -1), HELD_NAMES_AFTERMATH).unref();
    };
  }

  #count(keys: readonly string[], change: 1 | -1): void {
    for (const key of keys) {
      const count = (this.#held.get(key) ?? 0) + change;
      if (count === 0) this.#held.delete(key);
      else this.#held.set(key, count);
    }
  }
}

/** Stands for any of the names that are held; no object is called so. */
const ANY = "";
