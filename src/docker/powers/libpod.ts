import { libpodOperations, type Operation, type OperationName } from "../operations.ts";
import { containerPowers } from "./container.ts";
import type { OperationPowers } from "./operation-powers.ts";

/** What changes no more than that something runs, or is there: Docker's twins of these ask for nothing. */
const HARMLESS_WRITES: ReadonlySet<OperationName> = new Set<OperationName>([
  ...(["ContainerStartLibpod", "ContainerStopLibpod", "ContainerKillLibpod"] as const),
  ...(["ContainerRestartLibpod", "ContainerPauseLibpod", "ContainerUnpauseLibpod"] as const),
  ...(["ContainerInitLibpod", "ContainerResizeLibpod"] as const),
  ...(["ContainerDeleteLibpod", "ContainerPruneLibpod", "SystemPruneLibpod"] as const),
  ...(["ExecResizeLibpod", "ExecRemoveLibpod"] as const),
  ...(["PodStartLibpod", "PodStopLibpod", "PodKillLibpod", "PodRestartLibpod"] as const),
  ...(["PodPauseLibpod", "PodUnpauseLibpod", "PodDeleteLibpod", "PodPruneLibpod"] as const),
  ...(["ImageDeleteLibpod", "ImageDeleteAllLibpod", "ImagePruneLibpod", "ImageUntagLibpod"] as const),
  ...(["ManifestDeleteLibpod", "NetworkDeleteLibpod", "NetworkPruneLibpod"] as const),
  ...(["NetworkDisconnectLibpod", "SecretDeleteLibpod"] as const),
  ...(["VolumeDeleteLibpod", "VolumePruneLibpod"] as const),
]);

/** Read files, show secrets, pass options to `ps`, or have the engine talk to a registry. */
const REACHING_READS: ReadonlySet<OperationName> = new Set<OperationName>([
  ...(["ContainerArchiveLibpod", "ContainerExportLibpod", "VolumeExportLibpod"] as const),
  ...(["ContainerTopLibpod", "PodTopLibpod", "SecretInspectLibpod"] as const),
  ...(["ImageSearchLibpod", "ManifestInspectLibpod"] as const),
]);

function isOpen({ name, effect }: Operation): boolean {
  return effect === "read" ? !REACHING_READS.has(name) : HARMLESS_WRITES.has(name);
}

/** What says all in a query that both APIs share asks for what Docker's twin of it asks for. */
const TWINS: Partial<Record<OperationName, OperationName>> = { ContainerRenameLibpod: "ContainerRename" };

function powersOf(name: OperationName): OperationPowers {
  const twin = TWINS[name];
  const shared = twin === undefined ? undefined : containerPowers[twin];
  return shared ?? { itself: [{ noun: "podman", value: name }] };
}

/** What Podman's own operations ask for: most of them themselves, for nobody looks into their bodies. A new one that writes does. */
export const libpodPowers: Partial<Record<OperationName, OperationPowers>> = Object.fromEntries(
  libpodOperations.filter((operation) => !isOpen(operation)).map(({ name }) => [name, powersOf(name)]),
);
