import type { Socket } from "node:net";
import type { AuditListener, AuditRecord } from "../audit/record.ts";
import type { ApiFloor } from "../engine/api-floor.ts";
import type { EnginePool } from "../engine/pool.ts";
import type { TraceContext } from "../http1/trace-context.ts";
import type { Clock } from "../kernel/clock.ts";
import type { ShimScope } from "../policy/api-shim.ts";
import type { Grant } from "../policy/grant.ts";
import type { Origins } from "../policy/origins.ts";
import type { Verdict } from "../policy/verdict.ts";
import type { ClientUsages } from "./client-usage.ts";
import type { DecidedHeads } from "./decided-heads.ts";
import type { FairPlaces } from "./fair-places.ts";
import type { HeldNames } from "./held-names.ts";
import type { JudgedMemory } from "./judged-memory.ts";
import type { LimitedClient } from "./limited-client.ts";
import type { OldClients } from "./old-clients.ts";
import type { RememberedLists } from "./remembered-lists.ts";

/** Takes verdicts as they are made; must not throw and must not wait. */
export type VerdictListener = (verdict: Verdict) => void;

/** Where in a trace an exchange stands; whoever made it up for the exchange hears how that ended. */
export interface ExchangeTrace extends TraceContext {
  /** Takes the record of the exchange; must not throw and must not wait. */
  end?(record: AuditRecord): void;
}

/** Gives an exchange its place in a trace, by what its request says of one; must not throw and must not wait. */
export type TraceStarter = (received: TraceContext | undefined) => ExchangeTrace | undefined;

/** How far requests in versions go on that the engine no longer speaks. */
export interface ApiShim {
  readonly scope: ShimScope;
  readonly floor: ApiFloor;
}

/** What one client is held to. */
export interface ClientTerms {
  /** What the log calls it. */
  readonly client: string;
  readonly grant: Grant;
  /** Decides requests by their heads, under this grant. */
  readonly heads: DecidedHeads;
  /** Bounds how much it asks for; undefined where nothing does, and then nothing is counted. */
  readonly limits?: LimitedClient | undefined;
}

/** What an exchange is carried out with: what all of a gate share, on the terms of its client. */
export interface GateParts extends SharedParts, ClientTerms {}

/** Says on whose terms connections are served. */
export interface Recogniser {
  /** The terms of who has not been recognised, or not yet. */
  readonly unknown: GateParts;
  /**
   * Who calls: at once where nothing has to be asked. Does not reject, and has a deadline of its own.
   * @param place where the connection came in
   */
  recognise(socket: Socket, place: string): Recognised | Promise<Recognised>;
}

/** Who calls on a connection, or what says so of each request by the text of its head. */
export type Recognised = GateParts | RecogniseHead;

/** Says who sent a head, as {@link Recogniser.recognise} does. */
export type RecogniseHead = (head: string) => GateParts | Promise<GateParts>;

/** What every exchange of a gate shares. */
export interface SharedParts {
  /** What of browsers is let in. */
  readonly origins: Origins;
  readonly engine: EnginePool;
  readonly audit: AuditListener;
  /** The bound on large heads that are being read at one time. */
  readonly largeHeads: FairPlaces;
  /** The bound on the memory of all requests that are judged. */
  readonly judgedMemory: JudgedMemory;
  /** Names that clients with a scope are about to use or to make free. */
  readonly heldNames: HeldNames;
  /** The lists that clients with a scope or a view read last. */
  readonly rememberedLists: RememberedLists;
  /** What each client with limits uses, whichever policy it is served by. */
  readonly usages: ClientUsages;
  readonly clock: Clock;
  /** Tells of clients whose API version is too old for the engine. */
  readonly oldClients: OldClients;
  /** Takes requests in such versions on; undefined where that is not wished, and then nothing is looked at. */
  readonly apiShim?: ApiShim | undefined;
  /** Gives exchanges their place in traces; undefined where nobody wants that, and then what clients say goes on. */
  readonly trace?: TraceStarter | undefined;
  /** Hears what was decided when it was known what a request asks for. */
  readonly judged?: VerdictListener | undefined;
  /** Whether the gate is stopping: what is under way goes on, nothing new begins. */
  isDraining(): boolean;
}
