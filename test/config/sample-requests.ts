import type { Method } from "../../src/docker/operation.ts";
import { libpodOperations, type Operation } from "../../src/docker/operations.ts";
import { samplePaths } from "../docker/samples.ts";

/** One request, without a body. */
export interface SampleRequest {
  readonly method: Method;
  readonly path: string;
  readonly operation: Operation;
}

const libpod: ReadonlySet<string> = new Set(libpodOperations.map(({ name }) => name));

/** Requests for every operation: each method, sample ids and names, without and with a version of its API. */
export function sampleRequestsOf(operations: readonly Operation[]): readonly SampleRequest[] {
  return operations.flatMap((operation) =>
    operation.methods.flatMap((method) =>
      samplePaths(operation).flatMap((path) =>
        ["", libpod.has(operation.name) ? "/v4.3.1" : "/v1.41"].map((version) => ({
          method,
          path: `${version}${path}`,
          operation,
        })),
      ),
    ),
  );
}
