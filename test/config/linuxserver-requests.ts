import type { Method } from "../../src/docker/operation.ts";
import { catalogue, libpodOperations } from "../../src/docker/operations.ts";
import { samplePaths } from "../docker/samples.ts";
import type { SampleRequest } from "./tecnativa-requests.ts";

const libpod: ReadonlySet<string> = new Set(libpodOperations.map(({ name }) => name));

/** Requests for every operation of both APIs: each method, sample ids and names, without and with a version of its API. */
export const bothCataloguesRequests: readonly SampleRequest[] = catalogue.flatMap((operation) =>
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

/**
 * Requests that the original may forward and Quaygate refuses, beside those that are the same for Tecnativa's. Each
 * class is documented; each row tells the code of the refusal.
 */
export const libpodDifferentOnPurpose = [
  ["an endpoint in no section that is known", "GET", "/libpod/imagesx/json", "unknown_operation"],
  ["an unknown endpoint", "GET", "/libpod/_pingfoo", "unknown_operation"],
  ["an unknown endpoint", "GET", "/v4.3.1/libpod/containers", "unknown_operation"],
  ["an unknown endpoint", "POST", "/libpod/pods/web/stopped", "unknown_operation"],
  ["an endpoint of the other API", "POST", "/pods/web/stop", "unknown_operation"],
  ["an endpoint of the other API", "GET", "/libpod/containers/web/attach/ws", "unknown_operation"],
  ["a method that Podman does not route", "GET", "/libpod/containers/web/stop", "unknown_operation"],
  ["a method that Podman does not route", "HEAD", "/libpod/containers/json", "unknown_operation"],
  ["a case variant", "GET", "/libpod/Containers/json", "unknown_operation"],
  ["a case variant", "GET", "/LIBPOD/containers/json", "unknown_operation"],
  ["a path that is not canonical", "GET", "/libpod/containers/../info", "bad_path"],
  ["Docker's version before Podman's API", "GET", "/v1.41/libpod/info", "bad_version"],
  ["Podman's version before Docker's API", "GET", "/v4.3.1/info", "bad_version"],
  ["another spelling of a version", "GET", "/v4/libpod/info", "bad_version"],
  ["a version that is too old", "GET", "/v2.2.1/libpod/info", "version_too_old"],
] as const satisfies readonly (readonly [why: string, method: Method, path: string, code: string])[];
