import { readAddresses } from "../addresses.ts";
import type { Place } from "../reach.ts";
import { readPorts } from "../service-settings.ts";
import type { Draft } from "../source.ts";
import type { FoundProxy } from "./movable-proxy.ts";

/** A service that calls a proxy by a port that it publishes on the host, by its name: all such calls look the same to a gate. */
export function callersOfPort(
  draft: Draft,
  { service }: FoundProxy,
  places: readonly Place[],
): string | undefined {
  const published = new Set(readPorts(draft, service.resolved).map(hostPort));
  const caller = places.find((place) =>
    readAddresses(draft, place.service).some(
      ({ host, port }) =>
        port !== undefined &&
        published.has(port) &&
        !places.some(({ names }) => names.includes(host.toLowerCase())),
    ),
  );
  return caller?.service.name;
}

/** The port of the host in `127.0.0.1:2375:2375/tcp`; undefined where it is any. */
function hostPort(port: string): number | undefined {
  const parts = port.replace(/\/\w+$/u, "").split(":");
  return parts.length < 2 ? undefined : Number(parts.at(-2));
}
