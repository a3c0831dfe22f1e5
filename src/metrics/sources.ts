import type { PoolCounts } from "../engine/pool.ts";
import type { Tally } from "./tally.ts";

/** How things stand at the moment of a scrape. */
export interface Standings {
  /** Of the gate. */
  readonly version: string;
  readonly isDraining: boolean;
  readonly engine: PoolCounts & { readonly isReachable: boolean };
  /** For clients' connections. */
  readonly seats: { readonly limit: number; readonly taken: number };
  /** How many exchanges are under way, by how they stream. */
  readonly underWay: ReadonlyMap<string, number>;
  /** Undefined where no policy file says who may do what. */
  readonly policy: { readonly generation: number; readonly isRejected: boolean } | undefined;
  /** How many lines each sink of the log has dropped, also where it is none. */
  readonly droppedLines: ReadonlyMap<string, number>;
}

/** What a scrape reads: what was counted since the start, and how things stand. */
export interface MetricSources extends Standings {
  readonly tally: Tally;
  /** How late the event loop is, in seconds. */
  readonly eventLoopLag: number;
}
