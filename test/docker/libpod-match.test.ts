import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchOperation } from "../../src/docker/match.ts";
import type { Method } from "../../src/docker/operation.ts";
import { libpodOperations } from "../../src/docker/operations.ts";
import { parsePath } from "../../src/docker/path.ts";
import { libpodFacts, patternToRegExp } from "./facts/facts.ts";
import { samplePaths } from "./samples.ts";

const methods: readonly Method[] = ["GET", "HEAD", "POST", "PUT", "DELETE"];

function matchPath(method: Method, path: string): string | undefined {
  const parsed = parsePath(path);
  if (!parsed.ok) throw new Error(`${path}: ${parsed.error.reason}`);
  return matchOperation(method, parsed.value.segments)?.name;
}

describe("matchOperation below /libpod", () => {
  test.each(libpodOperations.map((operation) => [operation.name, operation] as const))(
    "finds %s with and without a version, by any name",
    (name, operation) => {
      for (const path of samplePaths(operation)) {
        for (const method of operation.methods) {
          expect([path, matchPath(method, path)]).toEqual([path, name]);
          expect([path, matchPath(method, `/v4.3.1${path}`)]).toEqual([path, name]);
        }
      }
    },
  );

  test.each<[Method, string, string]>([
    ["GET", "/images/quay.io/a/b:c/exists", "ImageExistsLibpod"],
    ["GET", "/images/a/exists/json", "ImageInspectLibpod"],
    ["GET", "/images/json/exists", "ImageExistsLibpod"],
    ["GET", "/images/json", "ImageListLibpod"],
    ["GET", "/images/export/get", "ImageGetLibpod"],
    ["GET", "/images/a/changes", "ImageChangesLibpod"],
    ["POST", "/images/scp/user@host::quay.io/a/b", "ImageScpLibpod"],
    ["POST", "/images/scp/tag", "ImageScpLibpod"],
    ["POST", "/images/load/tag", "ImageTagLibpod"],
    ["GET", "/images/scp/json", "ImageInspectLibpod"],
    ["DELETE", "/images/remove", "ImageDeleteAllLibpod"],
    ["DELETE", "/images/a/remove", "ImageDeleteLibpod"],
    ["GET", "/generate/kube", "GenerateKubeLibpod"],
    ["GET", "/generate/kube/systemd", "GenerateSystemdLibpod"],
    ["POST", "/manifests/a/b:c", "ManifestCreateLibpod"],
    ["POST", "/manifests/create", "ManifestCreateLibpod"],
    ["PUT", "/manifests/a/b:c", "ManifestModifyLibpod"],
    ["DELETE", "/manifests/a/b:c", "ManifestDeleteLibpod"],
    ["POST", "/manifests/a/b/add", "ManifestAddLibpod"],
    ["GET", "/manifests/a/b/exists", "ManifestExistsLibpod"],
    ["POST", "/manifests/a/push", "ManifestPushV3Libpod"],
    ["POST", "/manifests/a/b/push", "ManifestCreateLibpod"],
    ["POST", "/manifests/a/registry/b", "ManifestPushLibpod"],
    ["POST", "/manifests/a/b/registry/c/d:e", "ManifestPushLibpod"],
    ["POST", "/manifests/a/registry/b/push", "ManifestPushLibpod"],
    ["POST", "/manifests/a/registry/b/add", "ManifestPushLibpod"],
    ["POST", "/manifests/registry/registry/registry", "ManifestPushLibpod"],
    ["POST", "/manifests/a/registry", "ManifestCreateLibpod"],
    ["POST", "/manifests/registry/a", "ManifestCreateLibpod"],
    ["DELETE", "/manifests/a/registry/b", "ManifestDeleteLibpod"],
    ["GET", "/networks/web", "NetworkInspectLibpod"],
    ["GET", "/networks/web/json", "NetworkInspectLibpod"],
    ["GET", "/networks/json", "NetworkListLibpod"],
    ["DELETE", "/networks/json", "NetworkDeleteLibpod"],
    ["HEAD", "/_ping", "SystemPingLibpod"],
    ["HEAD", "/containers/web/archive", "ContainerArchiveLibpod"],
    ["POST", "/pods/create/stop", "PodStopLibpod"],
    ["GET", "/pods/stats/top", "PodTopLibpod"],
    ["OPTIONS", "/containers/json", "RouteOptions"],
  ])("takes %s /libpod%s for %s, as Podman does", (method, path, name) => {
    expect(matchPath(method, `/libpod${path}`)).toBe(name);
    expect(matchPath(method, `/v4.3.1/libpod${path}`)).toBe(name);
  });

  test.each<[string, Method, string]>([
    ["Podman's API itself", "GET", "/libpod"],
    ["Podman's API and a slash", "GET", "/libpod/"],
    ["artifacts", "GET", "/libpod/artifacts/json"],
    ["quadlets", "GET", "/libpod/quadlets/json"],
    ["the newer Kubernetes endpoints", "POST", "/libpod/kube/apply"],
    ["a build", "POST", "/libpod/build"],
    ["a build from the host's own files", "POST", "/libpod/local/build"],
    ["a commit", "POST", "/libpod/commit"],
    ["what Docker has and Podman's own API has not", "GET", "/libpod/containers/web/attach/ws"],
    ["what Podman's own API has and Docker has not", "GET", "/pods/json"],
    ["a pod of two segments", "POST", "/libpod/pods/a/b/stop"],
    ["a container of two segments", "GET", "/libpod/containers/a/b/healthcheck"],
    ["a unit of two segments", "GET", "/libpod/generate/a/b/systemd"],
    ["an image without a name", "GET", "/libpod/images/exists"],
    ["a manifest list without a name", "POST", "/libpod/manifests/"],
    ["a registry without a destination", "POST", "/libpod/manifests/a/registry/"],
    ["a copy of no image", "POST", "/libpod/images/scp/"],
    ["an empty network name", "GET", "/libpod/networks/"],
    ["another case", "GET", "/libpod/Containers/json"],
    ["another case of the API", "GET", "/Libpod/containers/json"],
    ["the API twice", "GET", "/libpod/libpod/info"],
    ["a version after the API", "GET", "/libpod/v4.3.1/info"],
    ["more letters after a keyword", "GET", "/libpod/_pingfoo"],
    ["HEAD where Podman has only GET", "HEAD", "/libpod/containers/json"],
    ["GET where Podman has only POST", "GET", "/libpod/system/check"],
  ])("knows no operation for %s", (_what, method, path) => {
    expect(matchPath(method, path)).toBeUndefined();
  });
});

const routes = libpodFacts.map((fact) => ({ ...fact, engine: patternToRegExp(fact.enginePattern) }));
const vocabulary = [
  ...new Set(
    libpodFacts.flatMap(({ template }) =>
      template
        .slice(1)
        .split("/")
        .filter((part) => !part.startsWith("{")),
    ),
  ),
  "web",
  "a:b",
];
const anySegments = fc.oneof(
  fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 4 }).map((rest) => ["libpod", ...rest]),
  fc
    .tuple(
      fc.constantFrom(...libpodFacts),
      fc.array(fc.constantFrom(...vocabulary), { maxLength: 3 }),
      fc.nat(5),
    )
    .map(([{ template }, inserted, at]) =>
      template
        .slice(1)
        .split("/")
        .toSpliced(at, 1, ...inserted),
    ),
);

describe("the tree of templates below /libpod", () => {
  test("finds an operation only where a pattern of Podman's leads to it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...methods), anySegments, (method, segments) => {
        const found = matchOperation(method, segments);
        if (found === undefined || !found.template.startsWith("/libpod/")) return;
        const path = `/${segments.join("/")}`;
        const reached = routes.filter((route) => route.method === method && route.engine.test(path));
        expect(reached.map(({ name }) => name)).toContain(found.name);
      }),
      { numRuns: 5000 },
    );
  });

  test("finds one wherever a pattern of Podman's fits names that are not empty", () => {
    fc.assert(
      fc.property(fc.constantFrom(...methods), anySegments, (method, segments) => {
        const path = `/${segments.join("/")}`;
        const crossesSlashes = /\/(?:healthcheck|systemd)$/u.test(path) && segments.length > 4;
        const fits = routes.some(
          (route) =>
            route.method === method &&
            patternToRegExp(route.enginePattern.replaceAll(":.*", ":.+")).test(path),
        );
        if (!crossesSlashes && fits) expect(matchOperation(method, segments)).toBeDefined();
      }),
      { numRuns: 5000 },
    );
  });
});
