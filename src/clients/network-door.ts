import { unmapped } from "./address.ts";
import { FirstTimes } from "./first-times.ts";
import { OTHER_NETWORKS_LIMIT } from "./limits.ts";
import type { OwnNetwork } from "./own-network.ts";

/** The two ends of a connection as its socket says them; undefined when it is over. */
export interface BothEnds {
  readonly remoteAddress?: string | undefined;
  readonly localAddress?: string | undefined;
}

/** Why a caller is not let in. */
export interface TurnedBack {
  /** For the caller too: it has nothing of the gate's settings. */
  readonly reason: string;
  /** False where it could not be told by which network it came: it may be known later. */
  readonly isSure: boolean;
}

/** Lets in who reached an address of the gate by the network of that address, and tells the log of others, each once. */
export class NetworkDoor {
  readonly #network: OwnNetwork;
  readonly #tell: (message: string) => void;
  readonly #told = new FirstTimes(OTHER_NETWORKS_LIMIT);

  constructor(network: OwnNetwork, tell: (message: string) => void) {
    this.#network = network;
    this.#tell = tell;
  }

  /**
   * Why a caller is not let in; undefined where it is. Never rejects. Ask at once, so that the answer is about who is there now.
   * @param place where it came in, as the log calls it
   * @param othersBy the setting that would let it in
   */
  async look(
    { remoteAddress, localAddress }: BothEnds,
    place: string,
    othersBy: string,
  ): Promise<TurnedBack | undefined> {
    const reached = await this.#network.reachedBy(remoteAddress, localAddress);
    if (reached.kind === "own") return undefined;
    const isSure = reached.kind === "other";
    const address = remoteAddress === undefined ? "of the caller" : unmapped(remoteAddress);
    const reason = isSure
      ? `the address ${address} is not on the network of the address that it called`
      : `it can't be told whether the address ${address} is on the network of the address that it called (${reached.reason})`;
    if (remoteAddress !== undefined && this.#told.isNew(address)) {
      this.#tell(`who called ${place} is refused: ${reason}; ${othersBy} lets in callers of all networks`);
    }
    return { reason, isSure };
  }
}
