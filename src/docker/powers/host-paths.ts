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

/** Whoever writes here lets itself in, or changes what the host runs as root, as do those who write below. */
const writtenFolders: readonly string[] =
  "/boot /bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin /root/.ssh /proc/sys/kernel /etc/ssh /etc/cron.d /etc/sudoers.d /etc/profile.d /etc/init.d /etc/systemd/system /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly /etc/pam.d /etc/udev/rules.d /usr/lib/systemd /lib/systemd /sys/fs/cgroup".split(
    " ",
  );

/** The same of files, and of folders below which others' data is too. */
const writtenPlaces: readonly string[] =
  "/etc/passwd /etc/shadow /etc/crontab /etc/sudoers /etc/ld.so.preload /etc/docker /lib /lib64 /usr/lib /sys/kernel /var/spool/cron /var/lib/docker/containers /var/lib/docker/overlay2 /var/lib/docker/volumes /var/lib/containerd /var/lib/containers/storage /var/lib/kubelet".split(
    " ",
  );

/** Paths through which an engine, or the whole host, is reached, as entries of a list of powers behind `bind:`. */
export const enginePaths: readonly string[] = [
  ...atOrAbove(underBothNames(engineSockets)),
  ...socketNames.map((name) => `/**/${name}`),
];

/** Other paths that are the host even for whoever may only read: below a process's folder its root is found again. */
export const rootPaths: readonly string[] = [...atOrAbove(underBothNames(systemSockets)), "/proc/*/**"];

/** Paths that are the host for whoever may write there. */
export const writtenPaths: readonly string[] = [
  ...atOrAbove([...writtenFolders, ...writtenPlaces]),
  ...writtenFolders.map((path) => `${path}/**`),
];

/** Disks and memory of the host, and the folders that hold them. */
export const wholeDevices: readonly string[] = [
  ...atOrAbove(["/dev/mem", "/dev/kmem", "/dev/port"]),
  ..."sd* hd* vd* xvd* nvme* mmcblk* dm-* md* loop* nbd* rbd* bcache* zvol/** mapper/** disk/** block/**"
    .split(" ")
    .map((name) => `/dev/${name}`),
];

/** `/var/run` is `/run` on nearly every Linux. */
function underBothNames(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => [path, `/var${path}`]);
}

/** A folder shows all that is in it. */
function atOrAbove(paths: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const segments = path.split("/").slice(1);
    for (let length = 0; length <= segments.length; length += 1) {
      found.add(`/${segments.slice(0, length).join("/")}`);
    }
  }
  return [...found];
}
