import { atOrAbove, underBothNames } from "./folders.ts";

/** Sockets of engines: whoever reaches one asks no gate. */
const engineSockets: readonly string[] = [
  "/run/docker.sock",
  "/run/docker/containerd/containerd.sock",
  "/run/containerd/containerd.sock",
  "/run/podman/podman.sock",
  "/run/crio/crio.sock",
  "/run/cri-dockerd.sock",
  "/run/buildkit/buildkitd.sock",
  "/run/k3s/containerd/containerd.sock",
  "/run/balena-engine.sock",
  "/run/user/*/docker.sock",
  "/run/user/*/podman/podman.sock",
];

/** Sockets of what starts programs as root for whoever asks as root. */
const systemSockets: readonly string[] = ["/run/dbus/system_bus_socket", "/run/systemd/private"];

/** The same wherever they are, by what they are called. */
const socketNames: readonly string[] = [
  "docker.sock",
  "docker.sock.raw",
  "podman.sock",
  "containerd.sock",
  "crio.sock",
  "buildkitd.sock",
];

/** Paths through which an engine, or the whole host, is reached, as entries of a list of powers behind `bind:`. */
export const enginePaths: readonly string[] = [
  ...atOrAbove(underBothNames(engineSockets)),
  ...socketNames.map((name) => `/**/${name}`),
];

/** Other paths that are the host even for whoever may only read: below a process's folder its root is found again. */
export const rootPaths: readonly string[] = [...atOrAbove(underBothNames(systemSockets)), "/proc/*/**"];

/** Disks and memory of the host, and the folders that hold them. */
export const wholeDevices: readonly string[] = [
  ...atOrAbove(["/dev/mem", "/dev/kmem", "/dev/port"]),
  ..."sd* hd* vd* xvd* nvme* mmcblk* dm-* md* loop* nbd* rbd* bcache* zvol/** mapper/** disk/** block/**"
    .split(" ")
    .map((name) => `/dev/${name}`),
];
