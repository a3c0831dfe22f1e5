import { median } from "./spread.ts";

/** What a number is hoped to be. */
export interface Aim {
  readonly bound: "at most" | "at least";
  readonly value: number;
  /** Nothing for a ratio. */
  readonly unit: "" | "MiB" | "KiB";
}

/** An aim for each number of connections that has one. */
export type AimsByConnections = Readonly<Record<number, Aim>>;

/** CPU a request, the gate's divided by HAProxy's. */
export const requestAims = {
  ping: { 1: atMost(0.95), 16: atMost(0.75), 64: atMost(0.85) },
  shortList: { 1: atMost(0.95), 16: atMost(0.75), 64: atMost(0.85) },
  longList: everywhere(atMost(0.95)),
  megabyte: everywhere(atMost(0.9)),
  denied: everywhere(atMost(1.3)),
} as const satisfies Readonly<Record<string, AimsByConnections>>;

/** The time until half of the answers were there, and 99 of 100, the gate's divided by HAProxy's. */
export const latencyAim: Aim = atMost(1);

/** CPU of a judged request, divided by that of one forwarded unread. */
export const judgedAims: AimsByConnections = everywhere(atMost(2));

/** CPU of a list whose entries are read, divided by that of one forwarded unread. */
export const reviewedAims: AimsByConnections = everywhere(atMost(2.5));

/** CPU of a request that is counted, divided by that of one that is not. */
export const meteredAims: AimsByConnections = everywhere(atMost(1.03));

/** Throughput of a long transfer, divided by that of the bare socket. */
export const transferAim: Aim = atLeast(0.9);

/** Private memory of the gate. */
export const memoryAims = {
  idle: atMost(13, "MiB"),
  afterMixed: atMost(20, "MiB"),
  // No growth is meant: a heap is never twice of the very same size.
  growth: atMost(1, "MiB"),
} as const satisfies Readonly<Record<string, Aim>>;

/** Of the followers of `/events`: private memory for each, and the time to the last, divided by the bare engine's. */
export const followerAims = {
  memory: atMost(16, "KiB"),
  delay: atMost(2),
} as const satisfies Readonly<Record<string, Aim>>;

/** Wall time of a command, divided by that of an empty Node process. */
export const startAim: Aim = atMost(3);

/**
 * How many times worse than its aim a number is before it is taken for an accident. What misses its aim already was seen to scatter
 * by a fifth from one hour to the next on the same build: 1.5 would fail by the weather.
 */
const ACCIDENT = 1.8;

/** Whether the median of what was measured meets the aim. */
export function isMet(aim: Aim, measured: readonly number[]): boolean {
  return distance(aim, measured) <= 1;
}

/** Whether the median is so far from the aim that no noise of a machine explains it. */
export function isAccident(aim: Aim, measured: readonly number[]): boolean {
  return distance(aim, measured) > ACCIDENT;
}

/** The aim in words: `at most 13 MiB`. */
export function formatAim({ bound, value, unit }: Aim): string {
  return `${bound} ${value}${unit === "" ? "" : ` ${unit}`}`;
}

/** How many times worse than the aim: 1 just meets it. */
function distance({ bound, value }: Aim, measured: readonly number[]): number {
  return bound === "at most" ? median(measured) / value : value / median(measured);
}

function atMost(value: number, unit: Aim["unit"] = ""): Aim {
  return { bound: "at most", value, unit };
}

function atLeast(value: number): Aim {
  return { bound: "at least", value, unit: "" };
}

function everywhere(aim: Aim): AimsByConnections {
  return { 1: aim, 16: aim, 64: aim };
}
