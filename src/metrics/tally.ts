import type { AuditRecord } from "../audit/record.ts";
import type { OperationName } from "../docker/operations.ts";
import type { VerdictWord } from "../kernel/log-words.ts";
import { Durations, type Histogram } from "./histogram.ts";

/** The requests of one client that came to the same end, as far as they are told apart. Each part is from a closed set. */
export interface RequestRow {
  readonly operation: OperationName | undefined;
  readonly verdict: VerdictWord;
  readonly code: AuditRecord["code"];
  /** The first digit of the status; 0 where the client got none. */
  readonly statusClass: number;
  readonly count: number;
}

/** What one client asked for since the start. */
export interface ClientTally {
  readonly client: string;
  readonly rows: readonly RequestRow[];
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** How long the engine's answers to one operation took that is no stream. */
export interface OperationTimes {
  readonly operation: OperationName;
  readonly duration: Histogram;
  readonly engineTime: Histogram;
}

/** Clients that are in the policy no more, and whose counts are kept. */
const FORMER_CLIENTS = 100;

/**
 * Counts exchanges as they are recorded, in plain numbers: two look-ups and a few additions each. What it tells apart comes
 * from closed sets: the clients of the policy and nobody, the operations of the catalogue, verdicts, codes, kinds of streams.
 */
export class Tally {
  readonly #clients = new Map<string, ClientCounts>();
  readonly #times = new Map<OperationName, Times>();
  readonly #streams = new Map<string, Durations>();

  /** What each client asked for, of the policy and formerly. */
  get clients(): readonly ClientTally[] {
    return [...this.#clients.values()];
  }

  /** How long each operation took that is no stream. */
  get times(): readonly OperationTimes[] {
    return [...this.#times.values()];
  }

  /** How long streams lasted, by their kind. */
  get streams(): ReadonlyMap<string, Histogram> {
    return this.#streams;
  }

  /**
   * Takes these for the clients that there are. The counts of others stay, so that none is lost and a client that comes back
   * goes on; beyond a number those go who have not been clients for longest.
   */
  keepClients(names: Iterable<string>): void {
    const current = new Set(names);
    for (const name of current) {
      // Behind all others: what is left before them is in the order in which it ceased to be a client.
      const counts = this.#clients.get(name) ?? new ClientCounts(name);
      this.#clients.delete(name);
      this.#clients.set(name, counts);
    }
    const former = [...this.#clients.keys()].filter((name) => !current.has(name));
    for (const name of former.slice(0, Math.max(0, former.length - FORMER_CLIENTS))) {
      this.#clients.delete(name);
    }
  }

  /** Counts one exchange. */
  count(record: AuditRecord): void {
    const client = this.#clients.get(record.client) ?? this.#addClient(record.client);
    const row = client.rowOf(record);
    row.count += 1;
    client.bytesIn += record.bytesIn;
    client.bytesOut += record.bytesOut;
    const { operation, engineTime, duration, stream } = record;
    // What the gate answers itself would hide how long the engine takes.
    if (operation === undefined || engineTime === undefined) return;
    if (stream === "none") {
      row.times ??= this.#timesOf(operation);
      row.times.duration.add(duration);
      row.times.engineTime.add(engineTime);
    } else {
      this.#streamOf(stream).add(duration);
    }
  }

  /** Nobody, or a client that is none any more and had something under way. */
  #addClient(client: string): ClientCounts {
    const counts = new ClientCounts(client);
    this.#clients.set(client, counts);
    return counts;
  }

  #timesOf(operation: OperationName): Times {
    const known = this.#times.get(operation);
    if (known !== undefined) return known;
    const times = { operation, duration: Durations.ofRequests(), engineTime: Durations.ofRequests() };
    this.#times.set(operation, times);
    return times;
  }

  #streamOf(stream: string): Durations {
    const known = this.#streams.get(stream);
    if (known !== undefined) return known;
    const durations = Durations.ofStreams();
    this.#streams.set(stream, durations);
    return durations;
  }
}

interface Times extends OperationTimes {
  readonly duration: Durations;
  readonly engineTime: Durations;
}

interface CountedRow extends RequestRow {
  count: number;
  /** Those of its operation, once there was one to be timed. */
  times: Times | undefined;
}

class ClientCounts implements ClientTally {
  readonly client: string;
  bytesIn = 0;
  bytesOut = 0;
  /** By operation: each comes to few ends. */
  readonly #rows = new Map<OperationName | undefined, CountedRow[]>();

  constructor(client: string) {
    this.client = client;
  }

  get rows(): readonly RequestRow[] {
    return [...this.#rows.values()].flat();
  }

  rowOf({ operation, verdict, code, status }: AuditRecord): CountedRow {
    const statusClass = Math.trunc(status / 100);
    let rows = this.#rows.get(operation);
    if (rows === undefined) {
      rows = [];
      this.#rows.set(operation, rows);
    }
    for (const row of rows) {
      if (row.code === code && row.statusClass === statusClass && row.verdict === verdict) return row;
    }
    const row = { operation, verdict, code, statusClass, count: 0, times: undefined };
    rows.push(row);
    return row;
  }
}
