import { HELD_NAMES_AFTERMATH, HELD_NAMES_AFTERMATHS } from "./limits.ts";

/** What is done with a name: what has it is used, the name becomes free, or something gets it. */
export type NameDeed = "use" | "free" | "give";

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
 *
 * A name that something is to get was free when it was looked for, and a build gives it hours later: until then no other client
 * with a scope is given it, who would lose it again.
 */
export class HeldNames {
  /** By key, how many requests under way of each client hold it. */
  readonly #held = new Map<string, Map<string, number>>();

  /** Holds names until what is returned is called; undefined where what is under way stands against it. */
  hold({ client, kind }: HeldKind, deed: NameDeed, names: readonly string[]): ReleaseNames | undefined {
    const keyOf = (of: NameDeed | "aftermath", name: string): string => JSON.stringify([kind, of, name]);
    const against: readonly NameDeed[] = deed === "free" ? ["free", "use"] : ["free"];
    const asked = names.includes(EVERY_NAME) ? [ANY] : [...names, EVERY_NAME];
    const isTaken =
      deed === "give"
        ? names.some((name) => this.#isOthers(client, keyOf("give", name)))
        : asked.some((name) => against.some((other) => this.#countOf(client, keyOf(other, name)) > 0));
    const aftermath = keyOf("aftermath", ANY);
    if (isTaken || this.#countOf(client, aftermath) >= HELD_NAMES_AFTERMATHS) return undefined;
    const keys = [ANY, ...names].map((name) => keyOf(deed, name));
    this.#count(client, keys, 1);
    return (isSure) => {
      if (isSure) {
        this.#count(client, keys, -1);
        return;
      }
      // The engine may still be at it when nobody waits for its answer.
      this.#count(client, [aftermath], 1);
      setTimeout(() => this.#count(client, [aftermath, ...keys], -1), HELD_NAMES_AFTERMATH).unref();
    };
  }

  #countOf(client: string, key: string): number {
    return this.#held.get(key)?.get(client) ?? 0;
  }

  #isOthers(client: string, key: string): boolean {
    const holders = this.#held.get(key);
    return holders !== undefined && [...holders.keys()].some((holder) => holder !== client);
  }

  #count(client: string, keys: readonly string[], change: 1 | -1): void {
    for (const key of keys) {
      const holders = this.#held.get(key) ?? new Map<string, number>();
      const count = (holders.get(client) ?? 0) + change;
      if (count === 0) holders.delete(client);
      else holders.set(client, count);
      if (holders.size === 0) this.#held.delete(key);
      else this.#held.set(key, holders);
    }
  }
}

/** Stands for any of the names that are held; no object is called so. */
const ANY = "";
