import type { OperationName } from "../operations.ts";
import type { OperationPowers } from "./operation-powers.ts";

/** What each operation may ask for; an operation that is not here asks for nothing beyond itself. */
export const operationPowers: ReadonlyMap<OperationName, OperationPowers> = new Map();
