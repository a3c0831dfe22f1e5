import { isJsonObject, type JsonValue } from "../json/value.ts";
import { Asking, type Lookup } from "./asking.ts";
import type { Noun } from "./nouns.ts";
import { encodeValue, type Power } from "./power.ts";
import { networkInspectPowers, networkNouns } from "./network-endpoint.ts";
import { volumeInspectPowers, volumeNouns } from "./volume.ts";

/** What the names of a request can turn out to ask for, by the kind of what they name. */
export const lookupNouns: Readonly<Record<Lookup["kind"], readonly Noun[]>> = {
  volume: volumeNouns,
  network: networkNouns,
};

/** Names that can stand in a path without being taken for anything else. Behind a colon Podman reads options. No file is called longer. */
const PLAIN_NAME = /^[0-9A-Za-z][0-9A-Za-z_.-]{0,254}$/u;

/** Stands for a driver that nobody knows; no real name can be spelt so. */
const UNKNOWN = "(unknown)";

const INSPECTED = { volume: volumeInspectPowers, network: networkInspectPowers } as const;

/**
 * Returns where to ask the engine what a name stands for, in the version that the request speaks; undefined for names
 * that no path can carry beyond doubt.
 */
export function lookupTarget({ kind, name }: Lookup, version: string | undefined): string | undefined {
  const prefix = version === undefined ? "" : `/v${version}`;
  return PLAIN_NAME.test(name) ? `${prefix}/${kind}s/${name}` : undefined;
}

/** Returns what a name asks for, from what the engine said of it: `undefined` when there is no such thing yet. */
export function powersOfLookup(lookup: Lookup, inspected: JsonValue | undefined): readonly Power[] {
  const { kind, name, place } = lookup;
  // What only begins like an id may be another thing for the engine when it is used: an id that is made to measure.
  if (kind === "network" && inspected !== undefined && !isNamed(inspected, name))
    return powersOfUnknown(lookup);
  const asking = new Asking(place);
  if (kind === "volume" || inspected === undefined) asking.ask(kind, encodeValue(name));
  if (inspected !== undefined) INSPECTED[kind](inspected, asking);
  // What can't be read may be anything.
  if (asking.fault !== undefined) asking.ask(`${kind}-driver`, UNKNOWN);
  return asking.asked.powers;
}

function isNamed(inspected: JsonValue, name: string): boolean {
  return isJsonObject(inspected) && (inspected.get("Name") === name || inspected.get("Id") === name);
}

/** Returns what a name asks for of which the engine can't be asked: it may be anything. */
export function powersOfUnknown({ kind, name, place }: Lookup): readonly Power[] {
  const asking = new Asking(place);
  asking.ask(kind, encodeValue(name));
  asking.ask(`${kind}-driver`, UNKNOWN);
  return asking.asked.powers;
}
