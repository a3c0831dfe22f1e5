import type { Socket } from "node:net";
import type { BothEnds, NetworkDoor } from "../../clients/network-door.ts";
import type { GateParts, Recognised, SharedParts } from "../gate-parts.ts";
import { partsOfNobody } from "../terms.ts";

/** What lets in only who comes by the network of the address that it called, and what would let in others. */
export interface OwnersDoor {
  readonly door: NetworkDoor;
  /** The setting. */
  readonly othersBy: string;
}

/** Takes whoever reaches a place to listen at for the client that the place belongs to; from other networks for nobody, where it has a door. */
export class PlaceOwner {
  readonly #parts: GateParts;
  readonly #shared: SharedParts;
  readonly #door: OwnersDoor | undefined;

  constructor(parts: GateParts, shared: SharedParts, door: OwnersDoor | undefined) {
    this.#parts = parts;
    this.#shared = shared;
    this.#door = door;
  }

  /** As {@link Recogniser.recognise} does; at once where there is no door. */
  recognise({ remoteAddress, localAddress }: Socket, place: string): Recognised | Promise<Recognised> {
    const owned = this.#door;
    if (owned === undefined) return this.#parts;
    const ends: BothEnds = { remoteAddress, localAddress };
    return this.#ask(owned, ends, place).then(({ parts, isSure }): Recognised => {
      if (isSure) return parts;
      // Asked about again with its second request.
      let isFirst = true;
      return () => {
        const isKnown = isFirst;
        isFirst = false;
        return isKnown ? parts : this.#ask(owned, ends, place).then((answer) => answer.parts);
      };
    });
  }

  async #ask(
    { door, othersBy }: OwnersDoor,
    ends: BothEnds,
    place: string,
  ): Promise<{ readonly parts: GateParts; readonly isSure: boolean }> {
    const turnedBack = await door.look(ends, place, othersBy);
    return turnedBack === undefined
      ? { parts: this.#parts, isSure: true }
      : { parts: partsOfNobody(this.#shared, turnedBack.reason), isSure: turnedBack.isSure };
  }
}
