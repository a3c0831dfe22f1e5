/** One kind of what answers tell. */
export type Content =
  | "names"
  | "state"
  | "image"
  | "labels"
  | "env"
  | "command"
  | "mounts"
  | "addresses"
  | "networks"
  | "usage"
  | "resources"
  | "security"
  | "settings"
  | "output"
  | "data"
  | "host";

/** What answers tell, each kind with a sentence: the words of a view. */
export const contents: Readonly<Record<Content, string>> = {
  names: "names of containers, services, nodes, secrets, configs and plugins, aliases and host names",
  state: "whether something runs, is well and since when, how it ended, and when it was made",
  image: "of which image something is, and the names, digests and layers of images",
  labels: "labels and annotations; `labels:PATTERN` is those whose key matches",
  env: "variables of the environment, with their values",
  command: "programs with their arguments: commands, entry points, health checks, processes, steps of builds",
  mounts: "what is mounted where: volumes, paths of the host, secrets and configs",
  addresses: "addresses, ports, subnets and name servers",
  networks: "names of networks, and who is in which",
  usage: "what something takes, and how many there are: processor time, memory, traffic, sizes",
  resources: "how much something may take: limits and reservations",
  security: "rights: capabilities, privileged, users, namespaces, devices, security profiles",
  settings: "all else that was set: drivers with their options, logging, restart policies, placement",
  output: "what health checks printed",
  data: "contents: of configs, names of changed files, join tokens and unlock keys",
  host: "the host and its engine: paths there, kernel, storage, registries, proxies, nodes",
};

/** Tells whether a text is such a word. */
export function isContent(word: string): word is Content {
  return Object.hasOwn(contents, word);
}
