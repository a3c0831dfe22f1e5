import { switchesOfPresets } from "./needed-switches.ts";

/** How a Traefik service is configured, as far as its part of the file tells. */
export interface TraefikUse {
  readonly switches: readonly string[];
  /** The presets of the providers that it uses. */
  readonly presets: readonly string[];
  /** Words for the command line. */
  readonly words: readonly string[];
  /** Variables for the environment. */
  readonly variables: ReadonlyMap<string, string>;
  /** Where the address must be written by hand, when it is configured in a file. */
  readonly byHand: string | undefined;
  /** The setting that names an engine already which is not the socket. */
  readonly elsewhere: string | undefined;
}

/** Traefik 3 has a provider of its own for swarms; the third is that of Traefik 1. */
const PROVIDERS = ["providers.docker", "providers.swarm", "docker"] as const;

/** Reads how Traefik is told about its engine: its three ways of configuration exclude each other. */
export function readTraefik(
  words: readonly string[],
  environment: ReadonlyMap<string, string>,
  url: string,
  isStack: boolean,
): TraefikUse {
  const flags = words.map((word) => word.toLowerCase());
  const flagged = PROVIDERS.filter((provider) => flags.some((flag) => isSetting(flag, `--${provider}`, ".")));
  const named = PROVIDERS.filter((provider) =>
    [...environment.keys()].some((name) => isSetting(name.toUpperCase(), variableOf(provider), "_")),
  );
  const used = flagged.length > 0 ? flagged : named;
  const swarmMode =
    flags.some((flag) => /^--(?:providers\.)?docker\.swarmmode(?:=true)?$/u.test(flag)) ||
    environment.get("TRAEFIK_PROVIDERS_DOCKER_SWARMMODE") === "true";
  const isSwarm = swarmMode || used.includes("providers.swarm") || (used.length === 0 && isStack);
  const isDocker = !swarmMode && (used.some((provider) => provider !== "providers.swarm") || !isSwarm);
  const presets = [...(isDocker ? ["traefik"] : []), ...(isSwarm ? ["traefik-swarm"] : [])];
  const endpoints = used.map((provider) =>
    flagged.length > 0 ? `--${provider}.endpoint` : `${variableOf(provider)}_ENDPOINT`,
  );
  const valueOf = (endpoint: string): string | undefined =>
    flagged.length > 0
      ? words.find((word) => word.toLowerCase().startsWith(`${endpoint}=`))?.slice(endpoint.length + 1)
      : environment.get(endpoint);
  const missing = endpoints.filter((endpoint) => valueOf(endpoint) === undefined);
  return {
    switches: switchesOfPresets(presets),
    presets,
    words: flagged.length > 0 ? missing.map((endpoint) => `${endpoint}=${url}`) : [],
    variables: new Map(flagged.length > 0 ? [] : missing.map((endpoint) => [endpoint, url])),
    byHand:
      used.length > 0
        ? undefined
        : `in traefik.yml put endpoint: ${url} under providers: ${isSwarm ? "swarm:" : "docker:"}`,
    elsewhere: endpoints.find((endpoint) => !(valueOf(endpoint) ?? "unix:").startsWith("unix:")),
  };
}

function variableOf(provider: (typeof PROVIDERS)[number]): string {
  return `TRAEFIK_${provider.toUpperCase().replaceAll(".", "_")}`;
}

function isSetting(text: string, name: string, separator: string): boolean {
  return text === name || text.startsWith(`${name}=`) || text.startsWith(name + separator);
}
