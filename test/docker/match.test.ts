import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchOperation } from "../../src/docker/match.ts";
import type { Method } from "../../src/docker/operation.ts";
import { operations } from "../../src/docker/operations.ts";
import { parsePath } from "../../src/docker/path.ts";
import { endpointFacts, patternToRegExp } from "./facts/facts.ts";
import { samplePaths } from "./samples.ts";

const methods: readonly Method[] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];

function matchPath(method: Method, path: string): string | undefined {
  const parsed = parsePath(path);
  if (!parsed.ok) throw new Error(`${path}: ${parsed.error.reason}`);
  return matchOperation(method, parsed.value.segments)?.name;
}

describe("matchOperation", () => {
  test.each(operations.map((operation) => [operation.name, operation] as const))(
    "finds %s with and without a version, by any name",
    (name, operation) => {
      for (const path of samplePaths(operation)) {
        for (const method of operation.methods) {
          expect([path, matchPath(method, path)]).toEqual([path, name]);
          expect([path, matchPath(method, `/v1.41${path}`)]).toEqual([path, name]);
        }
      }
    },
  );

  test.each<[Method, string, string]>([
    ["POST", "/containers/create/exec", "ContainerExec"],
    ["POST", "/containers/prune/kill", "ContainerKill"],
    ["POST", "/containers/json/start", "ContainerStart"],
    ["DELETE", "/containers/json", "ContainerDelete"],
    ["DELETE", "/containers/create", "ContainerDelete"],
    ["DELETE", "/containers/web/db", "ContainerLinkDelete"],
    ["DELETE", "/containers/web%2Fdb", "ContainerLinkDelete"],
    ["DELETE", "/containers//web/db", "ContainerLinkDelete"],
    ["DELETE", "/containers/create/stop", "ContainerLinkDelete"],
    ["GET", "/containers/json/json", "ContainerInspect"],
    ["GET", "/containers/attach/attach/ws", "ContainerAttachWebsocket"],
    ["DELETE", "/containers/prune/checkpoints/create", "CheckpointDelete"],
    ["GET", "/images/json/json", "ImageInspect"],
    ["GET", "/images/get/get", "ImageGet"],
    ["GET", "/images/search/history", "ImageHistory"],
    ["GET", "/images/a/history/json", "ImageInspect"],
    ["GET", "/images/a/json/history", "ImageHistory"],
    ["POST", "/images/create/push", "ImagePush"],
    ["POST", "/images/load/tag", "ImageTag"],
    ["DELETE", "/images/json", "ImageDelete"],
    ["DELETE", "/images/a/b/json", "ImageDelete"],
    ["GET", "/images/reg:5000/a/b:tag/json", "ImageInspect"],
    ["GET", "/images/reg%3A5000%2Fa/b:tag/json", "ImageInspect"],
    ["GET", "/plugins/privileges", "GetPluginPrivileges"],
    ["GET", "/plugins/privileges/json", "PluginInspect"],
    ["GET", "/plugins/owner/name:latest/json", "PluginInspect"],
    ["GET", "/plugins/owner/name:latest", "PluginInspectLegacy"],
    ["POST", "/plugins/create/enable", "PluginEnable"],
    ["POST", "/plugins/pull/set", "PluginSet"],
    ["GET", "/distribution/json/json", "DistributionInspect"],
    ["GET", "/networks/create", "NetworkInspect"],
    ["GET", "/networks/shop/front", "NetworkInspect"],
    ["GET", "/networks/shop%2Ffront", "NetworkInspect"],
    ["GET", "/networks/shop/connect", "NetworkInspect"],
    ["DELETE", "/networks/shop/front", "NetworkDelete"],
    ["POST", "/networks/create/connect", "NetworkConnect"],
    ["POST", "/networks/shop/front/connect", "NetworkConnect"],
    ["POST", "/networks/shop/connect/disconnect", "NetworkDisconnect"],
    ["GET", "/volumes/pool/data", "VolumeInspect"],
    ["DELETE", "/volumes/pool/data", "VolumeDelete"],
    ["GET", "/networks/", "NetworkList"],
    ["POST", "/networks/prune/connect", "NetworkConnect"],
    ["POST", "/services/create/update", "ServiceUpdate"],
    ["GET", "/volumes/create", "VolumeInspect"],
    ["PUT", "/volumes/prune", "VolumeUpdate"],
    ["GET", "/debug/pprof/", "DebugProfileList"],
    ["GET", "/debug/pprof/heap", "DebugProfile"],
    ["GET", "/debug/pprof/profile", "DebugProfileCpu"],
    ["HEAD", "/_ping", "SystemPingHead"],
    ["HEAD", "/containers/web/archive", "ContainerArchiveInfo"],
    ["GET", "/%5fping", "SystemPing"],
    ["GET", "/containers%2fjson", "ContainerList"],
    ["OPTIONS", "/containers/json", "RouteOptions"],
    ["OPTIONS", "/no/such/path", "RouteOptions"],
    ["OPTIONS", "/", "RouteOptions"],
  ])("takes %s %s for %s, as dockerd does", (method, path, name) => {
    expect(matchPath(method, path)).toBe(name);
    expect(matchPath(method, `/v1.41${path}`)).toBe(name);
  });

  test.each<[string, Method, string]>([
    ["an exec that a legacy link would send to another container", "POST", "/containers/web/stop/exec"],
    ["a container id of two segments", "GET", "/containers/a/b/json"],
    ["a container id of two segments, by its escape", "GET", "/containers/a%2Fb/json"],
    ["a deletion below a link", "DELETE", "/containers/a/b/c"],
    ["an empty link", "DELETE", "/containers/a/"],
    ["a network that ends in a slash", "DELETE", "/networks/a/"],
    ["a network without a name", "POST", "/networks/connect"],
    ["a volume that ends in a slash", "GET", "/volumes/a/"],
    ["an exec id of two segments", "POST", "/exec/a/b/start"],
    ["an empty container id", "DELETE", "/containers/"],
    ["an empty volume name", "GET", "/volumes/"],
    ["an empty image name", "DELETE", "/images/"],
    ["an image name that ends in a slash", "DELETE", "/images/a/"],
    ["an image keyword without a name", "GET", "/images/history"],
    ["a distribution without a name", "GET", "/distribution/json"],
    ["more letters after a keyword", "GET", "/_pingfoo"],
    ["more letters after the last keyword", "GET", "/containers/web/jsonx"],
    ["another case", "GET", "/CONTAINERS/json"],
    ["another case of the last keyword", "GET", "/containers/web/Json"],
    ["a trailing slash", "GET", "/containers/json/"],
    ["a trailing slash after an id", "GET", "/containers/web/json/"],
    ["a trailing slash on the ping", "GET", "/_ping/"],
    ["a trailing slash on another method of the networks", "POST", "/networks/"],
    ["a second version", "GET", "/v1.41/v1.41/info"],
    ["an upper-case version", "GET", "/V1.41/info"],
    ["a version alone", "GET", "/v1.41"],
    ["a version and a slash", "GET", "/v1.41/"],
    ["the root", "GET", "/"],
    ["profiles without the slash", "GET", "/debug/pprof"],
    ["a profile of two segments", "GET", "/debug/pprof/a/b"],
    ["a prefix", "GET", "/x/containers/json"],
    ["one segment more", "GET", "/info/x"],
    ["GET on a creation", "GET", "/containers/create"],
    ["POST on a list", "POST", "/containers/json"],
    ["HEAD where dockerd has only GET", "HEAD", "/containers/json"],
    ["HEAD on a container", "HEAD", "/containers/web/json"],
    ["PUT on a container", "PUT", "/containers/web"],
    ["DELETE on the ping", "DELETE", "/_ping"],
    ["a name that an object inherits", "GET", "/__proto__/constructor"],
  ])("knows no operation for %s", (_what, method, path) => {
    expect(matchPath(method, path)).toBeUndefined();
  });
});

// What follows holds the tree against dockerd's own patterns, read one by one.
const routes = endpointFacts.map((fact) => ({
  ...fact,
  strict: patternToRegExp(
    fact.template.replaceAll("}", fact.parameter === "many" ? ":[^/]+(?:/[^/]+)*}" : ":[^/]+}"),
  ),
  engine: fact.enginePatterns.map((pattern) => patternToRegExp(pattern)),
}));

// gorilla/mux takes the first route that was registered: these come before the wider one that would also fit. One route of
// dockerd's deletes containers and links; here it is two operations. (The engines that read `/services/{id:.*}` and `/tasks/{id:.*}` had no logs of either yet.)
const registeredEarlier: Readonly<Record<string, readonly string[]>> = {
  ContainerDelete: ["CheckpointDelete", "ContainerLinkDelete"],
  DebugProfile: ["DebugCommandLine", "DebugProfileCpu", "DebugSymbol", "DebugTrace"],
  NetworkInspect: ["NetworkList"],
  PluginInspectLegacy: ["GetPluginPrivileges", "PluginInspect"],
  ServiceInspect: ["ServiceLogs"],
  TaskInspect: ["TaskLogs"],
};

const vocabulary = [
  ...new Set(
    endpointFacts.flatMap((fact) => fact.template.split("/").filter((part) => !part.startsWith("{"))),
  ),
  "web",
  "a:b",
  "sha256:0",
  "",
];
const anySegments = fc.oneof(
  fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 5 }),
  fc
    .tuple(
      fc.constantFrom(...endpointFacts),
      fc.array(fc.constantFrom(...vocabulary), { maxLength: 3 }),
      fc.nat(4),
    )
    .map(([fact, inserted, at]) =>
      fact.template
        .slice(1)
        .split("/")
        .toSpliced(at, 1, ...inserted),
    ),
);

describe("the tree of templates", () => {
  test("finds something exactly where a template fits", () => {
    fc.assert(
      fc.property(fc.constantFrom(...methods), anySegments, (method, segments) => {
        const path = `/${segments.join("/")}`;
        const fitting = routes.filter((route) => route.method === method && route.strict.test(path));
        const names = new Set(fitting.map((route) => route.name));
        const found = matchOperation(method, segments);
        if (method === "OPTIONS") expect(found?.name).toBe("RouteOptions");
        else if (path === "/networks/" && method === "GET") expect(found?.name).toBe("NetworkList");
        else if (found === undefined) expect(names).toEqual(new Set());
        else expect(names).toContain(found.name);
      }),
      { numRuns: 5000 },
    );
  });

  test("finds the operation that dockerd's own patterns lead to", () => {
    fc.assert(
      fc.property(fc.constantFrom(...methods), anySegments, (method, segments) => {
        const found = matchOperation(method, segments);
        if (found === undefined || method === "OPTIONS") return;
        const path = `/${segments.join("/")}`;
        const reached = routes
          .filter((route) => route.method === method && route.engine.some((pattern) => pattern.test(path)))
          .map((route) => route.name);
        const first = reached.filter(
          (name) => !reached.some((other) => registeredEarlier[name]?.includes(other)),
        );
        expect(first).toEqual([found.name]);
      }),
      { numRuns: 5000 },
    );
  });
});
