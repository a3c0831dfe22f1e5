import { repositoryOf } from "./image.ts";

/** How a consumer is told where the gate is; `{url}`, `{host}` and `{port}` are filled in. */
export type Connection =
  | { readonly kind: "environment"; readonly variables: readonly (readonly [name: string, value: string])[] }
  /** Words of its command line, unless one of them is there already. */
  | { readonly kind: "flag"; readonly words: readonly string[]; readonly known: RegExp }
  | { readonly kind: "traefik" }
  /** It is told in a file or a page of its own, which only a person can change. */
  | { readonly kind: "by hand"; readonly says: string };

/** What a program asks of the engine: its presets know it, or the switches of LinuxServer's proxy where it has none. */
export type Needs =
  | {
      readonly kind: "preset";
      readonly name: string;
      /** The preset of what it needs besides in a swarm. */
      readonly swarm?: string;
      /** Switches that calls of the preset need, and that it does not get by itself: its extras say when to set them. */
      readonly withheld?: readonly string[];
    }
  | {
      readonly kind: "switches";
      readonly names: readonly string[];
      /** Those that it needs besides in a swarm. */
      readonly swarm?: readonly string[];
    };

/** What is known of a program that talks to the engine. */
export interface Consumer {
  /** The end of the image's repository. */
  readonly image: RegExp;
  /** What its own calls need. Nothing for its extras. */
  readonly needs: Needs;
  readonly connection: Connection;
  /** What has to be done, as the end of a sentence about the service. */
  readonly note?: string;
  /** What stays closed, and the switches that open it, as another one. */
  readonly extras?: string;
}

/** A program for which a gate in between does not do, and why. */
export interface Exempt {
  readonly image: RegExp;
  /** Only when its command begins like this. */
  readonly command?: RegExp;
  readonly reason: string;
}

const preset = (
  name: string,
  rest: Omit<Extract<Needs, { kind: "preset" }>, "kind" | "name"> = {},
): Needs => ({
  kind: "preset",
  name,
  ...rest,
});
const switches = (names: readonly string[], swarm: readonly string[] = []): Needs => ({
  kind: "switches",
  names,
  swarm,
});

const dockerHost: Connection = { kind: "environment", variables: [["DOCKER_HOST", "{url}"]] };

/** What an unknown consumer gets: lists and details of containers. */
export const UNKNOWN_CONSUMER: Consumer = {
  image: /(?:)/u,
  needs: switches(["CONTAINERS", "EVENTS"]),
  connection: dockerHost,
};

/** The known consumers. Switches follow, as presets do, from the calls that they were seen to make, or that their sources make. */
export const CONSUMERS: readonly Consumer[] = [
  // Which of the two it uses stands in its configuration.
  {
    image: /(?:^|\/)traefik$/u,
    needs: preset("traefik", { swarm: "traefik-swarm" }),
    connection: { kind: "traefik" },
  },
  {
    image: /(?:^|\/)caddy-docker-proxy$/u,
    needs: preset("caddy-docker-proxy", { swarm: "caddy-docker-proxy-swarm" }),
    connection: dockerHost,
  },
  {
    image: /(?:^|\/)nginx-proxy$/u,
    needs: preset("nginx-proxy"),
    connection: dockerHost,
  },
  {
    image: /(?:^|\/)docker-gen$/u,
    needs: preset("nginx-proxy"),
    connection: dockerHost,
    extras:
      "may not signal or restart containers; if it notifies one (-notify-sighup), set ALLOW_RESTARTS: 1",
  },
  {
    image: /(?:^|\/)(?:acme-companion|letsencrypt-nginx-proxy-companion)$/u,
    needs: switches(["CONTAINERS", "ALLOW_RESTARTS"]),
    connection: dockerHost,
    extras:
      "may send signals, which is enough beside a docker-gen container; beside nginx-proxy it reloads by an exec, " +
      "which needs POST: 1 and EXEC: 1 and is as good as root",
  },
  {
    image: /(?:^|\/)homepage$/u,
    needs: preset("homepage", { swarm: "homepage-swarm" }),
    connection: { kind: "by hand", says: "in docker.yaml put host: {host} and port: {port} for socket:" },
  },
  {
    image: /(?:^|\/)glanceapp\/glance$/u,
    needs: preset("glance"),
    connection: { kind: "by hand", says: "in glance.yml put sock-path: {url} for its docker-containers" },
  },
  { image: /(?:^|\/)glances$/u, needs: preset("glances"), connection: dockerHost },
  {
    image: /(?:^|\/)beszel-agent(?:-[a-z]+)?$/u,
    needs: preset("beszel"),
    connection: dockerHost,
  },
  {
    image: /(?:^|\/)dozzle$/u,
    needs: preset("dozzle"),
    connection: { kind: "environment", variables: [["DOZZLE_REMOTE_HOST", "{url}"]] },
    extras:
      "may read and not act; for its buttons set ALLOW_START: 1, ALLOW_STOP: 1 and ALLOW_RESTARTS: 1; its updates " +
      "need POST: 1 and IMAGES: 1, its shell POST: 1 and EXEC: 1, and both are as good as root",
  },
  {
    image: /(?:^|\/)diun$/u,
    needs: preset("diun", { swarm: "diun-swarm" }),
    connection: { kind: "environment", variables: [["DIUN_PROVIDERS_DOCKER_ENDPOINT", "{url}"]] },
  },
  {
    image: /(?:^|\/)(?:wud|whats-up-docker)$/u,
    needs: preset("wud"),
    connection: {
      kind: "environment",
      variables: [
        ["WUD_WATCHER_LOCAL_HOST", "{host}"],
        ["WUD_WATCHER_LOCAL_PORT", "{port}"],
      ],
    },
    extras:
      "may watch and not update; its docker trigger needs POST: 1 and NETWORKS: 1 and is as good as root",
  },
  {
    image: /(?:^|\/)uptime-kuma$/u,
    needs: preset("uptime-kuma"),
    connection: { kind: "by hand", says: "in Settings, Docker Hosts, make it of the type TCP with {url}" },
  },
  {
    image: /(?:^|\/)cadvisor$/u,
    needs: preset("cadvisor"),
    connection: { kind: "flag", words: ["--docker={url}"], known: /^--?docker=/u },
  },
  {
    image: /(?:^|\/)netdata$/u,
    needs: preset("netdata"),
    connection: dockerHost,
  },
  {
    image: /(?:^|\/)telegraf$/u,
    needs: preset("telegraf"),
    connection: { kind: "by hand", says: 'in telegraf.conf put endpoint = "{url}" under [[inputs.docker]]' },
    extras:
      "may not read logs; for inputs.docker_log set ALLOW_LOGS: 1, and on a swarm for gather_services SERVICES: 1 and TASKS: 1",
  },
  {
    image: /(?:^|\/)prom(?:etheus)?\/prometheus$/u,
    needs: preset("prometheus", { swarm: "prometheus-swarm" }),
    connection: { kind: "by hand", says: "in prometheus.yml put host: {url} in the docker_sd_configs" },
  },
  {
    image: /(?:^|\/)promtail$/u,
    needs: preset("alloy"),
    connection: { kind: "by hand", says: "in its configuration put host: {url} in the docker_sd_configs" },
  },
  {
    image: /(?:^|\/)grafana\/alloy$/u,
    needs: preset("alloy"),
    connection: {
      kind: "by hand",
      says: 'in config.alloy put host = "{url}" in discovery.docker and loki.source.docker',
    },
  },
  {
    image: /(?:^|\/)vector$/u,
    needs: preset("vector"),
    connection: dockerHost,
    note: "reads DOCKER_HOST unless vector.yaml has a docker_host",
  },
  {
    image: /(?:^|\/)crowdsec$/u,
    needs: preset("crowdsec", { swarm: "crowdsec-swarm" }),
    connection: { kind: "by hand", says: "in acquis.yaml put docker_host: {url} in each source: docker" },
  },
  {
    image: /(?:^|\/)homarr-labs\/homarr$/u,
    needs: switches(["CONTAINERS", "ALLOW_LOGS"]),
    connection: {
      kind: "environment",
      variables: [
        ["DOCKER_HOSTNAMES", "{host}"],
        ["DOCKER_PORTS", "{port}"],
      ],
    },
    extras: "may read and not act; for its buttons set ALLOW_START: 1, ALLOW_STOP: 1 and ALLOW_RESTARTS: 1",
  },
  {
    image: /(?:^|\/)autoheal$/u,
    needs: preset("autoheal"),
    connection: { kind: "environment", variables: [["DOCKER_SOCK", "{url}"]] },
  },
  {
    image: /(?:^|\/)sablier$/u,
    needs: switches(["CONTAINERS", "EVENTS", "ALLOW_START", "ALLOW_STOP"], ["SERVICES"]),
    connection: dockerHost,
    extras:
      "starts and stops containers; to scale services of a swarm it needs POST: 1, which is as good as root",
  },
  {
    image: /(?:^|\/)ofelia$/u,
    needs: preset("ofelia", { withheld: ["INFO"] }),
    connection: dockerHost,
    extras:
      "may run commands in containers; version 0.4 does not start without INFO: 1; for job-run set IMAGES: 1 and " +
      "ALLOW_LOGS: 1, and NETWORKS: 1 where a job names a network",
  },
  {
    image: /(?:^|\/)watchtower$/u,
    needs: preset("watchtower"),
    connection: dockerHost,
    extras: "may replace containers; for lifecycle hooks set EXEC: 1",
  },
  {
    image: /(?:^|\/)portainer(?:-ce|-ee)?$/u,
    needs: preset("portainer", { swarm: "portainer-swarm", withheld: ["SECRETS"] }),
    connection: { kind: "flag", words: ["-H", "{url}"], known: /^(?:-H|--host)\b/u },
    note: "takes -H at its first start only; afterwards change the address of the environment in its pages to {url}",
    extras:
      "has no consoles that run a command (EXEC: 1), no builds, registries, secrets and configs; to attach is open",
  },
  {
    image: /(?:^|\/)dockge$/u,
    needs: preset("dockge"),
    connection: dockerHost,
    extras: "may not open consoles or build; for these set EXEC: 1, and BUILD: 1, GRPC: 1 and SESSION: 1",
  },
  {
    image: /(?:^|\/)arcane$/u,
    needs: switches([
      "CONTAINERS",
      "EVENTS",
      "IMAGES",
      "INFO",
      "NETWORKS",
      "POST",
      "SYSTEM",
      "VOLUMES",
      "ALLOW_LOGS",
      "ALLOW_TOP",
    ]),
    connection: dockerHost,
    extras: "may not open consoles; for these set EXEC: 1",
  },
];

/** Programs that keep the socket, because a gate in between would break them or narrow nothing. */
export const EXEMPT: readonly Exempt[] = [
  {
    image: /(?:^|\/)portainer\/agent$/u,
    reason: "the Portainer agent works on the socket itself; give Portainer the gate instead of the agent",
  },
  {
    image: /(?:^|\/)dozzle$/u,
    command: /^agent\b/u,
    reason: "a Dozzle agent works on the socket itself; give Dozzle the gate instead of the agent",
  },
  {
    image:
      /(?:^|\/)(?:gitlab-runner|act_runner|actions-runner|github-runner|woodpecker-agent|drone-runner-docker)$/u,
    reason:
      "its jobs start any container and mount the socket, which is root; a gate with switches narrows nothing here",
  },
  {
    image: /(?:^|\/)docker$/u,
    reason: "it is the docker command or an engine of its own, and what it runs decides what it needs",
  },
];

/** Finds what is known of a consumer's image. */
export function matchConsumer(image: string): Consumer | undefined {
  const repository = repositoryOf(image);
  return CONSUMERS.find((consumer) => consumer.image.test(repository));
}

/** Finds why a service should keep the socket, if it should. */
export function matchExempt(image: string, command: string): Exempt | undefined {
  const repository = repositoryOf(image);
  return EXEMPT.find(
    (exempt) =>
      exempt.image.test(repository) && (exempt.command === undefined || exempt.command.test(command)),
  );
}
