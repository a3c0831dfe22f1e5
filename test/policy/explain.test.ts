import { describe, expect, test } from "vitest";
import type { Method } from "../../src/docker/operation.ts";
import { decide, type JudgedRequest } from "../../src/policy/decide.ts";
import { explainVerdict, plainTemplate } from "../../src/policy/explain.ts";
import { grantOf } from "./grants.ts";

type Row = readonly [settings: string, method: Method, path: string, sentence: string];

const denials: readonly Row[] = [
  [
    "",
    "POST",
    "/v1.41/containers/create",
    "quaygate: ContainerCreate (POST /containers/create) is not allowed for 172.18.0.5: needs POST=1 and CONTAINERS=1",
  ],
  [
    "CONTAINERS=1",
    "DELETE",
    "/containers/web",
    "quaygate: ContainerDelete (DELETE /containers/{id}) is not allowed for 172.18.0.5: needs POST=1",
  ],
  [
    "POST=1",
    "POST",
    "/containers/web/stop",
    "quaygate: ContainerStop (POST /containers/{id}/stop) is not allowed for 172.18.0.5: " +
      "needs one of ALLOW_STOP=1, ALLOW_RESTARTS=1, CONTAINERS=1",
  ],
  [
    "",
    "GET",
    "/images/ghcr.io/owner/name/json",
    "quaygate: ImageInspect (GET /images/{name}/json) is not allowed for 172.18.0.5: needs IMAGES=1",
  ],
  [
    "PING=0",
    "HEAD",
    "/_ping",
    "quaygate: SystemPingHead (HEAD /_ping) is not allowed for 172.18.0.5: needs PING=1",
  ],
  [
    "everything",
    "GET",
    "/debug/pprof/heap",
    "quaygate: DebugProfile (GET /debug/pprof/{name}) is not allowed for 172.18.0.5: no setting opens it",
  ],
  [
    "everything",
    "OPTIONS",
    "/containers/json",
    "quaygate: RouteOptions (OPTIONS /{route}) is not allowed for 172.18.0.5: no setting opens it",
  ],
];

const linuxserver: readonly Row[] = [
  [
    "QUAYGATE_COMPAT=linuxserver",
    "POST",
    "/containers/web/start",
    "quaygate: ContainerStart (POST /containers/{id}/start) is not allowed for 172.18.0.5: " +
      "needs ALLOW_START=1, or POST=1 and CONTAINERS=1",
  ],
  [
    "QUAYGATE_COMPAT=linuxserver POST=1",
    "POST",
    "/containers/web/start",
    "quaygate: ContainerStart (POST /containers/{id}/start) is not allowed for 172.18.0.5: " +
      "needs one of ALLOW_START=1, CONTAINERS=1",
  ],
  [
    "QUAYGATE_COMPAT=linuxserver",
    "GET",
    "/v4.3.1/libpod/images/quay.io/owner/name/json",
    "quaygate: ImageInspectLibpod (GET /libpod/images/{name}/json) is not allowed for 172.18.0.5: needs LIBPOD_IMAGES=1",
  ],
  [
    "QUAYGATE_COMPAT=linuxserver",
    "POST",
    "/v4.3.1/libpod/manifests/a/registry/b",
    "quaygate: ManifestPushLibpod (POST /libpod/manifests/{name}/registry/{destination}) is not allowed for " +
      "172.18.0.5: needs POST=1 and LIBPOD_MANIFESTS=1",
  ],
  [
    "everything",
    "GET",
    "/libpod/info",
    "quaygate: SystemInfoLibpod (GET /libpod/info) is not allowed for 172.18.0.5: " +
      "only the linuxserver dialect opens it (QUAYGATE_COMPAT=linuxserver)",
  ],
];

const unknown = "the Engine API has no such endpoint that this version of quaygate knows";

const refusals: readonly Row[] = [
  ["everything", "GET", "/_pingfoo", `quaygate: GET /_pingfoo is refused: ${unknown}`],
  ["everything", "GET", "/v1.41/containers", `quaygate: GET /containers is refused: ${unknown}`],
  [
    "everything",
    "POST",
    "/containers/caf%C3%A9%20bar/nothing",
    `quaygate: POST /containers/caf%C3%A9%20bar/nothing is refused: ${unknown}`,
  ],
  ["everything", "GET", `/${"a".repeat(300)}`, `quaygate: GET /${"a".repeat(199)}... is refused: ${unknown}`],
  [
    "everything",
    "GET",
    "/libpod/artifacts/json",
    "quaygate: GET /libpod/artifacts/json is refused: Podman's API has no such endpoint that this version of quaygate knows",
  ],
  [
    "everything",
    "GET",
    "/v1.41/libpod/info",
    "quaygate: GET /v1.41/libpod/info is refused: the API version before /libpod must be written like v4.3.1",
  ],
  [
    "everything",
    "GET",
    "/v2.2.1/libpod/info",
    "quaygate: GET /v2.2.1/libpod/info is refused: libpod API version 2.2.1 is too old: the oldest that is let through is 3.0.0",
  ],
  ["everything", "GET", "//info", "quaygate: GET //info is refused: the path starts with two slashes"],
  ["everything", "GET", "/a/../info", "quaygate: GET /a/../info is refused: the path has a dot segment"],
  [
    "everything",
    "GET",
    "/v1.041/info",
    "quaygate: GET /v1.041/info is refused: the API version must be written like v1.41",
  ],
  [
    "everything",
    "GET",
    "/v1.23/info",
    "quaygate: GET /v1.23/info is refused: API version 1.23 is too old: the oldest that is let through is 1.24",
  ],
];

describe("the sentence that docker prints", () => {
  test.each([...denials, ...linuxserver, ...refusals])("[%s] %s %s: %s", (words, method, path, sentence) => {
    expect(explain(words, { method, path, hasBody: false, contentTypes: [] })).toBe(sentence);
  });

  test("names the operation whose form body is refused", () => {
    const request: JudgedRequest = {
      method: "POST",
      path: "/v1.41/containers/web/stop",
      hasBody: true,
      contentTypes: ["application/x-www-form-urlencoded"],
    };
    expect(explain("everything", request)).toBe(
      "quaygate: ContainerStop (POST /containers/web/stop) is refused: " +
        "a form body could override the query that was judged",
    );
  });
});

describe("a template", () => {
  test.each([
    ["/images/{name...}/json", "/images/{name}/json"],
    ["/containers/{id}/json", "/containers/{id}/json"],
    [
      "/libpod/manifests/{name...}/registry/{destination...}",
      "/libpod/manifests/{name}/registry/{destination}",
    ],
    ["/_ping", "/_ping"],
  ])("%s is written as in the API's documentation: %s", (template, plain) => {
    expect(plainTemplate(template)).toBe(plain);
  });
});

function explain(words: string, request: JudgedRequest): string {
  const verdict = decide(grantOf(words), request);
  return verdict.kind === "allow" ? "allowed" : explainVerdict(verdict, request.method, "172.18.0.5");
}
