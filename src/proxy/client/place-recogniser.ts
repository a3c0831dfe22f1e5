import type { Socket } from "node:net";
import { isOneNetworksPlace } from "../../kernel/address.ts";
import type { GateParts, Recognised, Recogniser, SharedParts } from "../gate-parts.ts";
import { partsOfNobody } from "../terms.ts";
import { type OwnersDoor, PlaceOwner } from "./place-owner.ts";

/** Takes whoever calls for one and the same client, but at an address of one network only who calls from that network. */
export class PlaceRecogniser implements Recogniser {
  readonly unknown: GateParts;
  readonly #parts: GateParts;
  readonly #owner: PlaceOwner;

  constructor(parts: GateParts, shared: SharedParts, door: OwnersDoor) {
    this.unknown = partsOfNobody(shared, "it is not known yet who calls");
    this.#parts = parts;
    this.#owner = new PlaceOwner(parts, shared, door);
  }

  recognise(socket: Socket, place: string): Recognised | Promise<Recognised> {
    return isOneNetworksPlace(place) ? this.#owner.recognise(socket, place) : this.#parts;
  }
}
