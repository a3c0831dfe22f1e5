import { describe, expect, test } from "vitest";
import { matchOperation } from "../../src/docker/match.ts";
import type { Method } from "../../src/docker/operation.ts";
import { catalogue } from "../../src/docker/operations.ts";
import { parsePath } from "../../src/docker/path.ts";
import { type ShimScope, translateVersion } from "../../src/policy/api-shim.ts";
import type { Allow } from "../../src/policy/verdict.ts";

/** The verdict on a request that a grant allows. */
function allowed(method: Method, target: string): Allow {
  const path = parsePath(target);
  const operation = path.ok ? matchOperation(method, path.value.segments) : undefined;
  if (!path.ok || operation === undefined) throw new Error(`${method} ${target} is no operation`);
  return {
    kind: "allow",
    operation,
    path: path.value,
    rule: "TEST=1",
    restricted: undefined,
    powers: undefined,
  };
}

/** How a request goes on, or why not. */
function sent(method: Method, target: string, scope: ShimScope, oldest = 44): string {
  const [path = "", query] = target.split("?");
  const verdict = translateVersion(allowed(method, path), query, scope, oldest);
  return verdict.kind === "allow" ? verdict.path.canonical : verdict.code;
}

describe("a request in a version that the engine no longer speaks", () => {
  test.each([
    { method: "GET", target: "/v1.24/containers/json", goesOn: "/v1.44/containers/json" },
    { method: "GET", target: "/v1.43/version", goesOn: "/v1.44/version" },
    { method: "GET", target: "/v1.24/_ping", goesOn: "/v1.44/_ping" },
    { method: "HEAD", target: "/v1.40/_ping", goesOn: "/v1.44/_ping" },
    {
      method: "HEAD",
      target: "/v1.25/containers/web/archive?path=/",
      goesOn: "/v1.44/containers/web/archive",
    },
    {
      method: "GET",
      target: "/v1.24/images/library%2Fbusy%20box/json",
      goesOn: "/v1.44/images/library/busy%20box/json",
    },
    { method: "GET", target: "/v1.24//events", goesOn: undefined },
    { method: "GET", target: "/v1.24/containers//web/json", goesOn: "/v1.44/containers/web/json" },
  ] as const)("goes on in the oldest that it speaks: $method $target", ({ method, target, goesOn }) => {
    for (const scope of ["reads", "lifecycle"] as const) {
      expect(sent(method, target, scope)).toBe(goesOn ?? "/v1.44/events");
    }
  });

  test.each([
    ["POST", "/v1.24/containers/web/start"],
    ["POST", "/v1.24/containers/web/stop?t=10"],
    ["POST", "/v1.24/containers/web/restart"],
    ["POST", "/v1.24/containers/web/kill?signal=HUP"],
    ["POST", "/v1.24/containers/web/pause"],
    ["POST", "/v1.24/containers/web/unpause"],
    ["POST", "/v1.24/containers/web/wait"],
    ["DELETE", "/v1.24/containers/web?force=1"],
  ] as const)("goes on where it is of a container's life, by that scope alone: %s %s", (method, target) => {
    expect(sent(method, target, "reads")).toBe("version_too_old");
    expect(sent(method, target, "lifecycle")).toMatch(/^\/v1\.44\/containers\/web/u);
  });

  test("does not go on where it creates, changes, runs or attaches, by no scope", () => {
    const others = [
      ["POST", "/v1.24/containers/create"],
      ["POST", "/v1.24/containers/prune"],
      ["POST", "/v1.24/containers/web/rename"],
      ["POST", "/v1.24/containers/web/update"],
      ["POST", "/v1.24/containers/web/exec"],
      ["POST", "/v1.24/exec/a/start"],
      ["POST", "/v1.24/containers/web/attach"],
      ["GET", "/v1.24/containers/web/attach/ws"],
      ["POST", "/v1.24/containers/web/copy"],
      ["PUT", "/v1.24/containers/web/archive"],
      ["POST", "/v1.24/images/create"],
      ["DELETE", "/v1.24/images/busybox"],
      ["POST", "/v1.24/build"],
      ["POST", "/v1.39/session"],
      ["POST", "/v1.39/grpc"],
      ["POST", "/v1.24/volumes/prune"],
      ["POST", "/v1.24/services/create"],
      ["POST", "/v1.24/auth"],
      ["OPTIONS", "/v1.24/containers/json"],
    ] as const;
    for (const [method, target] of others) {
      expect([target, sent(method, target, "lifecycle")]).toEqual([target, "version_too_old"]);
    }
  });

  test("does not go on where a key of its query means something else there", () => {
    expect(sent("GET", "/v1.24/images/json?filter=busybox", "reads")).toBe("version_too_old");
    expect(sent("GET", "/v1.24/images/json?%66ilter=busybox", "reads")).toBe("version_too_old");
    expect(sent("GET", "/v1.24/images/json?filters=%7B%7D&all=1", "reads")).toBe("/v1.44/images/json");
    expect(sent("GET", "/v1.41/images/json?shared-size=1", "reads")).toBe("version_too_old");
    expect(sent("GET", "/v1.42/images/json?shared-size=1", "reads")).toBe("/v1.44/images/json");
    expect(sent("GET", "/v1.40/containers/web/stats?one-shot=1", "reads")).toBe("version_too_old");
    expect(sent("GET", "/v1.40/services?status=1", "reads")).toBe("version_too_old");
    expect(sent("GET", "/v1.41/system/df?type=volume", "reads")).toBe("version_too_old");
    expect(sent("POST", "/v1.41/containers/web/stop?signal=KILL", "lifecycle")).toBe("version_too_old");
    expect(sent("POST", "/v1.42/containers/web/stop?signal=KILL", "lifecycle")).toMatch(/stop$/u);
    expect(sent("POST", "/v1.25/containers/web/wait?condition=removed", "lifecycle")).toBe("version_too_old");
    // What comes with a version that is later than both is heard by neither.
    expect(sent("GET", "/v1.40/images/json?manifests=1", "reads")).toBe("/v1.44/images/json");
    expect(sent("GET", "/v1.40/images/json?manifests=1", "reads", 47)).toBe("version_too_old");
  });

  test("is refused with what cures it: in the program, around it, at the engine", () => {
    const verdict = translateVersion(allowed("POST", "/v1.25/containers/create"), undefined, "reads", 44);
    expect(verdict).toMatchObject({
      kind: "refuse",
      code: "version_too_old",
      reason:
        "API version 1.25 is older than 1.44, the oldest that the engine speaks, and QUAYGATE_API_SHIM=reads does not take " +
        "this operation on: have the program speak 1.44 or later by a newer release or its own setting, or by " +
        "DOCKER_API_VERSION=1.44 where it reads that; or let the engine take 1.25 by " +
        '"min-api-version": "1.25" in its daemon.json',
    });
  });
});

describe("a request stays as it came", () => {
  test.each([
    ["without a version", "/containers/json"],
    ["in a version that the engine speaks", "/v1.44/containers/json"],
    ["in a newer one", "/v1.99/containers/json"],
    ["of Podman's own", "/v3.0.0/libpod/containers/json"],
  ])("%s: %s", (_, target) => {
    const verdict = allowed("GET", target);
    expect(translateVersion(verdict, undefined, "reads", 44)).toBe(verdict);
  });
});

test("whatever goes on names the version that the engine speaks, in what is judged and in what is sent", () => {
  for (const { methods, template, name } of catalogue) {
    const [method] = methods;
    if (method === undefined || template.startsWith("/libpod")) continue;
    const target = `/v1.30${template.replaceAll(/\{[^}]*\}/gu, "x")}`;
    const before = allowed(method, target);
    const after = translateVersion(before, undefined, "lifecycle", 44);
    if (after.kind !== "allow") continue;
    expect([name, after.path.version, after.path.canonical]).toEqual([
      name,
      "1.44",
      target.replace("1.30", "1.44"),
    ]);
    expect({ ...after, path: before.path }).toEqual(before);
    expect(parsePath(after.path.canonical)).toEqual({ ok: true, value: after.path });
  }
});
