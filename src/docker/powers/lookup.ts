import { isJsonArray, isJsonObject, type JsonValue } from "../json/value.ts";
import { Asking, type Lookup } from "./asking.ts";
import type { Noun } from "./nouns.ts";
import { encodeValue, type Power, powerText } from "./power.ts";
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

/** A swarm's ids; a node that is no manager knows only the networks that it takes part in. */
const SWARM_ID = /^[0-9a-z]{25}$/u;

/**
 * Returns where to ask the engine what a name stands for, in the version that the request speaks: nowhere for names that
 * no path can carry beyond doubt. A name can mean several networks, so all are asked for; the list lacks those that
 * every node of a swarm has, which are found one by one.
 */
export function lookupTargets({ kind, name }: Lookup, version: string | undefined): readonly string[] {
  if (!PLAIN_NAME.test(name)) return [];
  const prefix = version === undefined ? "" : `/v${version}`;
  if (kind === "volume") return [`${prefix}/volumes/${name}`];
  // Narrowed, so that what else there is on the engine can't make the answer too long to be judged. Engines take these
  // for parts or beginnings of a name and an id, so no network that can be meant is left out.
  const listed = (key: string): string =>
    `${prefix}/networks?filters=${encodeURIComponent(JSON.stringify({ [key]: [name] }))}`;
  return [listed("name"), listed("id"), `${prefix}/networks/${name}`];
}

/** Returns what a name asks for, from what the engine answered to {@link lookupTargets}; a 404 is no answer. */
export function powersOfLookup(lookup: Lookup, answers: readonly JsonValue[]): readonly Power[] {
  const { kind, name, place } = lookup;
  const things =
    kind === "network"
      ? answers.flatMap((answer) =>
          isJsonArray(answer) ? answer.filter((network) => canMean(name, network)) : [answer],
        )
      : answers;
  if (things.length === 0) return powersOfAbsent(lookup);
  const asking = new Asking(place);
  if (kind === "volume") asking.ask("volume", encodeValue(name));
  const judge = kind === "volume" ? volumeInspectPowers : networkInspectPowers;
  for (const thing of things) judge(thing, asking);
  // What can't be read may be anything.
  if (asking.fault !== undefined) asking.ask(`${kind}-driver`, UNKNOWN);
  // A network is seen twice: in the list and on its own.
  return [...new Map(asking.asked.powers.map((power) => [powerText(power), power])).values()];
}

/**
 * Tells whether a network can be meant. Engines take names, ids and what an id begins with, each in an order of its own,
 * and look again when the container starts: a network that went before others is gone by then.
 */
function canMean(name: string, network: JsonValue): boolean {
  const members = isJsonObject(network) ? network : new Map<string, JsonValue>();
  const [called, id] = [members.get("Name"), members.get("Id")];
  return typeof called !== "string" || typeof id !== "string" || called === name || id.startsWith(name);
}

/** Returns what a name asks for that the engine does not know yet. */
export function powersOfAbsent(lookup: Lookup): readonly Power[] {
  const { kind, name, place } = lookup;
  if (kind === "network" && SWARM_ID.test(name)) return powersOfUnknown(lookup);
  const asking = new Asking(place);
  asking.ask(kind, encodeValue(name));
  return asking.asked.powers;
}

/** Returns what a name asks for of which the engine can't be asked: it may be anything. */
export function powersOfUnknown({ kind, name, place }: Lookup): readonly Power[] {
  const asking = new Asking(place);
  asking.ask(kind, encodeValue(name));
  asking.ask(`${kind}-driver`, UNKNOWN);
  // The built-in driver's options can be anything too.
  if (kind === "volume") {
    asking.ask("bind", "/");
    asking.ask("mount", UNKNOWN);
  }
  return asking.asked.powers;
}
