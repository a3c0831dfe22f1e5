import { libpodOperations, type Operation, type OperationName } from "../operations.ts";
import { changesQuery } from "./checkpoint-archive.ts";
import { renamedInPath, renameQuery } from "./container.ts";
import type { Noun } from "./nouns.ts";
import type { OperationPowers } from "./operation-powers.ts";

/** What changes no more than that something runs or is there: Docker's twins of these ask for nothing. */
const HARMLESS_WRITES: ReadonlySet<OperationName> = new Set<OperationName>([
  ...(["ContainerStartLibpod", "ContainerStopLibpod", "ContainerKillLibpod"] as const),
  ...(["ContainerRestartLibpod", "ContainerPauseLibpod", "ContainerUnpauseLibpod"] as const),
  ...(["ContainerInitLibpod", "ContainerResizeLibpod"] as const),
  ...(["ContainerDeleteLibpod", "ContainerPruneLibpod"] as const),
  ...(["ExecResizeLibpod", "ExecRemoveLibpod"] as const),
  ...(["PodStartLibpod", "PodStopLibpod", "PodKillLibpod", "PodRestartLibpod"] as const),
  ...(["PodPauseLibpod", "PodUnpauseLibpod", "PodDeleteLibpod", "PodPruneLibpod"] as const),
]);

/**
 * What gives out, deletes or takes apart an object of these nouns. Podman finds images by parts of their names, and the
 * others by beginnings of names and ids, so any may be meant.
 */
const OBJECTS: Readonly<Partial<Record<OperationName, readonly Noun[]>>> = {
  ImageGetLibpod: ["image"],
  ImageExportLibpod: ["image"],
  ImageDeleteLibpod: ["image"],
  ImageDeleteAllLibpod: ["image"],
  ImagePruneLibpod: ["image"],
  ImageUntagLibpod: ["image"],
  ManifestDeleteLibpod: ["image"],
  NetworkDeleteLibpod: ["network"],
  NetworkDisconnectLibpod: ["network"],
  NetworkPruneLibpod: ["network"],
  SecretDeleteLibpod: ["secret"],
  VolumeDeleteLibpod: ["volume"],
  VolumePruneLibpod: ["volume"],
  SystemPruneLibpod: ["image", "network", "volume"],
};

/** Read files, show secrets, pass options to `ps`, or have the engine talk to a registry. */
const REACHING_READS: ReadonlySet<OperationName> = new Set<OperationName>([
  ...(["ContainerArchiveLibpod", "ContainerExportLibpod", "VolumeExportLibpod"] as const),
  ...(["ContainerTopLibpod", "PodTopLibpod", "SecretInspectLibpod"] as const),
  ...(["ImageSearchLibpod", "ManifestInspectLibpod"] as const),
]);

function isOpen({ name, effect }: Operation): boolean {
  return effect === "read" ? !REACHING_READS.has(name) : HARMLESS_WRITES.has(name);
}

/**
 * What Podman's own operations ask for: any object of a noun, the files of a container as with Docker, or themselves, for
 * nobody looks into their bodies. A new one that writes asks for itself.
 */
export const libpodPowers: Partial<Record<OperationName, OperationPowers>> = {
  ...Object.fromEntries(
    libpodOperations
      .filter((operation) => !isOpen(operation))
      .map(({ name }) => [name, { itself: [{ noun: "podman", value: name }] }]),
  ),
  ...Object.fromEntries(
    Object.entries(OBJECTS).map(([name, nouns]) => [
      name,
      { itself: nouns.map((noun) => ({ noun, value: "(any)" })) },
    ]),
  ),
  ContainerRenameLibpod: { path: renamedInPath, query: renameQuery },
  ContainerChangesLibpod: { itself: [{ noun: "read-file", value: "/" }], query: changesQuery },
  ImageChangesLibpod: { itself: [{ noun: "image", value: "(any)" }], query: changesQuery },
};
