/** What answers tell, each kind with a sentence: the words of a view. */
export const contents = {
  names: "names of objects, their aliases and host names",
  state: "what state an object is in, since when, and how it ended",
  image: "of which image something is, by name and by digest",
  labels: "labels and annotations; `labels:PATTERN` is those whose key matches",
  env: "variables of the environment, with their values",
  command: "programs with their arguments: commands, entry points, health checks, what built an image",
  mounts: "what is mounted where: volumes, paths of the host, tmpfs, secrets",
  addresses: "addresses, ports, subnets, host names and name servers",
  networks: "which networks something is in, by name and by id",
  usage: "what something takes: processor time, memory, traffic, sizes",
  resources: "how much something may take: limits, reservations, priorities",
  security: "rights: capabilities, privileged, users, namespaces, devices, security profiles",
  settings: "all else that was set: drivers and their options, logging, restart policies, placement",
  output: "what a health check printed",
  data: "contents of configs, join tokens and unlock keys",
  host: "the host and the engine: paths, kernel, versions, storage, registries, proxies, nodes",
} as const satisfies Readonly<Record<string, string>>;

/** One kind of what answers tell. */
export type Content = keyof typeof contents;
