import type { ConsumerPlan } from "../plan-consumer.ts";
import type { Place } from "../reach.ts";
import type { FoundProxy } from "./movable-proxy.ts";
import type { ProxyRights, SwitchRights } from "./proxy-rights.ts";

/** A service that mounts the socket, and is to get a gate in its place. */
export type MountPlan = Extract<ConsumerPlan, { kind: "convert" }>;

/** A client of the policy, and whom it stands for. */
export type PlannedClient = {
  readonly name: string;
  readonly consumers: readonly [Place, ...Place[]];
} & (
  | { readonly kind: "proxy"; readonly proxy: FoundProxy; readonly rights: ProxyRights }
  | { readonly kind: "mount"; readonly plan: MountPlan; readonly rights: SwitchRights | readonly string[] }
);
