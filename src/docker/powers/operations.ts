import { catalogue, type OperationName } from "../operations.ts";
import { buildPowers } from "./build.ts";
import { containerFilePowers } from "./checkpoint-archive.ts";
import { containerPowers } from "./container.ts";
import { filterPowers } from "./filters.ts";
import { imagePowers } from "./image-operations.ts";
import { libpodPowers } from "./libpod.ts";
import { networkPowers } from "./network.ts";
import { type OperationPowers, query } from "./operation-powers.ts";
import { pluginPowers } from "./plugin.ts";
import { registryPowers } from "./registry.ts";
import { secretPowers } from "./secret-config.ts";
import { servicePowers } from "./service-spec.ts";
import { swarmPowers } from "./swarm.ts";
import { volumePowers } from "./volume.ts";

const emptyQuery = query({ keys: {}, repeatsBody: true });

/** What each operation may ask for; an operation that is not here asks for nothing beyond itself. */
export const operationPowers: ReadonlyMap<OperationName, OperationPowers> = new Map(
  namedEntries({
    ...containerPowers,
    ...containerFilePowers,
    ...imagePowers,
    ...buildPowers,
    ...registryPowers,
    ...volumePowers,
    ...networkPowers,
    ...servicePowers,
    ...secretPowers,
    ...swarmPowers,
    ...pluginPowers,
    ...libpodPowers,
  }),
);

function namedEntries(
  powers: Partial<Record<OperationName, OperationPowers>>,
): readonly (readonly [OperationName, OperationPowers])[] {
  return catalogue.flatMap(({ name }) => {
    const [filtered, own] = [filterPowers[name], powers[name]];
    if (filtered === undefined && own === undefined) return [];
    const asked = { ...filtered, ...own };
    // Where a body says it all, a query that says something is not understood.
    return [[name, asked.body === undefined ? asked : { query: emptyQuery, ...asked }] as const];
  });
}
