import type { Operation } from "../docker/operations.ts";
import type { ListenAddress } from "../kernel/address.ts";
import type { Result } from "../kernel/result.ts";
import type { Rules } from "../policy/grant.ts";

/**
 * The environment variables of one of the proxies that the gate can stand in for, with their exact meaning: its list of
 * rules is the ways to open each operation.
 */
export interface Dialect extends Rules {
  /** The value of `QUAYGATE_COMPAT`. */
  readonly name: string;
  /** Every switch, with whether it is on when nothing is said. */
  readonly switches: ReadonlyMap<string, boolean>;
  /** The switches that keep closed what others open: to turn one off is a wish that must not get lost. */
  readonly narrowing: ReadonlySet<string>;
  /** All of the APIs that its switches are about; what a report counts. */
  readonly operations: readonly Operation[];
  /** Tells whether this value of `DISABLE_IPV6` asks for IPv4 only. */
  readonly disablesIpv6: (value: string | undefined) => boolean;
  /** A variable of its own that says where to listen. */
  readonly bind?: {
    readonly setting: string;
    readonly parse: (text: string) => Result<ListenAddress, string>;
  };
}
