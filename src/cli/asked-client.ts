import { foreseeCaller, type ForeseenCaller, type PossibleCaller } from "../clients/foresee-caller.ts";
import { FROM_ITS_NETWORK, type PlaceClient } from "../clients/place-client.ts";
import { explainLimits } from "../config/client-report.ts";
import type { ClientSettings, Settings } from "../config/settings.ts";
import type { BodyBound } from "../http1/bounded-reader.ts";
import { formatAddress } from "../kernel/address.ts";
import type { Result } from "../kernel/result.ts";
import { explainBodyLimit } from "../policy/client-limits.ts";
import { type Grant, grantOfNobody } from "../policy/grant.ts";
import type { AskedCaller } from "./check-words.ts";
import { clientNamed, clientsOfFile, type KnownClients, listClients } from "./named-client.ts";

/** By whose rights a request is judged. */
export interface AskedClient {
  readonly grant: Grant;
  /** How long its bodies may be; undefined where nothing is said of that. */
  readonly bodyLimit: BodyBound | undefined;
  /** Who that is, what else it could be, and its limits, a line each; none where whoever calls is the one client. */
  readonly lines: readonly string[];
}

/** Finds the client whose request it is, or says what has to be told for that. Nobody is asked: an address alone may not decide. */
export function findAskedClient(settings: Settings, caller: AskedCaller): Result<AskedClient, string> {
  if (caller.kind === "unsaid") {
    const { clients, policy } = settings;
    return policy === undefined
      ? { ok: true, value: askedAs(clients[0], []) }
      : refused(
          `check wants to know who asks, by --client NAME or --from ADDRESS: ${listClients({ policy, clients })}`,
        );
  }
  const option = caller.kind === "client" ? "--client" : caller.from === undefined ? "--to" : "--from";
  const known = clientsOfFile(settings, `check ${option}`);
  if (!known.ok) return known;
  if (caller.kind === "client") {
    const client = clientNamed(known.value, caller.name);
    return client.ok ? { ok: true, value: askedAs(client.value, [introduce(client.value)]) } : client;
  }
  return findCaller(settings, known.value, caller);
}

function findCaller(
  settings: Settings,
  known: KnownClients,
  { from, to }: Extract<AskedCaller, { kind: "caller" }>,
): Result<AskedClient, string> {
  const { listeners, sources, file } = known.policy;
  const places = settings.listen.map((address) => formatAddress(address));
  if (to !== undefined && !places.includes(to)) {
    return refused(`the gate does not listen on ${to}, but on ${places.join(", ")}`);
  }
  const placed = to === undefined ? undefined : listeners.get(to);
  const owner = clientOf(known, placed?.client);
  if (owner !== undefined) {
    const others =
      placed?.othersBy === undefined
        ? []
        : [`from another network of the gate's it is nobody: ${placed.othersBy} lets in those too`];
    return {
      ok: true,
      value: askedAs(owner, [`client ${owner.name}, who connects to ${to}${whenceOf(placed)}`, ...others]),
    };
  }
  const isSocket = to?.startsWith("unix:") === true;
  if (from === undefined && !isSocket) {
    return refused(`check wants --from ADDRESS too: ${to} belongs to no client of ${file} alone`);
  }
  if (from !== undefined && isSocket) {
    return refused(`who connects to ${to} has no address: leave --from away`);
  }
  const foreseen = foreseeCaller(sources, from);
  if (foreseen === undefined) {
    return refused(`check --from wants an address, such as 172.25.0.3, and got ${from}`);
  }
  const lines = [
    explainCaller(foreseen),
    ...explainPossible(foreseen.possible),
    ...(to === undefined ? explainListeners(listeners) : []),
  ];
  const client = clientOf(known, foreseen.client);
  return {
    ok: true,
    value:
      client === undefined
        ? { grant: grantOfNobody(foreseen.reason), bodyLimit: undefined, lines }
        : askedAs(client, lines),
  };
}

function askedAs({ name, grant, limits }: ClientSettings, lines: readonly string[]): AskedClient {
  const uncounted = explainLimits(limits).map(
    (sentence) => `limits, which are not counted here: ${sentence}`,
  );
  const most = limits?.body;
  return {
    grant,
    bodyLimit: most === undefined ? undefined : { most, reason: explainBodyLimit(name, most) },
    lines: [...lines, ...uncounted],
  };
}

function clientOf({ clients }: KnownClients, name: string | undefined): ClientSettings | undefined {
  return clients.find((client) => client.name === name);
}

function introduce({ name, whence }: ClientSettings): string {
  return `client ${name}, ${whence}`;
}

function explainCaller({ client, address }: ForeseenCaller): string {
  const place = address === undefined ? "a unix socket" : `the address ${address}`;
  return client === undefined
    ? `client nobody: ${place} alone is no client's`
    : `client ${client}, by ${place} alone`;
}

/** What is behind the client's own place in the policy decides nothing, and is not told. */
function explainPossible(possible: readonly PossibleCaller[]): readonly string[] {
  if (possible.length === 0) return [];
  const list = possible.map(({ name, by }) => `${name} by its ${by.join(", or by its ")}`).join("; ");
  return [`names, labels, certificates and tokens are not looked at here; it could be ${list}`];
}

function whenceOf(placed: PlaceClient | undefined): string {
  return placed?.othersBy === undefined ? "" : FROM_ITS_NETWORK;
}

function explainListeners(listeners: ReadonlyMap<string, PlaceClient>): readonly string[] {
  return listeners.size === 0
    ? []
    : [
        `where it connects to is not told (--to): ${[...listeners].map(([place, placed]) => `who connects to ${place}${whenceOf(placed)} is ${placed.client}`).join("; ")}`,
      ];
}

function refused(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
