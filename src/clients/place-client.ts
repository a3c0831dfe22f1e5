/** Whoever reaches a place to listen at is this client. */
export interface PlaceClient {
  readonly client: string;
  /** What would let in who reaches it by another network, as a setting; undefined where that is let in, or can't be. */
  readonly othersBy: string | undefined;
}

/** What is said of whoever connects to a place, where no others are let in. */
export const FROM_ITS_NETWORK = " from the network of that address";
