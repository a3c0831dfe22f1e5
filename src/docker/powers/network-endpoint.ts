import { isJsonObject, type JsonValue } from "../json/value.ts";
import type { Asking } from "./asking.ts";
import { CONTAINER, judgeJoining } from "./container-name.ts";
import { canonicalEndpointAddress } from "./endpoint-address.ts";
import { harmless, listOf, mapOf, type Meaning, named, struct, text } from "./meaning.ts";
import type { Noun } from "./nouns.ts";
import { encodeValue } from "./power.ts";

/** What a network by name can turn out to be: the engine has to be asked. */
export const networkNouns: readonly Noun[] = ["network", "network-driver", "host"];

/** Networks that every engine has, by the names that mean them. */
const BUILT_IN: ReadonlyMap<string, string> = new Map([
  ["default", "bridge"],
  ["bridge", "bridge"],
  ["none", "none"],
]);

/** The host's own, by its reserved name. */
const HOST = "host";

/** Asks for a network by name, id or part of an id. What it is decides the engine, which is asked. */
export function judgeNetworkName(name: string, asking: Asking): void {
  const builtIn = BUILT_IN.get(name);
  if (name === HOST) asking.ask("host", "network", name);
  else if (builtIn === undefined) asking.lookUp("network", name);
  else asking.ask("network", builtIn, name);
}

/** A network stack in a process of the host: what comes from the container seems to come from there. */
const PODMAN_STACKS: ReadonlySet<string> = new Set(["pasta", "slirp4netns"]);

/**
 * `HostConfig.NetworkMode`. Podman takes some names of networks for modes of its own:
 * `private` is its default, and behind `ns:` stands a path of the host, such as that of the host's own network.
 */
export const networkModeField: Meaning = text(["join", ...networkNouns], (mode, asking) => {
  if (!judgeJoining("network", mode, asking)) judgeNetworkName(mode, asking);
  if (PODMAN_STACKS.has(mode)) asking.ask("network-driver", mode, mode);
  if (mode === "private") asking.ask("network", "bridge", mode);
  if (mode.startsWith("ns:")) asking.ask("host", "network", mode);
});

/** The same of a build, whose steps each look for the network again. */
export const buildNetworkField: Meaning = text([...networkModeField.nouns], (mode, asking) => {
  networkModeField.judge(mode, asking);
  const isOther = mode === HOST || BUILT_IN.has(mode) || mode.startsWith(CONTAINER);
  if (!isOther) asking.mention("network", mode, "used", true);
});

/** Asks for the network that the engine gives where a request names none. */
export function judgeAbsentNetwork(mode: JsonValue | undefined, asking: Asking): void {
  if (mode === undefined || mode === null || mode === "") asking.ask("network", "bridge");
}

const addressField: Meaning = text(["address"], (address, asking) =>
  asking.ask("address", encodeValue(canonicalEndpointAddress(address)), address),
);

/** A MAC address. */
export const macAddressField: Meaning = addressField;

/** Options for a network driver, by key. */
export const endpointOptionsField: Meaning = mapOf(["endpoint-option"], (key, value, asking) =>
  asking.ask("endpoint-option", encodeValue(key), value),
);

/** Names on a network. */
export const aliasesField: Meaning = listOf(named("alias"));

/** A host name, which engines make a name on every network that clients made. A template may become any name. */
export const hostnameField: Meaning = text(["alias"], (name, asking) =>
  asking.ask("alias", name.includes("{{") ? "(template)" : encodeValue(name), name),
);

/**
 * `NAME[:ALIAS]`: a name for what is called so on the same network. The engine looks it up there each time, reads no
 * environment, and knows no id: so the word itself is asked for, and goes on.
 */
const endpointLinksField: Meaning = listOf(
  text(["link"], (link, asking) => {
    const [name = ""] = link.replace(/^\//u, "").split(":", 1);
    asking.ask("link", encodeValue(name), link);
  }),
);

/**
 * How a container is attached to one network. `NetworkID` goes before the name that stands over it. What the engine
 * fills in itself is harmless: Watchtower sends back what it read. But Podman before 6 takes `IPAddress` for a wish.
 */
export const endpoint: Meaning = struct({
  IPAMConfig: struct({
    IPv4Address: addressField,
    IPv6Address: addressField,
    LinkLocalIPs: listOf(addressField),
  }),
  Links: endpointLinksField,
  Aliases: aliasesField,
  MacAddress: macAddressField,
  DriverOpts: endpointOptionsField,
  GwPriority: harmless,
  NetworkID: text(networkNouns, judgeNetworkName),
  EndpointID: harmless,
  Gateway: harmless,
  IPAddress: addressField,
  IPPrefixLen: harmless,
  IPv6Gateway: harmless,
  GlobalIPv6Address: harmless,
  GlobalIPv6PrefixLen: harmless,
  DNSNames: aliasesField,
});

/** `NetworkingConfig`: endpoints by the network's name. */
export const networkingConfig: Meaning = struct({
  EndpointsConfig: mapOf(
    [...networkNouns, ...endpoint.nouns],
    (name, settings, asking) => {
      judgeNetworkName(name, asking);
      endpoint.judge(settings, asking);
    },
    endpoint,
  ),
});

/** Asks for what the engine says of a network: its name, whatever the request called it, and its driver. */
export function networkInspectPowers(inspected: JsonValue, asking: Asking): void {
  const members = isJsonObject(inspected) ? inspected : new Map<string, JsonValue>();
  const [name, driver] = [members.get("Name"), members.get("Driver")];
  asking.ask("network", typeof name === "string" ? encodeValue(name) : "(unknown)");
  // A service on it, by whatever name or id, has the network of its node.
  if (driver === HOST) asking.ask("host", "network", driver);
  asking.ask(
    "network-driver",
    typeof driver === "string" ? encodeValue(driver) : "(unknown)",
    driver ?? null,
  );
}
