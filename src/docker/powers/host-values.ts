import { enginePaths, rootPaths, wholeDevices } from "./host-paths.ts";
import type { Noun } from "./nouns.ts";
import { writtenPaths } from "./written-paths.ts";

/** The values of a noun that give the host away as a whole, each written as in a noun's `byDefault`. */
export interface HostValues {
  readonly values: readonly string[];
  /** The same, but not with `:ro` behind them. */
  readonly written?: readonly string[];
  /** Those of them that reach an engine: whoever only wants its API can have that by the gate. */
  readonly engine?: readonly string[];
  /** What it means to hold one, as the rest of a sentence that begins with the power. */
  readonly means: string;
}

const ROOT = "is root on the host, past this gate";

/**
 * The powers that are the host itself: with one of them all others are had too. Nobody is advised to add them: a refusal
 * says what they mean, and who wants one all the same finds it on the page of powers.
 */
export const hostValues: Readonly<Partial<Record<Noun, HostValues>>> = {
  privileged: { values: ["*"], means: ROOT },
  bind: {
    values: [...enginePaths, ...rootPaths],
    written: writtenPaths,
    engine: enginePaths,
    means: ROOT,
  },
  mount: {
    values: [
      "overlay",
      "bind",
      "proc",
      "sysfs",
      "devtmpfs",
      "debugfs",
      "ext*",
      "xfs",
      "btrfs",
      "f2fs",
      "vfat",
      "exfat",
      "msdos",
      "ntfs3",
      "jfs",
      "zfs",
    ],
    means: ROOT,
  },
  cap: {
    values: ["SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "DAC_READ_SEARCH", "BPF"],
    means: ROOT,
  },
  device: { values: wholeDevices, means: ROOT },
  // All devices, or those of blocks: with `mknod`, which every container has, that is any disk.
  "device-rule": { values: ["a*", "b*"], means: ROOT },
  host: {
    values: ["pid", "network", "ipc", "userns"],
    means: "takes away the wall between the container and what runs on the host",
  },
  // Without it /proc/sys can be written, where the kernel is told which program to run as root.
  unmask: { values: ["*"], means: ROOT },
  podman: {
    values: ["ContainerCreateLibpod", "PodCreateLibpod", "PlayKubeLibpod"],
    means: "creates containers into which nobody looks, so it is all that Podman's user can do",
  },
  plugin: { values: ["install", "create", "set", "upgrade", "enable"], means: ROOT },
  swarm: {
    values: ["tokens", "unlock-key", "init", "join", "update", "unlock"],
    means: "leads to root on every node, past this gate",
  },
};
