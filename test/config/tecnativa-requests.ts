import type { Method } from "../../src/docker/operation.ts";
import { type Operation, operations } from "../../src/docker/operations.ts";
import { samplePaths } from "../docker/samples.ts";

/** One request, without a body. */
export interface SampleRequest {
  readonly method: Method;
  readonly path: string;
  readonly operation: Operation;
}

/** Requests for every operation of the catalogue: each method, sample ids and names, without and with a version. */
export const catalogueRequests: readonly SampleRequest[] = operations.flatMap((operation) =>
  operation.methods.flatMap((method) =>
    samplePaths(operation).flatMap((path) =>
      ["", "/v1.41"].map((version) => ({ method, path: `${version}${path}`, operation })),
    ),
  ),
);

/**
 * Requests that the original may forward and Quaygate refuses: dockerd serves none of them, or serves them in a way that
 * the original's user did not open. Each class is documented; each row tells the code of the refusal.
 */
export const differentOnPurpose = [
  ["a case variant, 404 at dockerd", "GET", "/CONTAINERS/json", "unknown_operation"],
  ["a case variant, 404 at dockerd", "GET", "/Version", "unknown_operation"],
  ["a case variant of the version, 404 at dockerd", "GET", "/V1.41/containers/json", "unknown_operation"],
  ["an unknown endpoint, 404 at dockerd", "GET", "/_pingfoo", "unknown_operation"],
  ["an unknown endpoint, 404 at dockerd", "GET", "/containers", "unknown_operation"],
  ["an unknown endpoint, 404 at dockerd", "GET", "/containers/web", "unknown_operation"],
  ["an unknown endpoint, 404 at dockerd", "POST", "/containers/web/stopped", "unknown_operation"],
  ["a method that dockerd does not route", "GET", "/containers/web/stop", "unknown_operation"],
  ["a method that dockerd does not route", "HEAD", "/containers/json", "unknown_operation"],
  ["an id that crosses a slash: a legacy link", "POST", "/containers/web/stop/exec", "unknown_operation"],
  ["a path that dockerd redirects", "GET", "/containers//json", "bad_path"],
  ["a path that dockerd redirects", "GET", "/version/", "unknown_operation"],
  ["a path that dockerd redirects", "GET", "/events/../info", "bad_path"],
  ["a path that dockerd redirects", "GET", "/events/%2e%2e/containers/json", "bad_path"],
  ["a path that dockerd redirects", "GET", "/events/%2E%2e%2fcontainers/json", "bad_path"],
  ["an escape beyond UTF-8", "GET", "/images/%ff/json", "bad_path"],
  ["a NUL in the path", "GET", "/images/a%00b/json", "bad_path"],
  ["a version with a leading zero", "GET", "/v01.41/info", "bad_version"],
  ["a version that is none", "GET", "/v./info", "bad_version"],
  [
    "a version of a time when start took a HostConfig",
    "POST",
    "/v1.23/containers/web/start",
    "version_too_old",
  ],
  ["a version that is too old", "GET", "/v1.12/containers/json", "version_too_old"],
] as const satisfies readonly (readonly [why: string, method: Method, path: string, code: string])[];
