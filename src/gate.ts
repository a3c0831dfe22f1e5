import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { isDeepStrictEqual } from "node:util";
import type { Health } from "./admin/health.ts";
import { type PolicyHealth, PolicyStanding } from "./admin/policy-standing.ts";
import { type AdminPages, type AdminServer, openAdminServer, type RefuseCaller } from "./admin/server.ts";
import type { AuditListener } from "./audit/record.ts";
import { ALL_NETWORKS, knowsNobody, networkDoor, recogniserOf } from "./callers.ts";
import type { Settings } from "./config/settings.ts";
import { ApiFloor } from "./engine/api-floor.ts";
import { EnginePool } from "./engine/pool.ts";
import { type EngineState, probeEngine } from "./engine/probe.ts";
import { type EngineNews, EngineWatch } from "./engine/watch.ts";
import {
  formatAddress,
  isOneNetworks,
  type ListeningAddress,
  type PassedSocket,
  type TcpAddress,
} from "./kernel/address.ts";
import type { Clock } from "./kernel/clock.ts";
import { NOBODY } from "./kernel/log-words.ts";
import type { Result } from "./kernel/result.ts";
import { systemFailure } from "./kernel/system-error.ts";
import { Metrics } from "./metrics/metrics.ts";
import type { Standings } from "./metrics/sources.ts";
import { ClientUsages } from "./proxy/client-usage.ts";
import { Connections } from "./proxy/client/connections.ts";
import { loadObjectExchanges } from "./proxy/exchange/late-objects.ts";
import { explainAdminListenError, ListenError, type ListenPlace } from "./proxy/client/listen-error.ts";
import { type Listener, type ListenerOptions, openListener } from "./proxy/client/listener.ts";
import { findPassed } from "./proxy/client/passed-sockets.ts";
import { FairPlaces } from "./proxy/fair-places.ts";
import type { SharedParts, TraceStarter, VerdictListener } from "./proxy/gate-parts.ts";
import { HeldNames } from "./proxy/held-names.ts";
import { JudgedMemory } from "./proxy/judged-memory.ts";
import { RememberedLists } from "./proxy/remembered-lists.ts";
import { LARGE_HEADS_LIMIT } from "./proxy/limits.ts";
import { type NoteListener, OldClients } from "./proxy/old-clients.ts";

/** What a gate needs beside its settings. */
export interface GateOptions {
  /** Gets a record of every exchange. */
  readonly audit: AuditListener;
  /** Hears what was decided about each request whose powers are restricted, as soon as it is known what it asks for. */
  readonly judged?: VerdictListener;
  /** Gives each exchange its place in a trace; where there is none, what clients say of theirs goes on. */
  readonly trace?: TraceStarter;
  /** Called once all places to listen at are open, and before a byte is read: to give up what only that needed. */
  readonly beforeServing?: () => void;
  /** The sockets that whoever started the process has opened for it, or why there are none. */
  readonly passed?: Result<readonly PassedSocket[], string>;
  /** Takes sentences of the gate's own for the log. */
  readonly note?: NoteListener;
  /** Which release of the gate it is; metrics tell it. */
  readonly version?: string;
  /** How many lines each sink of the log has dropped since the start; metrics tell it. */
  readonly droppedLines?: () => ReadonlyMap<string, number>;
  /** Another clock for deadlines; a real one where none is given. */
  readonly clock?: Clock;
  /** Another bound on the number of connections. */
  readonly connectionLimit?: number;
  /** Another bound, in bytes, on the memory of all requests that are judged. */
  readonly judgedMemory?: number;
}

const NOTHING_DROPPED: ReadonlyMap<string, number> = new Map();
const NOTHING_PASSED = { ok: false, error: "no socket was passed to the gate" } as const;
/** How often the engine is asked in the time that it may be gone. */
const LOOKS = 4;
/** The longest pause between two looks at the engine, in milliseconds. */
const LONGEST_PAUSE = 5_000;

/** A running gate. */
export class Gate {
  readonly #pool: EnginePool;
  readonly #shared: SharedParts;
  readonly #connections: Connections;
  readonly #listeners: Listener[] = [];
  /** As the settings had them. */
  readonly #opened: Settings["listen"];
  readonly #grace: number;
  readonly #watch: EngineWatch;
  readonly #engineGone: number | undefined;
  #engineNews: ((news: EngineNews) => void) | undefined;
  #nextLook: NodeJS.Timeout | undefined;
  readonly #floor: ApiFloor | undefined;
  readonly #note: NoteListener;
  readonly #standing: PolicyStanding | undefined;
  /** Undefined where metrics are off, or nobody can read them. */
  readonly #metrics: Metrics | undefined;
  readonly #told: Required<Pick<GateOptions, "version" | "droppedLines">>;
  #learning: readonly string[];
  /** Over when the policy that came last is in force, or could not be. */
  #lastTakeOver: Promise<void> = Promise.resolve();
  #admin: AdminServer | undefined;
  #probe: Promise<EngineState> | undefined;
  #serving = false;
  #draining = false;

  private constructor(
    settings: Settings,
    {
      audit,
      judged,
      trace,
      note = () => undefined,
      clock = performance,
      connectionLimit,
      judgedMemory,
      version = "unknown",
      droppedLines = () => NOTHING_DROPPED,
    }: GateOptions,
  ) {
    this.#note = note;
    this.#told = { version, droppedLines };
    const isMeasured = settings.metrics === "on" && settings.admin !== "off";
    this.#metrics = isMeasured ? new Metrics(() => this.#lookAround()) : undefined;
    this.#metrics?.keepClients(namesIn(settings));
    this.#opened = settings.listen;
    this.#grace = settings.grace;
    this.#standing = settings.policy === undefined ? undefined : new PolicyStanding(settings.policy.hash);
    this.#learning = learningIn(settings);
    this.#pool = new EnginePool(settings.engine, clock);
    this.#engineGone = settings.engineGone;
    this.#watch = new EngineWatch(clock, settings.engineGone);
    const { apiShim } = settings;
    this.#floor = apiShim === "off" ? undefined : new ApiFloor(this.#pool);
    this.#shared = {
      origins: settings.origins,
      engine: this.#pool,
      audit: this.#metrics?.before(audit) ?? audit,
      largeHeads: new FairPlaces(LARGE_HEADS_LIMIT),
      judgedMemory: new JudgedMemory(judgedMemory),
      heldNames: new HeldNames(),
      rememberedLists: new RememberedLists(),
      usages: new ClientUsages(),
      clock,
      judged,
      trace,
      oldClients: new OldClients(note),
      apiShim:
        this.#floor === undefined || apiShim === "off" ? undefined : { scope: apiShim, floor: this.#floor },
      isDraining: () => this.#draining,
    };
    const recogniser = recogniserOf(settings, this.#shared, note);
    this.#connections = new Connections(this.#shared, recogniser, connectionLimit);
  }

  /** Opens every listener and the admin address, or none: what can't be opened rejects with its cure. */
  static async open(settings: Settings, options: GateOptions): Promise<Gate> {
    await loadWhatIsNeeded(settings);
    const gate = new Gate(settings, options);
    try {
      const places = findPassed(settings.listen, options.passed ?? NOTHING_PASSED);
      const closedToRoot = await gate.#listen(places, options.beforeServing !== undefined);
      options.beforeServing?.();
      await gate.#listen(closedToRoot, false);
      await Promise.all(gate.#listeners.map((listener) => listener.begin()));
      gate.#serving = true;
      if (settings.admin !== "off") {
        const metrics = gate.#metrics;
        const pages: AdminPages = {
          readHealth: () => gate.health(),
          readMetrics: metrics === undefined ? undefined : (accept) => metrics.write(accept),
        };
        gate.#admin = await openAdmin(settings.admin, settings, pages, gate.#note);
      }
    } catch (error) {
      gate.close();
      throw error;
    }
    // So that it is known when the first request comes; if it can't be known yet, the request asks.
    void gate.#floor?.learn();
    return gate;
  }

  /** Opens places to listen at; with patience it gives those back that can't be opened, which another user may try again. */
  async #listen(places: readonly ListenPlace[], isPatient: boolean): Promise<readonly ListenPlace[]> {
    const left: ListenPlace[] = [];
    const options: ListenerOptions = {
      onStranger: (socket, place, reason) =>
        this.#connections.refuse(socket, place, "certificate_refused", reason),
      note: this.#note,
    };
    for (const address of places) {
      try {
        this.#listeners.push(
          await openListener(address, (socket, place) => this.#accept(socket, place), options),
        );
      } catch (error) {
        if (!isPatient) throw error;
        left.push(address);
      }
    }
    return left;
  }

  /** Who comes before the gate is ready is turned away unread, as if it did not listen yet. */
  #accept(socket: Socket, place: string): void {
    if (this.#serving) {
      this.#connections.accept(socket, place);
    } else {
      socket.destroy();
    }
  }

  /** Which policy it goes by; undefined where whoever calls is the one client that there is. */
  get policy(): PolicyHealth | undefined {
    return this.#standing?.health;
  }

  /**
   * Has the clients of other settings call from now on, in one step, on connections that are open as well. What is under way
   * keeps the terms that it began with, or ends where the policy wants that and they are gone. Nothing else of the settings
   * is looked at: where it listens, the engine and all the rest stay. Rejects where what its clients need can't be loaded: then
   * all stays as it was. One after the other: the last one counts, however long an earlier one takes to load.
   */
  takeOver(settings: Settings): Promise<void> {
    const taken = this.#lastTakeOver.then(() => this.#takeOver(settings));
    this.#lastTakeOver = taken.catch(() => undefined);
    return taken;
  }

  async #takeOver(settings: Settings): Promise<void> {
    await loadWhatIsNeeded(settings);
    const recogniser = recogniserOf(this.#withListenersThatStand(settings), this.#shared, this.#note);
    this.#connections.recogniseBy(recogniser, settings.policy?.revoke === true);
    this.#metrics?.keepClients(namesIn(settings));
    this.#learning = learningIn(settings);
    if (settings.policy !== undefined) this.#standing?.take(settings.policy.hash);
  }

  /**
   * Whoever comes in at a place is the client that it belongs to only where it is open as it is written: what is to be let in
   * by another certificate, or by other permissions, is not until a restart.
   */
  #withListenersThatStand(settings: Settings): Settings {
    const { policy, listen } = settings;
    if (policy === undefined) return settings;
    const standing = listen.filter((address) =>
      this.#opened.some((each) => isDeepStrictEqual(each, address)),
    );
    const places = new Set(standing.map((address) => formatAddress(address)));
    const listeners = new Map([...policy.listeners].filter(([place]) => places.has(place)));
    return { ...settings, policy: { ...policy, listeners } };
  }

  /** Notes that a policy was read which can't take over; health tells it. */
  rejectPolicy(problems: number): void {
    this.#standing?.reject(problems);
  }

  /** Where it listens. */
  get listening(): readonly ListeningAddress[] {
    return this.#listeners.map(({ address }) => address);
  }

  /** Where health is served, if it is. */
  get admin(): TcpAddress | undefined {
    return this.#admin?.address;
  }

  /** Asks the engine whether it answers. Who asks meanwhile gets the same answer: health costs the engine little. */
  probe(): Promise<EngineState> {
    this.#probe ??= probeEngine(this.#pool).then((state) => {
      this.#probe = undefined;
      const news = this.#draining ? undefined : this.#watch.observe(state);
      if (news !== undefined) this.#engineNews?.(news);
      return state;
    });
    return this.#probe;
  }

  /** Tells from now on what becomes of the engine, whenever it is asked; and asks it where the settings want an end. */
  hearEngine(listener: (news: EngineNews) => void): void {
    this.#engineNews = listener;
    if (this.#engineGone !== undefined) this.#look(this.#engineGone);
  }

  /** Asks the engine again and again, often enough to notice in time that it is gone. */
  #look(goneAfter: number): void {
    const pause = Math.min(LONGEST_PAUSE, goneAfter / LOOKS);
    void this.probe().then(() => {
      if (!this.#draining) this.#nextLook = setTimeout(() => this.#look(goneAfter), pause);
    });
  }

  /** Tells whether the gate and the engine are well. */
  async health(): Promise<Health> {
    const state = await this.probe();
    const gate = this.#draining ? "draining" : "alive";
    const told = {
      ...(this.policy === undefined ? {} : { policy: this.policy }),
      ...(this.#learning.length === 0 ? {} : { learning: this.#learning }),
    };
    if (!state.reachable) {
      return { gate, engine: "unreachable", reason: state.reason, ...told };
    }
    const version = state.apiVersion === undefined ? {} : { apiVersion: state.apiVersion };
    return { gate, engine: "reachable", ...version, ...told };
  }

  /** Tells metrics how things stand, for which the engine is asked. */
  async #lookAround(): Promise<Standings> {
    const { version, droppedLines } = this.#told;
    // Without the connection of the question itself.
    const { counts } = this.#pool;
    const { reachable } = await this.probe();
    const { policy } = this;
    return {
      version,
      isDraining: this.#draining,
      engine: { ...counts, isReachable: reachable },
      seats: this.#connections.seats,
      underWay: this.#connections.countUnderWay(),
      policy: policy && { generation: policy.generation, isRejected: policy.rejected !== undefined },
      droppedLines: droppedLines(),
    };
  }

  /**
   * Stops gracefully: takes nothing new, ends what only watches, waits for what else is under way up to the grace time,
   * then cuts the rest.
   */
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
    clearTimeout(this.#nextLook);
    this.#admin?.close();
    this.#connections.close();
    this.#floor?.close();
    this.#pool.close();
  }
}

/** Who may stand in a record. */
function namesIn(settings: Settings): readonly string[] {
  return [...settings.clients.map(({ name }) => name), ...(knowsNobody(settings) ? [NOBODY] : [])];
}

/** The clients that learn. */
function learningIn({ clients }: Settings): readonly string[] {
  return clients.flatMap(({ name, grant }) => (grant.learns === undefined ? [] : [name]));
}

/** Most gates have no client with a scope, a view or labels, and load nothing of it. */
async function loadWhatIsNeeded({ clients }: Settings): Promise<void> {
  if (clients.some(({ grant }) => grant.objects !== undefined)) await loadObjectExchanges();
}

async function openAdmin(
  address: TcpAddress,
  { origins, networks }: Settings,
  pages: AdminPages,
  note: NoteListener,
): Promise<AdminServer> {
  const refuse =
    networks.admin === "own" && isOneNetworks(address.host) ? refuseOthers(address, note) : undefined;
  try {
    return await openAdminServer(address, origins, pages, refuse);
  } catch (error) {
    throw new ListenError(explainAdminListenError(address, systemFailure(error)), { cause: error });
  }
}

/** Refuses who comes by another network than that of the admin address. */
function refuseOthers(address: TcpAddress, note: NoteListener): RefuseCaller {
  const door = networkDoor(note);
  const place = `the admin address ${formatAddress(address)}`;
  return async (socket) => (await door.look(socket, place, ALL_NETWORKS))?.reason;
}
