import type { OperationDefinition } from "./operation.ts";
import { buildOperations } from "./operations/build.ts";
import { containerFileOperations } from "./operations/container-files.ts";
import { containerOperations } from "./operations/containers.ts";
import { debugOperations } from "./operations/debug.ts";
import { execOperations } from "./operations/exec.ts";
import { imageOperations } from "./operations/images.ts";
import { libpodContainerFileOperations } from "./operations/libpod-container-files.ts";
import { libpodContainerOperations } from "./operations/libpod-containers.ts";
import { libpodExecOperations } from "./operations/libpod-exec.ts";
import { libpodImageOperations } from "./operations/libpod-images.ts";
import { libpodManifestOperations } from "./operations/libpod-manifests.ts";
import { libpodNetworkOperations } from "./operations/libpod-networks.ts";
import { libpodPodOperations } from "./operations/libpod-pods.ts";
import { libpodStorageOperations } from "./operations/libpod-storage.ts";
import { libpodSystemOperations } from "./operations/libpod-system.ts";
import { networkOperations } from "./operations/networks.ts";
import { pluginOperations } from "./operations/plugins.ts";
import { secretOperations } from "./operations/secrets.ts";
import { serviceOperations } from "./operations/services.ts";
import { swarmOperations } from "./operations/swarm.ts";
import { systemOperations } from "./operations/system.ts";
import { volumeOperations } from "./operations/volumes.ts";

type Row =
  | (typeof systemOperations)[number]
  | (typeof containerOperations)[number]
  | (typeof containerFileOperations)[number]
  | (typeof execOperations)[number]
  | (typeof imageOperations)[number]
  | (typeof buildOperations)[number]
  | (typeof networkOperations)[number]
  | (typeof volumeOperations)[number]
  | (typeof swarmOperations)[number]
  | (typeof serviceOperations)[number]
  | (typeof secretOperations)[number]
  | (typeof pluginOperations)[number]
  | (typeof debugOperations)[number]
  | (typeof libpodSystemOperations)[number]
  | (typeof libpodContainerOperations)[number]
  | (typeof libpodContainerFileOperations)[number]
  | (typeof libpodExecOperations)[number]
  | (typeof libpodImageOperations)[number]
  | (typeof libpodManifestOperations)[number]
  | (typeof libpodPodOperations)[number]
  | (typeof libpodNetworkOperations)[number]
  | (typeof libpodStorageOperations)[number];

/** Every operation name there is, so that a misspelt one does not compile. */
export type OperationName = Row["name"];

/** One endpoint of Docker's or Podman's API, under a name that exists. */
export interface Operation extends OperationDefinition {
  readonly name: OperationName;
}

/** The whole Engine API from version 1.24 on. The rows are type-checked here. */
export const operations: readonly Operation[] = [
  ...systemOperations,
  ...containerOperations,
  ...containerFileOperations,
  ...execOperations,
  ...imageOperations,
  ...buildOperations,
  ...networkOperations,
  ...volumeOperations,
  ...swarmOperations,
  ...serviceOperations,
  ...secretOperations,
  ...pluginOperations,
  ...debugOperations,
];

/** Podman's own API, below /libpod, from version 3 on: the parts that a dialect can open, and none of the others. */
export const libpodOperations: readonly Operation[] = [
  ...libpodSystemOperations,
  ...libpodContainerOperations,
  ...libpodContainerFileOperations,
  ...libpodExecOperations,
  ...libpodImageOperations,
  ...libpodManifestOperations,
  ...libpodPodOperations,
  ...libpodNetworkOperations,
  ...libpodStorageOperations,
];

/** All that the gate knows. What is not here does not pass. */
export const catalogue: readonly Operation[] = [...operations, ...libpodOperations];
