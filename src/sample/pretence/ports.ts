import type { Description } from "../descriptions.ts";
import { recordOf, textOf } from "./answers.ts";

/** One that the engine chose. */
const freePort = "32768";

interface Published {
  /** `80/tcp` */
  readonly inside: string;
  readonly address: string;
  readonly port: string;
}

function publishedIn(hostConfig: Description): readonly Published[] {
  return Object.entries(recordOf(hostConfig["PortBindings"])).flatMap(([inside, bindings]) =>
    (Array.isArray(bindings) ? bindings : []).map((binding: unknown) => {
      const { HostIp: address, HostPort: port } = recordOf(binding);
      return { inside, address: textOf(address) || "0.0.0.0", port: textOf(port) || freePort };
    }),
  );
}

/** The published ports in the form of an inspection. */
export function inspectedPorts(hostConfig: Description): Description {
  const published = publishedIn(hostConfig);
  return Object.fromEntries(
    published.map(({ inside }) => [
      inside,
      published
        .filter((other) => other.inside === inside)
        .map(({ address, port }) => ({ HostIp: address, HostPort: port })),
    ]),
  );
}

/** The same in the form of a list. */
export function listedPorts(hostConfig: Description): readonly Description[] {
  return publishedIn(hostConfig).map(({ inside, address, port }) => {
    const [number, protocol = "tcp"] = inside.split("/");
    return { IP: address, PrivatePort: Number(number), PublicPort: Number(port), Type: protocol };
  });
}
