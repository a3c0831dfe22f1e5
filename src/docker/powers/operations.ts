import { catalogue, type OperationName } from "../operations.ts";
import { containerPowers } from "./container.ts";
import type { OperationPowers } from "./operation-powers.ts";

/** What each operation may ask for; an operation that is not here asks for nothing beyond itself. */
export const operationPowers: ReadonlyMap<OperationName, OperationPowers> = new Map(
  namedEntries({ ...containerPowers }),
);

function namedEntries(
  powers: Partial<Record<OperationName, OperationPowers>>,
): readonly (readonly [OperationName, OperationPowers])[] {
  return catalogue.flatMap(({ name }) => {
    const asked = powers[name];
    return asked === undefined ? [] : [[name, asked] as const];
  });
}
