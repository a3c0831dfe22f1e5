import { setTimeout as pause } from "node:timers/promises";
import { Containers } from "./clients/containers.ts";
import { placeOf } from "./clients/engine-networks.ts";
import { needsOf } from "./clients/matcher.ts";
import { NameAddresses } from "./clients/names.ts";
import { NetworkDoor } from "./clients/network-door.ts";
import { OwnNetwork } from "./clients/own-network.ts";
import type { PolicySettings, Settings } from "./config/settings.ts";
import { isOneNetworks, type ListenAddress } from "./kernel/address.ts";
import { dns } from "./kernel/late-modules.ts";
import { AnswerRoom } from "./engine/answer-room.ts";
import { PLACED_ENTRY_LIMIT } from "./engine/limits.ts";
import { pickedEntries } from "./engine/picked-entries.ts";
import { askEngine, askEngineBy } from "./engine/question.ts";
import { kernel } from "./proxy/client/kernel.ts";
import { PlaceRecogniser } from "./proxy/client/place-recogniser.ts";
import { PolicyRecogniser } from "./proxy/client/policy-recogniser.ts";
import type { Recogniser, SharedParts } from "./proxy/gate-parts.ts";
import type { NoteListener } from "./proxy/old-clients.ts";
import { partsOf, takingAllFor } from "./proxy/terms.ts";

/** What lets in callers of all networks where the environment says where the gate listens. */
export const ALL_NETWORKS = "QUAYGATE_NETWORKS=all";

/** How long the engine may take to say something about a caller, in milliseconds. */
const ENGINE_DEADLINE = 3_000;

/** What tells the clients of these settings apart. */
export function recogniserOf(
  { clients, policy, listen, networks }: Settings,
  shared: SharedParts,
  note: NoteListener,
): Recogniser {
  if (policy !== undefined) return policyRecogniser(clients, policy, shared, note);
  const [{ name, grant }] = clients;
  const parts = partsOf(shared, name, grant);
  return canTurnBack({ listen, networks })
    ? new PlaceRecogniser(parts, shared, { door: networkDoor(note), othersBy: ALL_NETWORKS })
    : takingAllFor(parts);
}

/** Tells whether callers can be nobody: by a policy, or where they come by another network. */
export function knowsNobody({ policy, listen, networks }: WhoMayCome): boolean {
  return policy !== undefined || canTurnBack({ listen, networks });
}

type WhoMayCome = Pick<Settings, "policy" | "listen" | "networks">;

/** Lets in who comes by the network of the address that it called. */
export function networkDoor(note: NoteListener): NetworkDoor {
  return new NetworkDoor(new OwnNetwork(kernel), (message) => note("warning", message));
}

function canTurnBack({ listen, networks }: Omit<WhoMayCome, "policy">): boolean {
  return networks.listen === "own" && listen.some(canBeOneNetworks);
}

/** Of a socket that is passed it is known only later. */
function canBeOneNetworks(address: ListenAddress): boolean {
  return address.kind === "fd" || (address.kind === "tcp" && isOneNetworks(address.host));
}

function policyRecogniser(
  clients: Settings["clients"],
  { sources, listeners }: PolicySettings,
  shared: SharedParts,
  note: NoteListener,
): Recogniser {
  const needs = needsOf(sources);
  const names = new NameAddresses(
    (name) => dns().lookup(name, { all: true }),
    ({ name, reason }) =>
      note("warning", `the name ${name} of the policy has no addresses (${reason}): nobody is taken for it`),
  );
  const containers = new Containers(async (path) => {
    const signal = AbortSignal.timeout(ENGINE_DEADLINE);
    const room = new AnswerRoom(() => true);
    const answer =
      path === "/networks"
        ? await askEngineBy(shared.engine, path, pickedEntries(room, PLACED_ENTRY_LIMIT, pickPlace), signal)
        : await askEngine(shared.engine, path, room, signal);
    if (!answer.ok) throw answer.error;
    return { status: answer.value.status, body: answer.value.content.toString("utf8") };
  });
  return new PolicyRecogniser(shared, {
    registry: { clients: sources, needs, names, containers, pause: (milliseconds) => pause(milliseconds) },
    clients: new Map(
      clients.map(({ name, grant, limits }) => [name, partsOf(shared, name, grant, needs.token, limits)]),
    ),
    listeners,
    door: networkDoor(note),
  });
}

/**
 * Of a network where it is, and nothing that somebody wrote: else one with long labels would keep all callers out. Of one that
 * can't be read nobody could say whether the caller is there.
 */
function pickPlace(entry: Buffer | undefined): Buffer {
  if (entry === undefined) return UNREADABLE;
  const network: unknown = parseOrUndefined(entry.toString("utf8"));
  return network === undefined ? UNREADABLE : Buffer.from(JSON.stringify(placeOf(network)));
}

/** No JSON, so that the list is none. */
const UNREADABLE = Buffer.from("unreadable");

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
