import type { Dialect } from "../../config/dialect.ts";
import { defaultDialect, dialects } from "../../config/dialects.ts";
import { readPowers } from "../../config/powers.ts";
import { isOnValue, readSwitches } from "../../config/switch.ts";
import { type Grant, grantFromSwitches, isLimited } from "../../policy/grant.ts";
import { everyPower } from "../../policy/power-set.ts";
import type { KnownProxy } from "../image.ts";

/** What a client of the policy holds by switches, as they stand in its entry. */
export interface SwitchRights {
  readonly dialect: Dialect;
  readonly switches: ReadonlyMap<string, 0 | 1>;
  /** Whether its requests may go on asking for anything, as the other proxies let them. */
  readonly isEverything: boolean;
}

/** What a proxy let through: the rights to write down, and what they are compared with. */
export interface ProxyRights extends SwitchRights {
  /** Worked out from the proxy's own variables, and not from what is written down. */
  readonly was: Grant;
}

/** Everything off that is on where nothing is said. */
const NOTHING: ReadonlyMap<string, string> = new Map([
  ["EVENTS", "0"],
  ["PING", "0"],
  ["VERSION", "0"],
]);

/**
 * Reads what a proxy lets through. What wollomatic's allows stands in regular expressions, which nothing here can say: a client
 * that comes from there holds nothing until a person decides.
 */
export function readProxyRights(proxy: KnownProxy, environment: ReadonlyMap<string, string>): ProxyRights {
  const dialect = dialects.find(({ name }) => name === proxy) ?? defaultDialect;
  const told = proxy === "wollomatic" ? NOTHING : switchesIn(environment, dialect);
  const read = readSwitches(Object.fromEntries(told), dialect.switches);
  const isOn = (name: string): boolean => read.isOn(name);
  // A mapping has one entry at least; that of a proxy without any is one that changes nothing.
  const written = told.size === 0 ? new Map([["PING", "1"]]) : told;
  return {
    dialect,
    switches: new Map([...written].map(([name, value]) => [name, isOnValue(value) ? 1 : 0])),
    isEverything: wouldBeNarrowed(dialect, isOn),
    was: grantFromSwitches(dialect, isOn),
  };
}

/** The switches among some variables, as their dialect knows them. */
export function switchesIn(
  environment: ReadonlyMap<string, string>,
  { switches }: Dialect,
): ReadonlyMap<string, string> {
  return new Map([...environment].filter(([name]) => switches.has(name)));
}

/** Whether the usual powers, which a client has of whom nothing is said, would take anything away. */
function wouldBeNarrowed(dialect: Dialect, isOn: (name: string) => boolean): boolean {
  const usual = readPowers("default");
  const powers = usual.ok ? usual.value : everyPower;
  const { decisions } = grantFromSwitches(dialect, isOn, undefined, powers);
  return [...decisions.values()].some((decision) => decision.kind === "allow" && isLimited(decision));
}
