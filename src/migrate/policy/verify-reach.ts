import { calledFrom, type Place } from "../reach.ts";

/** Who may be whom at the gate, by the names of services. */
export interface KnownCallers {
  readonly client: string;
  readonly consumers: readonly string[];
  /** Those who could reach its proxy before; undefined where it had the socket itself, and nobody else. */
  readonly reached: ReadonlySet<string> | undefined;
}

/**
 * Looks at the converted file, as it would be deployed, for services that would get to a client's rights and could not before:
 * by a network with the gate that they share with it, or by a name that means them too. A sentence for each; none when all is well.
 */
export function findNewReach(
  gate: string,
  places: readonly Place[],
  clients: readonly KnownCallers[],
): readonly string[] {
  const own = places.find(({ service }) => service.name === gate);
  if (own === undefined) return [`there is no service ${gate}`];
  const callers = places.filter((place) => place !== own);
  return clients.flatMap(({ client, consumers, reached }) => {
    const names = new Set(consumers);
    const asked = new Set(consumers.map((name) => name.toLowerCase()));
    const hers = callers.filter(({ service }) => names.has(service.name));
    const meeting = hers.map((place) =>
      [...place.networks.keys()].filter((network) => own.networks.has(network)),
    );
    const met = new Set(meeting.flat());
    const isBeside = (place: Place): boolean =>
      [...calledFrom(place, places).networks.keys()].some((network) => met.has(network));
    const isNamesake = (place: Place): boolean =>
      [...place.networks].some(
        ([network, aliases]) =>
          own.networks.has(network) &&
          [...place.names, ...aliases].some((name) => asked.has(withoutTasks(name))),
      );
    return [
      ...hers.flatMap(({ service }, index) =>
        meeting[index]?.length === 1 ? [] : [`${service.name} would not meet ${gate} on one network`],
      ),
      ...callers
        .filter(({ service: { name } }) => !names.has(name) && reached?.has(name) !== true)
        .filter((place) => isBeside(place) || isNamesake(place))
        .map(({ service }) => `${service.name} could be taken for ${client}, and could not before`),
    ];
  });
}

/** In a stack a service is asked for as `tasks.NAME`. */
function withoutTasks(name: string): string {
  return name.replace(/^tasks\./u, "");
}
