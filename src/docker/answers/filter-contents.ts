import type { OperationName } from "../operations.ts";
import type { Content } from "./content.ts";

/** What a filter compares with: always what anybody may read, or kinds of what answers tell. */
type FilterContents = Readonly<Record<string, "always" | Content | readonly Content[]>>;

const ofAll: FilterContents = {
  id: "always",
  dangling: "always",
  until: "state",
  label: "labels",
  "label!": "labels",
};

const ofContainers: FilterContents = {
  ...ofAll,
  name: "names",
  ancestor: "image",
  before: "state",
  since: "state",
  created: "state",
  status: "state",
  health: "state",
  exited: "state",
  "is-task": "state",
  pod: "state",
  network: "networks",
  volume: "mounts",
  expose: "addresses",
  publish: "addresses",
  isolation: "security",
  "restart-policy": "settings",
  command: "command",
  annotation: "labels",
};
const ofImages: FilterContents = {
  ...ofAll,
  reference: "image",
  before: "image",
  since: "image",
  after: "image",
  digest: "image",
  manifest: "image",
  containers: "usage",
  intermediate: "always",
  readonly: "always",
};
const ofNetworks: FilterContents = {
  ...ofAll,
  // Whether anybody is in it.
  dangling: "networks",
  name: "networks",
  driver: "settings",
  type: "always",
  scope: "always",
};
const ofVolumes: FilterContents = {
  ...ofAll,
  since: "state",
  after: "state",
  // Whether it is mounted anywhere.
  dangling: "mounts",
  name: "always",
  driver: "settings",
  scope: "always",
  opt: "settings",
  anonymous: "settings",
  all: "always",
};
const ofServices: FilterContents = { ...ofAll, name: "names", mode: "settings", runtime: "settings" };
const ofTasks: FilterContents = {
  ...ofAll,
  name: "names",
  service: "names",
  node: "host",
  "desired-state": "state",
  runtime: "settings",
  "_up-to-date": "state",
};
const ofNodes: FilterContents = {
  ...ofAll,
  name: "names",
  role: "host",
  membership: "host",
  "node.label": "labels",
};
const ofStored: FilterContents = { ...ofAll, name: "names", names: "names" };
const ofBuilds: FilterContents = {
  ...ofAll,
  parent: "always",
  type: "always",
  description: ["command", "env", "labels", "mounts", "addresses"],
  ...({ inuse: "usage", shared: "usage", private: "usage", "unused-for": "state" } as const),
};
const ofPlugins: FilterContents = { ...ofAll, capability: "settings", enable: "state", enabled: "state" };
const ofEvents: FilterContents = {
  ...ofAll,
  type: "always",
  event: "always",
  scope: "always",
  daemon: "host",
  node: "host",
  volume: "always",
  container: "names",
  service: "names",
  secret: "names",
  config: "names",
  plugin: "names",
  pod: "names",
  image: "image",
  network: "networks",
};

/** What lists and events are narrowed by: a client that asks whether something is so reads the answer. */
export const filterContents: Readonly<Partial<Record<OperationName, FilterContents>>> = {
  ContainerList: ofContainers,
  ContainerListLibpod: ofContainers,
  ContainerPrune: ofContainers,
  ContainerPruneLibpod: ofContainers,
  ImageList: ofImages,
  ImageListLibpod: ofImages,
  ImagePrune: ofImages,
  ImagePruneLibpod: ofImages,
  NetworkList: ofNetworks,
  NetworkListLibpod: ofNetworks,
  NetworkPrune: ofNetworks,
  NetworkPruneLibpod: ofNetworks,
  VolumeList: ofVolumes,
  VolumeListLibpod: ofVolumes,
  VolumePrune: ofVolumes,
  VolumePruneLibpod: ofVolumes,
  ServiceList: ofServices,
  TaskList: ofTasks,
  NodeList: ofNodes,
  SecretList: ofStored,
  SecretListLibpod: ofStored,
  ConfigList: ofStored,
  PluginList: ofPlugins,
  BuildPrune: ofBuilds,
  SystemEvents: ofEvents,
  SystemEventsLibpod: ofEvents,
};
