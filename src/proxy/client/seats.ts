import { isFair } from "../fair-places.ts";
import { type InLine, Line } from "./line.ts";

/** Who gives way first: what has had its last answer, what waits for a request, what has begun a head. */
const GIVES_WAY = ["answered", "idle", "head"] as const;

/** What the holder of a seat is doing. Who is busy never gives way. */
export type Standing = (typeof GIVES_WAY)[number] | "busy";

/** A place that somebody has until it is left. */
export interface Seat<Holder> extends InLine<Seat<Holder>> {
  readonly holder: Holder;
  readonly share: Share<Holder>;
  /** What the holder does; `undefined` when it has left. */
  standing: Standing | undefined;
}

/** The seats of one sharer. */
interface Share<Holder> {
  readonly sharer: string;
  readonly lines: Readonly<Record<(typeof GIVES_WAY)[number], Line<Seat<Holder>>>>;
  held: number;
  /** Under which number it stands among those that may have somebody who gives way. */
  rank: number | undefined;
}

/**
 * A bound on how many sit at one time. Nobody takes all, and when there is no seat for one who wants in, one who loses
 * nothing by it can be asked to give way. No step looks at every seat.
 */
export class Seats<Holder> {
  readonly limit: number;
  #free: number;
  readonly #shares = new Map<string, Share<Holder>>();
  /** Shares by how many seats they have. So many different numbers add up: with 3,000 seats there are at most 76. */
  readonly #ranks = new Map<number, Set<Share<Holder>>>();

  constructor(limit: number) {
    this.limit = limit;
    this.#free = limit;
  }

  /** How many seats nobody has. */
  get free(): number {
    return this.#free;
  }

  /** How many seats a sharer has. */
  heldBy(sharer: string): number {
    return this.#shares.get(sharer)?.held ?? 0;
  }

  /** Whether a sharer gets one more seat without anybody giving way. */
  hasRoom(sharer: string): boolean {
    return isFair(this.heldBy(sharer), this.#free);
  }

  /** Takes a seat, for a holder that is idle. Whether there is one for it is asked before. */
  sit(sharer: string, holder: Holder): Seat<Holder> {
    const share = this.#shareOf(sharer);
    const seat: Seat<Holder> = { holder, share, standing: "busy", ahead: undefined, behind: undefined };
    this.#free -= 1;
    this.#count(share, 1);
    this.stand(seat, "idle");
    return seat;
  }

  /** Notes what the holder of a seat does now. */
  stand(seat: Seat<Holder>, standing: Standing): void {
    if (seat.standing === standing || seat.standing === undefined) {
      return;
    }
    leaveLine(seat);
    seat.standing = standing;
    if (standing !== "busy") {
      seat.share.lines[standing].join(seat);
      this.#rank(seat.share);
    }
  }

  /** Leaves a seat; a second time does nothing. */
  leave(seat: Seat<Holder>): void {
    if (seat.standing === undefined) {
      return;
    }
    leaveLine(seat);
    seat.standing = undefined;
    this.#free += 1;
    this.#count(seat.share, -1);
  }

  /**
   * Who gives way to one more of a sharer: of who has most seats and more than this sharer, or else of the sharer
   * itself, who has waited longest. Busy ones give way to nobody, and so there may be none.
   */
  whoGivesWay(sharer: string): Seat<Holder> | undefined {
    const largest = this.#largest();
    if (largest === undefined) {
      return undefined;
    }
    const share = largest.held > this.heldBy(sharer) ? largest : this.#shares.get(sharer);
    return share === undefined ? undefined : firstOf(share);
  }

  /** Of the shares with somebody who gives way, one that has most seats. */
  #largest(): Share<Holder> | undefined {
    while (this.#ranks.size > 0) {
      const [share] = this.#ranks.get(Math.max(...this.#ranks.keys())) ?? [];
      if (share === undefined || firstOf(share) !== undefined) {
        return share;
      }
      // All its holders are busy: it comes back with the first that no longer is.
      this.#unrank(share);
    }
    return undefined;
  }

  #shareOf(sharer: string): Share<Holder> {
    const known = this.#shares.get(sharer);
    if (known !== undefined) {
      return known;
    }
    const lines = {
      idle: new Line<Seat<Holder>>(),
      answered: new Line<Seat<Holder>>(),
      head: new Line<Seat<Holder>>(),
    };
    const share = { sharer, lines, held: 0, rank: undefined };
    this.#shares.set(sharer, share);
    return share;
  }

  #count(share: Share<Holder>, change: 1 | -1): void {
    share.held += change;
    if (share.held === 0) {
      this.#unrank(share);
      this.#shares.delete(share.sharer);
    } else if (share.rank !== undefined) {
      this.#rank(share);
    }
  }

  #rank(share: Share<Holder>): void {
    if (share.rank === share.held) {
      return;
    }
    this.#unrank(share);
    share.rank = share.held;
    const rank = this.#ranks.get(share.held) ?? new Set();
    this.#ranks.set(share.held, rank.add(share));
  }

  #unrank(share: Share<Holder>): void {
    if (share.rank === undefined) {
      return;
    }
    const rank = this.#ranks.get(share.rank);
    rank?.delete(share);
    if (rank?.size === 0) {
      this.#ranks.delete(share.rank);
    }
    share.rank = undefined;
  }
}

function firstOf<Holder>({ lines }: Share<Holder>): Seat<Holder> | undefined {
  for (const standing of GIVES_WAY) {
    const { first } = lines[standing];
    if (first !== undefined) {
      return first;
    }
  }
  return undefined;
}

function leaveLine<Holder>(seat: Seat<Holder>): void {
  if (seat.standing !== undefined && seat.standing !== "busy") {
    seat.share.lines[seat.standing].leave(seat);
  }
}
