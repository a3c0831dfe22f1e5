import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Method } from "../../src/docker/operation.ts";
import { catalogue, operations } from "../../src/docker/operations.ts";
import { decide, type JudgedRequest } from "../../src/policy/decide.ts";
import { everyPower } from "../../src/policy/power-set.ts";
import { grantOf } from "./grants.ts";

const everything = grantOf("everything");
const methods: readonly Method[] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];
const urlEncoded = "application/x-www-form-urlencoded";

describe("a grant", () => {
  test.each(["", "everything", "POST=0", "POST=1 CONTAINERS=1"])(
    "has a decision for every operation of the catalogue: [%s]",
    (words) => {
      const { decisions } = grantOf(words);
      expect([...decisions.keys()].toSorted()).toEqual(catalogue.map(({ name }) => name).toSorted());
    },
  );

  test("without a decision for an operation keeps it closed", () => {
    expect(
      decide(
        { decisions: new Map(), powers: everyPower, powersPlace: "QUAYGATE_POWERS" },
        requestOf("GET", "/containers/json"),
      ),
    ).toMatchObject({
      kind: "deny",
      rule: "closed",
      missing: [],
      remedy: "no setting opens it",
    });
  });
});

describe("a request that no grant could allow is refused", () => {
  test.each([
    ["GET", "/", "unknown_operation", "the root"],
    ["GET", "/v1.41", "unknown_operation", "a version alone"],
    ["GET", "/v1.41/", "unknown_operation", "a version and nothing"],
    ["GET", "/containers", "unknown_operation", "no endpoint of that name"],
    ["GET", "/containers/json/", "unknown_operation", "a trailing slash where dockerd has none"],
    ["GET", "/libpod/artifacts/json", "unknown_operation", "an endpoint of Podman's that no switch opens"],
    ["GET", "/libpod", "unknown_operation", "the root of Podman's own API"],
    ["GET", "/v4.3.1/libpod", "unknown_operation", "the same with a version"],
    ["GET", "/v1.41/libpod/info", "bad_version", "Docker's version before Podman's own API"],
    ["GET", "/v4.3.1/info", "bad_version", "Podman's version before Docker's API"],
    ["GET", "/v2.2.1/libpod/info", "version_too_old", "a version that is too old"],
    ["GET", "/containers/create", "unknown_operation", "a method that the endpoint lacks"],
    ["POST", "/containers/json", "unknown_operation", "a method that the endpoint lacks"],
    ["HEAD", "/containers/web/json", "unknown_operation", "HEAD, where dockerd routes only GET"],
    ["PUT", "/containers/web", "unknown_operation", "a method that the endpoint lacks"],
    ["GET", "/containers/a/b/json", "unknown_operation", "an id of two segments"],
    ["GET", "/containers/a%2Fb/json", "unknown_operation", "the same behind an escape"],
    ["GET", "//containers/json", "bad_path", "two slashes"],
    ["GET", "/containers/./json", "bad_path", "a dot segment"],
    ["GET", "/containers/%2e%2e/info", "bad_path", "a dot segment behind escapes"],
    ["GET", "/containers/a%00/json", "bad_path", "a control character"],
    ["GET", "/containers/a%5cb/json", "bad_path", "a backslash"],
    ["GET", "/containers/%zz/json", "bad_path", "a broken escape"],
    ["GET", "/v1.041/info", "bad_version", "a version in another spelling"],
    ["GET", "/v1.41.0/info", "bad_version", "a version in another spelling"],
    ["GET", "/v2.0/info", "bad_version", "a version that no engine has"],
    ["GET", "/v1.1000/info", "bad_version", "a version that no engine has"],
    ["GET", "/v1.23/info", "version_too_old", "a version that is too old"],
    ["POST", "/v1.18/containers/web/start", "version_too_old", "a version where start takes a HostConfig"],
  ] as const)("%s %s as %s: %s", (...[method, path, code]) => {
    const verdict = decide(everything, requestOf(method, path));
    expect(verdict).toMatchObject({ kind: "refuse", code, operation: undefined });
  });

  test.each(["/v1.24/info", "/v1.55/info", "/v1.999/info", "/info"])("but not at %s", (path) => {
    expect(decide(everything, requestOf("GET", path)).kind).toBe("allow");
  });
});

describe("Podman's own API", () => {
  const linuxserver = grantOf("QUAYGATE_COMPAT=linuxserver LIBPOD_CONTAINERS=1 LIBPOD_IMAGES=1");

  test.each([
    ["GET", "/libpod/_ping", "SystemPingLibpod"],
    ["HEAD", "/libpod/_ping", "SystemPingLibpod"],
    ["GET", "/libpod/containers/json", "ContainerListLibpod"],
    ["GET", "/v4.3.1/libpod/containers/json", "ContainerListLibpod"],
    ["GET", "/v5.0.0/libpod/images/quay.io/a/b:c/json", "ImageInspectLibpod"],
    ["GET", "/v5.0.0/libpod/images/quay.io%2Fa%2Fb:c/json", "ImageInspectLibpod"],
  ] as const)("is allowed by the dialect that knows it: %s %s", (method, path, name) => {
    expect(decide(linuxserver, requestOf(method, path))).toMatchObject({
      kind: "allow",
      operation: { name },
    });
  });

  test.each(["/libpod/containers/json", "/v4.3.1/libpod/_ping", "/libpod/version"])(
    "is closed by the other one, whatever is on, with a word on the first: GET %s",
    (path) => {
      expect(decide(everything, requestOf("GET", path))).toMatchObject({
        kind: "deny",
        rule: "closed",
        missing: [],
        remedy: "only the linuxserver dialect opens it (QUAYGATE_COMPAT=linuxserver)",
      });
    },
  );
});

describe("a form body", () => {
  test.each([
    [urlEncoded, "refuse", "form_body"],
    ["multipart/form-data", "refuse", "form_body"],
    ["multipart/mixed", "refuse", "form_body"],
    ["application/json", "allow", undefined],
    ["application/x-tar", "allow", undefined],
    ["text/plain", "allow", undefined],
    ["application_x_tar", "allow", undefined],
    ["", "allow", undefined],
  ] as const)("of type %s on a create is a case for: %s", (type, kind, code) => {
    const request = { ...requestOf("POST", "/containers/create"), hasBody: true, contentTypes: [type] };
    const verdict = decide(everything, request);
    expect(verdict.kind).toBe(kind);
    expect(verdict.kind === "refuse" ? verdict.code : undefined).toBe(code);
  });

  test.each([
    ["first", [urlEncoded, "application/json"]],
    ["last", ["application/json", "application/json", urlEncoded]],
  ] as const)("that is named %s among several types is refused", (_place, contentTypes) => {
    const request = { ...requestOf("POST", "/containers/create"), hasBody: true, contentTypes };
    expect(decide(everything, request)).toMatchObject({ kind: "refuse", code: "form_body" });
  });

  test.each(operations.map((operation) => [operation.name, operation] as const))(
    "passes on %s only if the API itself wants one there",
    (name, { methods: [method = "GET"], template, formBody }) => {
      const path = template.replaceAll(/\{[a-z]+(?:\.\.\.)?\}/gu, "web");
      const verdict = decide(everything, { method, path, hasBody: true, contentTypes: [urlEncoded] });
      const isOpen = everything.decisions.get(name)?.kind === "allow";
      expect(verdict.kind).toBe(isOpen ? (formBody === true ? "allow" : "refuse") : "deny");
      expect(verdict.operation?.name).toBe(name);
    },
  );

  test("that is announced and empty harms nobody", () => {
    const request = { ...requestOf("POST", "/containers/web/stop"), contentTypes: [urlEncoded] };
    expect(decide(everything, request).kind).toBe("allow");
  });

  test("of an operation that is closed is denied and not refused: the reason is the grant", () => {
    const request = { ...requestOf("POST", "/containers/create"), hasBody: true, contentTypes: [urlEncoded] };
    expect(decide(grantOf(""), request)).toMatchObject({ kind: "deny", missing: ["POST=1", "CONTAINERS=1"] });
  });
});

describe("a denial", () => {
  test.each([
    ["", "POST", "/containers/create", ["POST=1", "CONTAINERS=1"], "POST=1 and CONTAINERS=1"],
    ["POST=1", "POST", "/containers/create", ["CONTAINERS=1"], "POST=1 and CONTAINERS=1"],
    ["CONTAINERS=1", "POST", "/containers/create", ["POST=1"], "POST=1 and CONTAINERS=1"],
    [
      "",
      "POST",
      "/containers/web/stop",
      ["POST=1", "ALLOW_STOP=1|ALLOW_RESTARTS=1|CONTAINERS=1"],
      "POST=1 and one of ALLOW_STOP=1, ALLOW_RESTARTS=1, CONTAINERS=1",
    ],
    [
      "QUAYGATE_COMPAT=linuxserver",
      "POST",
      "/containers/web/stop",
      ["ALLOW_STOP=1|ALLOW_RESTARTS=1|POST=1", "ALLOW_STOP=1|ALLOW_RESTARTS=1|CONTAINERS=1"],
      "ALLOW_STOP=1, or ALLOW_RESTARTS=1, or POST=1 and CONTAINERS=1",
    ],
    [
      "QUAYGATE_COMPAT=linuxserver CONTAINERS=1",
      "GET",
      "/containers/web/logs",
      ["ALLOW_LOGS=1"],
      "ALLOW_LOGS=1 and CONTAINERS=1",
    ],
    ["everything", "OPTIONS", "/", [], "closed"],
  ] as const)("[%s] %s %s carries what is missing and its rule", (words, method, path, missing, rule) => {
    expect(decide(grantOf(words), requestOf(method, path))).toMatchObject({ kind: "deny", missing, rule });
  });
});

describe("OPTIONS", () => {
  test.each(["/", "/containers/json", "/v1.41/containers/web/start", "/nothing/of/the/kind"])(
    "%s is closed with every switch on",
    (path) => {
      expect(decide(everything, requestOf("OPTIONS", path))).toMatchObject({
        kind: "deny",
        operation: { name: "RouteOptions" },
        remedy: "no setting opens it",
      });
    },
  );
});

describe("a decision", () => {
  const request = fc.record({
    method: fc.constantFrom(...methods),
    path: fc.oneof(
      fc.webPath().map((path) => `/${path}`),
      fc.string({ unit: fc.constantFrom(..."/v1.4%2eE.jsonctaierx?#\\\0ü") }).map((path) => `/${path}`),
    ),
    hasBody: fc.boolean(),
    contentTypes: fc.array(fc.string(), { maxLength: 2 }),
  });

  test("is made for any path at all, and is the same each time", () => {
    fc.assert(
      fc.property(request, (judged) => {
        expect(decide(everything, judged)).toEqual(decide(everything, judged));
      }),
      { numRuns: 500 },
    );
  });

  test("that allows carries an operation that the grant allows, at a canonical path", () => {
    const path = fc.constantFrom(
      ...operations.map(({ template }) => template.replaceAll(/\{[a-z]+(?:\.\.\.)?\}/gu, "web")),
    );
    fc.assert(
      fc.property(request, path, fc.boolean(), (judged, known, usesKnown) => {
        const verdict = decide(everything, usesKnown ? { ...judged, path: known } : judged);
        if (verdict.kind === "allow") {
          expect(everything.decisions.get(verdict.operation.name)?.kind).toBe("allow");
          expect(verdict.path.canonical).toMatch(/^\/(?!\/)[!$%&'()*+,\-./0-9:;=@A-Z_a-z~]+$/u);
          expect(verdict.operation.methods).toContain(judged.method);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function requestOf(method: Method, path: string): JudgedRequest {
  return { method, path, hasBody: false, contentTypes: [] };
}
