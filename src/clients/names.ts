import type { ClientRange } from "./address-range.ts";
import { isInRange, parseClientAddress } from "./address-range.ts";
import { withDeadline } from "./deadline.ts";
import { FreshQuestions } from "./fresh-questions.ts";
import { NAME_DEADLINE } from "./limits.ts";

/** Resolves a name to all its addresses, by the hosts file and the DNS: `dns.promises.lookup` with `all: true`. */
export type ResolveName = (name: string) => Promise<readonly { readonly address: string }[]>;

/** What is told of a name: that it has no addresses, once until it has some again. */
export interface NameNote {
  readonly name: string;
  /** The resolver's word, such as `ENOTFOUND`, or that it took too long. */
  readonly reason: string;
}

/** A name's addresses, or why there are none. */
export type NameAnswer =
  | { readonly kind: "addresses"; readonly addresses: readonly ClientRange[] }
  | { readonly kind: "failed"; readonly reason: string };

const LATE: NameAnswer = { kind: "failed", reason: `no answer within ${NAME_DEADLINE / 1000} seconds` };

/**
 * Knows which addresses names have, and never by an old answer: who asks for a connection gets a resolution that began
 * after the connection was there. Docker takes a container's name out of its DNS before it gives the address to another
 * one, so a new container at the same address is not taken for the old one. Nothing is remembered: the 600 seconds that
 * Docker's DNS says its answers last are for others to believe.
 *
 * Docker's DNS answers for the first network of the gate's that has the name: a client on two of them is found on both as
 * `NAME.NETWORK`. The name of a Swarm service is a virtual address that no task calls from; `tasks.NAME` are the tasks.
 */
export class NameAddresses {
  readonly #questions: FreshQuestions<NameAnswer>;
  readonly #note: (note: NameNote) => void;
  readonly #failing: Set<string> = new Set();

  /** `note` hears of each failing name once. */
  constructor(resolveName: ResolveName, note: (note: NameNote) => void) {
    this.#questions = new FreshQuestions((name) => answerOf(resolveName, name));
    this.#note = note;
  }

  /** Resolves at the latest after {@link NAME_DEADLINE}; never rejects. */
  async addressesOf(name: string): Promise<NameAnswer> {
    const answer = await withDeadline(this.#questions.ask(name), NAME_DEADLINE, LATE);
    if (answer.kind === "addresses") {
      this.#failing.delete(name);
    } else if (!this.#failing.has(name)) {
      this.#failing.add(name);
      this.#note({ name, reason: answer.reason });
    }
    return answer;
  }
}

/** Tells whether an address is among those of a name. */
export function isAmong(address: ClientRange, { addresses }: NameAnswer & { kind: "addresses" }): boolean {
  return addresses.some((each) => isInRange(address, each));
}

async function answerOf(resolveName: ResolveName, name: string): Promise<NameAnswer> {
  try {
    const found = await resolveName(name);
    const addresses = found.flatMap(({ address }) => parseClientAddress(address) ?? []);
    return { kind: "addresses", addresses };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return { kind: "failed", reason: typeof code === "string" ? code : String(error) };
  }
}
