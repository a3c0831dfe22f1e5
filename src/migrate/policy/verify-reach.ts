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
    const hers = callers.filter(({ service }) => consumers.includes(service.name));
    const isAllowed = (name: string): boolean => consumers.includes(name) || reached?.has(name) === true;
    const meeting = hers.map((place) =>
      [...place.networks.keys()].filter((network) => own.networks.has(network)),
    );
    const beside = callers.filter((place) =>
      [...calledFrom(place, places).networks.keys()].some((network) => meeting.flat().includes(network)),
    );
    const namesakes = callers.filter(
      ({ service, names, networks }) =>
        !consumers.includes(service.name) &&
        [...networks].some(
          ([network, aliases]) => own.networks.has(network) && isNamed([...names, ...aliases], consumers),
        ),
    );
    return [
      ...hers.flatMap(({ service }, index) =>
        meeting[index]?.length === 1 ? [] : [`${service.name} would not meet ${gate} on one network`],
      ),
      ...[...new Set([...beside, ...namesakes])]
        .filter(({ service }) => !isAllowed(service.name))
        .map(({ service }) => `${service.name} could be taken for ${client}, and could not before`),
    ];
  });
}

/** In a stack a service is asked for as `tasks.NAME`. */
function isNamed(names: readonly string[], consumers: readonly string[]): boolean {
  const asked = new Set(consumers.map((name) => name.toLowerCase()));
  return names.some((name) => asked.has(name.replace(/^tasks\./u, "")));
}
