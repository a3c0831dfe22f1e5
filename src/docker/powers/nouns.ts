import { orderLabels, orderVariables } from "./orders.ts";

/** How the values of a noun are matched with a pattern. */
export type PatternKind =
  /** It has no value. */
  | "word"
  /** A text in which `*` stands for anything. */
  | "text"
  /** A path: `*` is one segment or a part of it, `**` any number of segments; a mode behind it is less than none. */
  | "path"
  /** An image reference as Docker completes it; `*` stops at a slash, `**` does not. */
  | "image"
  /** `ADDRESS:PORT/PROTOCOL`, of which the address and the protocol may be left out; ports may be ranges. */
  | "port"
  /** A Linux capability, with or without `CAP_`; `ALL` is all of them. */
  | "capability";

/** One kind of power. */
export interface NounDefinition {
  readonly kind: PatternKind;
  /** What it gives away, as a plain sentence without a subject: "Turns off ..." */
  readonly gives: string;
  /** Which of its values are in the set `default`: entries of a list of powers without the noun; `*` is all. */
  readonly byDefault?: readonly string[];
  /** What to use instead, as a whole sentence for a refusal. */
  readonly instead?: string;
  /** Values that nobody remembers, because passwords stand in them: a record has the noun only. */
  readonly isPrivate?: true;
}

/**
 * The whole vocabulary, in the order of the page about it: first what reaches the host, then what reaches other
 * containers and networks, then images, then the cluster, then what a container merely is. `byDefault` is what can't
 * reach the host.
 */
const definitions = {
  privileged: {
    kind: "word",
    gives: "Turns off nearly all isolation: every device, every kernel right.",
  },
  bind: {
    kind: "path",
    gives:
      "Shows a path of the host in the container; without `:ro` also lets it be changed, as root, and with `:ro-nonrecursive` what is mounted below it.",
  },
  propagation: {
    kind: "text",
    gives: "Lets mounts made in the container appear on the host, or the other way round.",
  },
  relabel: { kind: "path", gives: "Changes the SELinux labels of a path of the host." },
  "relabel-volume": {
    kind: "text",
    gives:
      "Changes the SELinux labels of all files in a volume, which other containers may lose by it; where the volume binds a path of the host, that is `relabel` as well.",
  },
  mount: {
    kind: "text",
    gives:
      "Has the host mount a file system of this type as root: overlay and proc show the host, ext4 a disk, nfs another machine.",
  },
  "volume-driver": {
    kind: "text",
    gives: "Uses a volume plugin with any options: what it can reach is the plugin's choice.",
    byDefault: ["local"],
  },
  "volumes-from": {
    kind: "text",
    gives: "Takes over all mounts of another container, the Docker socket included where it has it.",
  },
  cap: {
    kind: "capability",
    gives:
      "Adds a capability of the kernel. SYS_ADMIN, SYS_MODULE, SYS_PTRACE, DAC_READ_SEARCH and others are ways to the host.",
    // What Docker gives to every container; to add one of them changes nothing.
    byDefault: [
      "AUDIT_WRITE",
      "CHOWN",
      "DAC_OVERRIDE",
      "FOWNER",
      "FSETID",
      "KILL",
      "MKNOD",
      "NET_BIND_SERVICE",
      "NET_RAW",
      "SETFCAP",
      "SETGID",
      "SETPCAP",
      "SETUID",
      "SYS_CHROOT",
    ],
  },
  device: {
    kind: "path",
    gives: "Gives a device of the host, or all devices in a folder: a disk is the whole host.",
  },
  "device-limit": {
    kind: "path",
    gives:
      "Limits the use of a device by its path. The engine looks for it as root and says if it is not there, so this tells which paths the host has.",
  },
  "device-rule": {
    kind: "text",
    gives: "Lets the container use devices by number: together with `mknod` that is any disk.",
  },
  "device-request": {
    kind: "text",
    gives:
      "Asks a device driver for devices, such as GPUs; CDI descriptions can add host mounts and run hooks as root.",
  },
  host: {
    kind: "text",
    gives:
      "Shares a namespace with the host: `pid` its processes, `network` its interfaces and local services, `ipc` its shared memory, `uts` its name, `userns` its users, `cgroupns` its control groups, `groups` those of Podman's own user.",
  },
  join: {
    kind: "text",
    gives:
      "Shares a namespace with another container: `pid:web` its processes and files, `network:web`, `ipc:web`.",
  },
  "cgroup-parent": {
    kind: "text",
    gives: "Puts the container into a control group of its choice, outside of all limits.",
  },
  "security-opt": {
    kind: "text",
    gives: "Changes seccomp, AppArmor or SELinux: `seccomp=unconfined` opens every system call.",
    byDefault: ["no-new-privileges", "no-new-privileges=true"],
  },
  unmask: {
    kind: "word",
    gives: "Chooses which parts of `/proc` and `/sys` are hidden: an empty list shows the host's memory.",
  },
  sysctl: {
    kind: "text",
    gives: "Sets a kernel parameter; those under `net.` are the container's own.",
    byDefault: ["net.*"],
  },
  runtime: {
    kind: "text",
    gives: "Runs the container with another OCI runtime of the host.",
    byDefault: ["runc"],
  },
  annotation: {
    kind: "text",
    gives: "Passes an annotation to the OCI runtime, which may take it for an order.",
  },
  "log-driver": {
    kind: "text",
    gives: "Sends the output elsewhere, with the host's network, files and cloud credentials.",
    byDefault: ["json-file", "local", "journald", "none"],
  },
  template: {
    kind: "text",
    gives:
      "Has the engine execute a text: a Go template, a regular expression or a Dockerfile's variables; `golang` is the data of a secret or configuration. One line can take all memory and the engine with it, again at every boot. Plain fields, such as `{{.Name}}` in a log's tag, need no power.",
    // Passwords stand in variables and options.
    isPrivate: true,
  },
  field: {
    kind: "text",
    gives: "Sets a field that this version of Quaygate does not know. What an engine makes of it is unknown.",
  },
  podman: {
    kind: "text",
    gives:
      "Uses an operation of Podman's own API that writes, reads files or passes options on: its bodies are not looked into.",
    instead: "Podman serves Docker's API too, which is looked into.",
  },
  checkpoint: {
    kind: "path",
    gives: "Reads or writes a checkpoint in a folder of the host, on engines with experimental features.",
  },
  decompress: {
    kind: "text",
    gives:
      "Has the engine decompress an archive that is put into a container, some engines by the container's own `xz` or `unpigz`.",
    instead:
      "With engines from 24 to 29.5.0 it is root on the host; an archive that is not compressed needs no such power.",
  },
  plugin: {
    kind: "text",
    gives: "Installs or changes a plugin of the engine: plugins run with the host's rights.",
  },
  buildkit: {
    kind: "word",
    gives:
      "Opens BuildKit's own protocol, one door for all of it: builds, files of the build, host network. It can't be looked into.",
    instead:
      "BuildKit's protocol is one door and can't be looked into; the classic builder can: set DOCKER_BUILDKIT=0.",
  },
  volume: {
    kind: "text",
    gives: "Uses a volume by name, with what is in it, or deletes it.",
    byDefault: ["*"],
  },
  network: {
    kind: "text",
    gives: "Joins a network, and reaches what is in it, takes others off it, or deletes it.",
    byDefault: ["*"],
  },
  "network-driver": {
    kind: "text",
    gives: "Makes or joins a network of this driver: macvlan and ipvlan reach the host's own network.",
    byDefault: ["bridge", "overlay", "null"],
  },
  "network-option": {
    kind: "text",
    gives: "Sets an option of a network driver: it can name a bridge or an interface of the host.",
    byDefault: [
      "com.docker.network.bridge.enable_icc",
      "com.docker.network.bridge.enable_ip_masquerade",
      "com.docker.network.driver.mtu",
      "encrypted",
    ],
  },
  subnet: {
    kind: "text",
    gives:
      "Chooses a network's addresses: a range that is in use elsewhere draws the host's traffic into it.",
  },
  "ipam-driver": { kind: "text", gives: "Has a plugin give out addresses.", byDefault: ["default"] },
  "network-kind": {
    kind: "text",
    gives: "Makes an ingress network, a configuration for networks, or a network from one.",
  },
  alias: {
    kind: "text",
    gives: "Answers to a name on a network: two containers may claim the same.",
    byDefault: ["*"],
  },
  address: { kind: "text", gives: "Chooses its own IP or MAC address on a network.", byDefault: ["*"] },
  "endpoint-option": { kind: "text", gives: "Passes an option to the network driver for this container." },
  link: { kind: "text", gives: "Reads the environment of another container through a legacy link." },
  port: { kind: "port", gives: "Publishes a port on the host.", byDefault: ["*"] },
  "publish-all": {
    kind: "word",
    gives: "Publishes every port that the image exposes, on free ports of the host.",
    byDefault: ["*"],
  },
  dns: { kind: "text", gives: "Asks another name server.", byDefault: ["*"] },
  "extra-host": {
    kind: "text",
    gives: "Writes a name into the container's own list of hosts.",
    byDefault: ["*"],
  },
  image: {
    kind: "image",
    gives:
      "Uses, pulls, saves, tags, pushes or deletes an image; a build, whose Dockerfile names any, needs all of them.",
    byDefault: ["*"],
  },
  tag: {
    kind: "image",
    gives: "Gives an image a name: what others run under that name from now on is this.",
  },
  load: { kind: "word", gives: "Loads images from an archive, under any name." },
  push: { kind: "image", gives: "Sends an image to a registry." },
  fetch: {
    kind: "text",
    gives: "Has the engine fetch from a URL of the client's choice, with the host's network.",
  },
  registry: {
    kind: "text",
    gives: "Has the engine talk to a registry: it reaches what the host reaches.",
    byDefault: ["docker.io"],
  },
  build: {
    kind: "word",
    gives:
      "Builds an image with the classic builder, whose steps run as root in containers, and which fetches what a Dockerfile says from any address that the host reaches.",
  },
  "write-file": {
    kind: "path",
    gives: "Writes files into a container, as root, mounts included.",
    byDefault: ["*"],
  },
  "read-file": { kind: "path", gives: "Reads files of a container, mounts included.", byDefault: ["*"] },
  "ps-options": {
    kind: "text",
    gives:
      "Passes unusual options to `ps` on the host: some show every process of the host, with its arguments and environment.",
  },
  secret: {
    kind: "text",
    gives: "Mounts a secret of the swarm into a service, and so reads it, or deletes it.",
  },
  config: {
    kind: "text",
    gives: "Reads a configuration of the swarm, by itself or mounted into a service, or deletes it.",
  },
  "secret-driver": { kind: "text", gives: "Has a plugin provide a secret." },
  placement: { kind: "text", gives: "Chooses the nodes that a service runs on.", byDefault: ["*"] },
  swarm: {
    kind: "text",
    gives:
      "Makes, joins, changes, unlocks or leaves a swarm, or reads its tokens and keys: whoever leads it is root on every node.",
  },
  node: {
    kind: "text",
    gives: "Changes a node of the swarm, its role, its availability, its labels, or removes it.",
  },
  user: {
    kind: "text",
    gives: "Runs as this user; `(image)` is whom the image names, which may be root.",
    byDefault: ["*"],
  },
  group: { kind: "text", gives: "Adds the container's processes to a group.", byDefault: ["*"] },
  command: { kind: "text", gives: "Runs a command in a container.", byDefault: ["*"], isPrivate: true },
  entrypoint: {
    kind: "text",
    gives: "Replaces the program that an image starts, or the shell that its commands run in.",
    byDefault: ["*"],
    isPrivate: true,
  },
  env: {
    kind: "text",
    gives:
      "Sets an environment variable; some are orders to the host's OCI runtime, such as `NVIDIA_VISIBLE_DEVICES` for GPUs where that runtime is the default.",
  },
  "engine-env": {
    kind: "text",
    gives:
      "Copies a variable of the engine's own process into the container, where the engine is Podman: logins and proxies can stand there. Docker unsets one that has no value.",
    instead: "Give the variable a value: `NAME=` is an empty one for every engine.",
  },
  label: {
    kind: "text",
    gives: "Sets a label: other tools take labels for orders, and some run commands or open the API by them.",
  },
  name: {
    kind: "text",
    gives: "Chooses a container's name, which others may use to reach it.",
    byDefault: ["*"],
  },
  rename: {
    kind: "text",
    gives:
      "Gives a container that is there another name: whoever means that name means that container from then on. A list that names containers in `volumes-from`, `link` or `join` takes those names away here.",
    byDefault: ["*"],
  },
  restart: {
    kind: "text",
    gives: "Has the engine start the container again, after a reboot too. Swarms always do so for services.",
    byDefault: ["*"],
  },
  resource: {
    kind: "text",
    gives:
      "Takes more of the host's resources than is usual: no out-of-memory kill, real-time CPU, disk weights.",
    byDefault: ["*"],
  },
} as const;

/** The name of one kind of power. */
export type Noun = keyof typeof definitions;

/** What each name means. */
export const nouns: Readonly<Record<Noun, NounDefinition>> = {
  ...definitions,
  env: { ...definitions.env, byDefault: ["*", ...orderVariables] },
  label: { ...definitions.label, byDefault: ["*", ...orderLabels] },
};
