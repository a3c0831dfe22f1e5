import type { AdminAddress } from "../admin/address.ts";
import type { Operation } from "../docker/operations.ts";
import type { ClientSource } from "../clients/matcher.ts";
import type { PlaceClient } from "../clients/place-client.ts";
import type { LogFormat, LogLevel, PollMode } from "../kernel/log-words.ts";
import type { ListenAddress, SocketAddress } from "../kernel/address.ts";
import type { LogPlace } from "../kernel/log-place.ts";
import type { ShimScope } from "../policy/api-shim.ts";
import type { ClientLimits } from "../policy/client-limits.ts";
import type { Grant } from "../policy/grant.ts";
import type { Origins } from "../policy/origins.ts";
import type { Dialect } from "./dialect.ts";
import type { Problem } from "./problem.ts";
import type { Switches } from "./switch.ts";
import type { TraceSettings } from "./traces.ts";

/** Whom a process runs as: numbers of this system, none of them root's. */
export interface ProcessUser {
  readonly user: number;
  readonly group: number;
}

/** By which networks the callers of an address may come: by that of the address, or by all of the gate's. */
export type Networks = "own" | "all";

/** A client, and what it may do. */
export interface ClientSettings {
  /** What the log calls it. */
  readonly name: string;
  /** Who it is, in words: `from 172.25.0.3`; empty where whoever calls is taken for it. */
  readonly whence: string;
  readonly grant: Grant;
  /** What its grant is about: the operations of a dialect, or all. */
  readonly operations: readonly Operation[];
  /** How much it may ask for; undefined where nothing bounds it. */
  readonly limits?: ClientLimits | undefined;
}

/** How the clients of a policy file are told apart. */
export interface PolicySettings {
  /** The file's path. */
  readonly file: string;
  /** What tells this text of it from others: the beginning of its SHA-256. */
  readonly hash: string;
  /** In the file's order, which decides. */
  readonly sources: readonly ClientSource[];
  /** The clients to whom a place to listen at belongs, by the place. */
  readonly listeners: ReadonlyMap<string, PlaceClient>;
  /** Whether a reload ends what is under way under rights that are gone. */
  readonly revoke: boolean;
}

/** How the log is written, and where it goes. */
export interface LogSettings {
  readonly format: LogFormat;
  readonly level: LogLevel;
  /** What it has of requests that only poll. */
  readonly polls: PollMode;
  /** One at least. */
  readonly to: readonly LogPlace[];
  /** Whether each line is chained to the one before it. */
  readonly chain: boolean;
  /** What systemd says of a standard output that it made (JOURNAL_STREAM of systemd.exec(5)); undefined where it says nothing. */
  readonly journal: string | undefined;
}

/** All that a gate is started with. */
export interface Settings {
  readonly listen: readonly ListenAddress[];
  readonly engine: SocketAddress;
  /** How long the engine may be out of reach before the gate ends, in milliseconds; for ever where it is undefined. */
  readonly engineGone: number | undefined;
  readonly admin: AdminAddress;
  /**
   * Who is let in at an address of one network, where the environment says it, be it the one client's or the admin address: who
   * comes by that network, or by all of the gate's.
   */
  readonly networks: Readonly<Record<"listen" | "admin", Networks>>;
  /** Whether metrics are served beside health. */
  readonly metrics: "on" | "off";
  /** What of browsers is let in. */
  readonly origins: Origins;
  readonly log: LogSettings;
  /** How long a stop waits for exchanges and tunnels under way, in milliseconds. */
  readonly grace: number;
  /** Whom a gate becomes that was started as root; it stays root where nobody is named. */
  readonly user: ProcessUser | undefined;
  /** Where traces are exported to; undefined where they are not. */
  readonly traces: TraceSettings | undefined;
  /** How far requests in API versions go on that the engine no longer speaks. */
  readonly apiShim: "off" | ShimScope;
  /** Those who may call, one at least. */
  readonly clients: readonly [ClientSettings, ...ClientSettings[]];
  /** Undefined where whoever calls is the one client that there is. */
  readonly policy: PolicySettings | undefined;
  /** What a person should look at, although it can be used. */
  readonly warnings: readonly Problem[];
}

/** Settings whose one client is whoever calls, and whose rights are the switches of a dialect. */
export interface EnvironmentSettings extends Settings {
  readonly clients: readonly [ClientSettings];
  /** Whose variables were read. */
  readonly dialect: Dialect;
  readonly switches: Switches;
}
