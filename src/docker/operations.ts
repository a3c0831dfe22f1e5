import type { OperationDefinition } from "./operation.ts";
import { buildOperations } from "./operations/build.ts";
import { containerFileOperations } from "./operations/container-files.ts";
import { containerOperations } from "./operations/containers.ts";
import { debugOperations } from "./operations/debug.ts";
import { execOperations } from "./operations/exec.ts";
import { imageOperations } from "./operations/images.ts";
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
  | (typeof debugOperations)[number];

/** Every operation name there is, so that a misspelt one does not compile. */
export type OperationName = Row["name"];

/** One endpoint of the Engine API, under a name that exists. */
export interface Operation extends OperationDefinition {
  readonly name: OperationName;
}

/** The whole Engine API from version 1.24 on. What is not here does not pass. The rows are type-checked here. */
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
