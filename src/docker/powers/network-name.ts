import { parseJson } from "../json/parse.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../json/value.ts";

/**
 * Where to ask the engine which networks a name can mean. It can be several, so all are asked for; the list lacks those
 * that every node of a swarm has, which are found one by one. Narrowed, so that what else there is on the engine can't
 * make the answer too long to be judged: engines take these for parts or beginnings of a name and an id, so no network
 * that can be meant is left out.
 */
export function networkTargets(name: string): readonly string[] {
  const listed = (key: string): string =>
    `/networks?filters=${encodeURIComponent(JSON.stringify({ [key]: [name] }))}`;
  return [listed("name"), listed("id"), `/networks/${name}`];
}

/** Tells whether a target is a list of what a name can mean, of which most may be others'. */
export function listsNetworks(target: string): boolean {
  return /^(?:\/v[0-9.]+)?\/networks\?/u.test(target);
}

/** Tells whether an entry of such a list can be meant, by its text; what can't be read may be. */
export function mayBeMeant(name: string, entry: Buffer): boolean {
  const parsed = parseJson(entry);
  return !parsed.ok || canMean(name, parsed.value);
}

/** The networks that a name can mean, of what the engine answered to {@link networkTargets}. */
export function networksMeant(name: string, answers: readonly JsonValue[]): readonly JsonValue[] {
  return answers.flatMap((answer) =>
    isJsonArray(answer) ? answer.filter((network) => canMean(name, network)) : [answer],
  );
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
