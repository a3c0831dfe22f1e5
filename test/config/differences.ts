import type { Method } from "../../src/docker/operation.ts";

/** A request, why it is refused, and the code of the refusal. */
export type Difference = readonly [why: string, method: Method, path: string, code: string];

/**
 * Requests that the original may forward and Quaygate refuses: dockerd serves none of them, or serves them in a way that
 * the original's user did not open. Each class is documented; each row tells the code of the refusal.
 */
export const dockerDifferences: readonly Difference[] = [
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
];

/**
 * Requests that the original may forward and Quaygate refuses, below Podman's own API. Each
 * class is documented; each row tells the code of the refusal.
 */
export const libpodDifferences: readonly Difference[] = [
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
];
