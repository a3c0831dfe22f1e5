import { performance } from "node:perf_hooks";
import type { Health } from "./admin/health.ts";
import { type AdminServer, openAdminServer } from "./admin/server.ts";
import type { AuditListener } from "./audit/record.ts";
import type { Settings } from "./config/settings.ts";
import { formatAddress, type ListenAddress, type TcpAddress } from "./kernel/address.ts";
import type { Clock } from "./kernel/clock.ts";
import { systemFailure } from "./kernel/system-error.ts";
import type { Origins } from "./policy/origins.ts";
import { Connections } from "./proxy/connections.ts";
import { EnginePool } from "./proxy/engine-pool.ts";
import { FairPlaces } from "./proxy/fair-places.ts";
import type { VerdictListener } from "./proxy/gate-parts.ts";
import { type EngineState, probeEngine } from "./proxy/engine-probe.ts";
import { JudgedMemory } from "./proxy/judged-memory.ts";
import { LARGE_HEADS_LIMIT } from "./proxy/limits.ts";
import { type Listener, ListenError, openListener } from "./proxy/listener.ts";

/** What a gate needs beside its settings. */
export interface GateOptions {
  /** Gets a record of every exchange. */
  readonly audit: AuditListener;
  /** Hears what was decided about each request whose powers are restricted, as soon as it is known what it asks for. */
  readonly judged?: VerdictListener;
  /** Another clock for deadlines; a real one where none is given. */
  readonly clock?: Clock;
  /** Another bound on the number of connections. */
  readonly connectionLimit?: number;
  /** Another bound, in bytes, on the memory of all requests that are judged. */
  readonly judgedMemory?: number;
}

/** The name of the one client that environment settings know. */
const EVERYBODY = "everybody";

/** A running gate. */
export class Gate {
  readonly #pool: EnginePool;
  readonly #connections: Connections;
  readonly #listeners: Listener[] = [];
  readonly #grace: number;
  #admin: AdminServer | undefined;
  #probe: Promise<EngineState> | undefined;
  #draining = false;

  private constructor(
    settings: Settings,
    { audit, judged, clock = performance, connectionLimit, judgedMemory }: GateOptions,
  ) {
    this.#grace = settings.grace;
    this.#pool = new EnginePool(settings.engine, clock);
    this.#connections = new Connections(
      {
        grant: settings.grant,
        client: EVERYBODY,
        origins: settings.origins,
        engine: this.#pool,
        audit,
        largeHeads: new FairPlaces(LARGE_HEADS_LIMIT),
        judgedMemory: new JudgedMemory(judgedMemory),
        clock,
        judged,
        isDraining: () => this.#draining,
      },
      connectionLimit,
    );
  }

  /** Opens every listener and the admin address, or none: what can't be opened rejects with its cure. */
  static async open(settings: Settings, options: GateOptions): Promise<Gate> {
    const gate = new Gate(settings, options);
    try {
      for (const address of settings.listen) {
        gate.#listeners.push(
          await openListener(address, (socket, place) => gate.#connections.accept(socket, place)),
        );
      }
      if (settings.admin !== "off") {
        gate.#admin = await openAdmin(settings.admin, settings.origins, () => gate.health());
      }
    } catch (error) {
      gate.close();
      throw error;
    }
    return gate;
  }

  /** Where it listens. */
  get listening(): readonly ListenAddress[] {
    return this.#listeners.map(({ address }) => address);
  }

  /** Where health is served, if it is. */
  get admin(): TcpAddress | undefined {
    return this.#admin?.address;
  }

  /** Asks the engine whether it answers. Who asks meanwhile gets the same answer: health costs the engine little. */
  probe(): Promise<EngineState> {
    this.#probe ??= probeEngine(this.#pool).finally(() => {
      this.#probe = undefined;
    });
    return this.#probe;
  }

  /** Tells whether the gate and the engine are well. */
  async health(): Promise<Health> {
    const state = await this.probe();
    const gate = this.#draining ? "draining" : "alive";
    if (!state.reachable) {
      return { gate, engine: "unreachable", reason: state.reason };
    }
    return state.apiVersion === undefined
      ? { gate, engine: "reachable" }
      : { gate, engine: "reachable", apiVersion: state.apiVersion };
  }

  /** Stops gracefully: takes nothing new, waits for what is under way up to the grace time, then cuts the rest. */
  async drain(): Promise<void> {
    this.#draining = true;
    for (const listener of this.#listeners) {
      listener.close();
    }
    let timer: NodeJS.Timeout | undefined;
    const graceOver = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#grace);
    });
    const idle = this.#connections.drain();
    await Promise.race([idle, graceOver]);
    clearTimeout(timer);
    this.close();
    // What was cut is recorded when its connection is gone.
    await idle;
  }

  /** Stops at once. */
  close(): void {
    this.#draining = true;
    for (const listener of this.#listeners) {
      listener.close();
    }
    this.#admin?.close();
    this.#connections.close();
    this.#pool.close();
  }
}

async function openAdmin(
  address: TcpAddress,
  origins: Origins,
  readHealth: () => Promise<Health>,
): Promise<AdminServer> {
  try {
    return await openAdminServer(address, origins, readHealth);
  } catch (error) {
    const { code, message } = systemFailure(error);
    const reason = code === "EADDRINUSE" ? "it is in use" : message;
    const cure = "set QUAYGATE_ADMIN to another address, or to off";
    throw new ListenError(`can't serve health on ${formatAddress(address)}: ${reason}; ${cure}`, {
      cause: error,
    });
  }
}
