import { describe, expect, test } from "vitest";
import { loadSettings } from "../../src/config/load-settings.ts";
import type { Grant } from "../../src/policy/grant.ts";
import {
  judgeRecorded,
  type RecordedIdentity,
  type RecordedRequest,
} from "../../src/policy/judge-recorded.ts";
import { makeScope } from "../../src/policy/scope/make-scope.ts";
import { restrictTo } from "../../src/policy/scope/restrict-to.ts";
import type { ScopeEntry } from "../../src/policy/scope/scope.ts";
import { grantOf } from "./grants.ts";

const CREATE = "POST=1 CONTAINERS=1 QUAYGATE_POWERS=";

function request(line: string, more: Partial<RecordedRequest> = {}): RecordedRequest {
  const [method = "", path = ""] = line.split(" ");
  return { method: method === "POST" ? "POST" : "GET", path, powers: undefined, object: undefined, ...more };
}

function judged(grant: Grant, line: string, more?: Partial<RecordedRequest>): string {
  const judgement = judgeRecorded(grant, request(line, more));
  return judgement.kind === "allow" ? "allow" : `${judgement.kind}: ${judgement.reason}`;
}

describe("the operation decides, by the path:", () => {
  test.each([
    ["one that is open", "CONTAINERS=1", "GET /v1.41/containers/json", "allow"],
    ["one that is closed", "IMAGES=1", "GET /containers/json", "deny: needs CONTAINERS=1"],
    [
      "one that nobody knows",
      "CONTAINERS=1",
      "GET /nothing",
      "deny: the Engine API has no such endpoint that this version of quaygate knows",
    ],
  ])("%s", (_, switches, line, outcome) => {
    expect(judged(grantOf(switches), line)).toBe(outcome);
  });

  test("also of a grant that only warns", () => {
    const grant: Grant = { ...grantOf("IMAGES=1"), warns: true };
    expect(judged(grant, "GET /containers/json")).toBe("deny: needs CONTAINERS=1");
  });

  test("also of one that learns, whatever its ceiling opens", async () => {
    const settings = await loadSettings({ IMAGES: "1", QUAYGATE_MODE: "learn" }, { terminal: false });
    const grant = settings.ok ? settings.value.clients[0].grant : grantOf("everything");
    expect(grant.learns?.opens.has("ContainerList")).toBe(true);
    expect(judged(grant, "GET /containers/json")).toBe("deny: needs CONTAINERS=1");
  });
});

describe("the recorded powers decide:", () => {
  test.each<readonly [string, string, readonly string[] | undefined, string]>([
    ["all are held", "default", ["image:docker.io/library/nginx:latest", "command"], "allow"],
    ["none was asked for", "none", [], "allow"],
    [
      "some are not held",
      "default",
      ["command", "bind:/srv", "privileged"],
      "deny: needs bind:/srv, privileged in QUAYGATE_POWERS",
    ],
    ["nobody looked, and all are held", "all", undefined, "allow"],
    ["nobody looked", "default", undefined, "unknown: which powers it asked for is not recorded"],
    [
      "one has a value that is not recorded",
      "none,template:x",
      ["template"],
      "unknown: whether it held template can't be told: its value is not recorded",
    ],
    [
      "one has a value that is not recorded, and no value of it is held",
      "none,image",
      ["command"],
      "deny: needs command in QUAYGATE_POWERS",
    ],
    [
      "one is cut",
      "none,label:a",
      [`label:${"a".repeat(194)}`],
      `unknown: whether it held label:${"a".repeat(194)} can't be told: its value is not recorded`,
    ],
    [
      "one is of another version",
      "default",
      ["warp:9"],
      "unknown: whether it held warp:9 can't be told: its value is not recorded",
    ],
    [
      "there may be more",
      "default",
      Array.from({ length: 50 }, (_, at) => `user:${at}`),
      "unknown: it asked for more powers than are recorded",
    ],
    [
      "one is not held, and another can't be told",
      "none,template:x",
      ["template", "privileged"],
      "deny: needs privileged in QUAYGATE_POWERS",
    ],
  ])("%s", (_, powers, recorded, outcome) => {
    expect(judged(grantOf(CREATE + powers), "POST /containers/create", { powers: recorded })).toBe(outcome);
  });

  test("what a request asks for by being what it is needs no record", () => {
    const grant = grantOf("CONTAINERS=1 QUAYGATE_POWERS=none");
    expect(judged(grant, "GET /containers/web/export")).toBe("deny: needs read-file:/ in QUAYGATE_POWERS");
  });
});

describe("the recorded object decides, of a client with a scope:", () => {
  const web: RecordedIdentity = { kind: "container", id: "0f".repeat(32), name: "web", labels: undefined };
  const labelled = { ...web, labels: new Map([["team", "a"]]) };

  test.each<readonly [string, ScopeEntry, RecordedIdentity | undefined, string]>([
    ["its name is in scope", { name: ["web*"] }, web, "allow"],
    ["its name is not", { name: ["db"] }, web, "deny: container web is out of its scope"],
    ["its labels are in scope", { label: ["team=a"] }, labelled, "allow"],
    ["its labels are not", { label: ["team=b"] }, labelled, "deny: container web is out of its scope"],
    [
      "its labels are not recorded",
      { label: ["team=a"] },
      web,
      "unknown: whether container web is in its scope can't be told by what is recorded",
    ],
    [
      "its labels may be more than are recorded",
      { label: ["team=b"] },
      { ...web, labels: new Map(Array.from({ length: 16 }, (_, at) => [`a.${at}`, "x"])) },
      "unknown: whether container web is in its scope can't be told by what is recorded",
    ],
    [
      "its labels are so long that others had no room",
      { label: ["team=b"] },
      { ...web, labels: new Map(Array.from({ length: 5 }, (_, at) => [`a.${at}`, "x".repeat(180)])) },
      "unknown: whether container web is in its scope can't be told by what is recorded",
    ],
    [
      "its project is not, which is recorded before all other labels",
      { project: ["shop"] },
      { ...web, labels: new Map(Array.from({ length: 16 }, (_, at) => [`a.${at}`, "x"])) },
      "deny: container web is out of its scope",
    ],
    ["nobody looked, and the path has its name", { name: ["web"] }, undefined, "allow"],
    [
      "nobody looked, and the path has another name",
      { name: ["db"] },
      undefined,
      "deny: container web is out of its scope",
    ],
  ])("%s", (_, entry, object, outcome) => {
    const scope = makeScope("ci", [entry]);
    const grant = restrictTo(grantOf("CONTAINERS=1"), { scope, view: undefined, stamps: new Map() });
    expect(judged(grant, "GET /containers/web/json", { object })).toBe(outcome);
  });

  test.each([
    [
      "a word that may be an id",
      "GET /containers/beef/json",
      "unknown: which container it acted on is not recorded",
    ],
    ["an exec instance", "GET /exec/beef/json", "unknown: which exec it acted on is not recorded"],
    ["a volume, whose name is its id", "GET /volumes/beef", "deny: volume beef is out of its scope"],
    ["a list, of which it sees its part", "GET /containers/json", "allow"],
  ])("of %s", (_, line, outcome) => {
    const scope = makeScope("ci", [{ name: ["web"] }]);
    const open = grantOf("CONTAINERS=1 EXEC=1 VOLUMES=1");
    expect(judged(restrictTo(open, { scope, view: undefined, stamps: new Map() }), line)).toBe(outcome);
  });

  const made: RecordedIdentity = { ...labelled, id: undefined };
  test.each<readonly [string, ScopeEntry, RecordedIdentity | undefined, string]>([
    ["its name is in scope", { name: ["web*"] }, made, "allow"],
    ["its name is not", { name: ["db"] }, made, "deny: container web is out of its scope"],
    [
      "it has none",
      { name: ["db"] },
      { ...made, name: undefined },
      "deny: container without a name is out of its scope",
    ],
    ["its own label is in scope", { label: ["team=a"] }, made, "allow"],
    ["the gate puts a label there", { label: ["by=gate"] }, undefined, "allow"],
    [
      "its image may have the label",
      { label: ["team=b"] },
      made,
      "unknown: whether container web is in its scope can't be told by what is recorded",
    ],
    ["nobody looked", { name: ["web"] }, undefined, "unknown: which container it made is not recorded"],
  ])("of what it makes, where %s", (_, entry, object, outcome) => {
    const scope = makeScope("ci", [entry]);
    const stamps = new Map([["by", "gate"]]);
    const grant = restrictTo(grantOf(`${CREATE}all`), { scope, view: undefined, stamps });
    expect(judged(grant, "POST /containers/create", { object, powers: [] })).toBe(outcome);
  });

  test("an image that may be pulled is not taken for one that the gate marks", () => {
    const scope = makeScope("ci", [{ label: ["by=gate"] }]);
    const terms = { scope, view: undefined, stamps: new Map([["by", "gate"]]) };
    const grant = restrictTo(grantOf("POST=1 IMAGES=1 COMMIT=1"), terms);
    expect(judged(grant, "POST /images/create", { powers: [] })).toBe(
      "unknown: which image it made is not recorded",
    );
    expect(judged(grant, "POST /commit", { powers: [] })).toBe("allow");
  });

  test("an exec instance is its container's, and of an image nothing is known by a name", () => {
    const scope = makeScope("ci", [{ name: ["web"] }, { label: ["team=a"] }]);
    const grant = restrictTo(grantOf("EXEC=1 IMAGES=1"), { scope, view: undefined, stamps: new Map() });
    expect(judged(grant, "GET /exec/beef/json", { object: { ...web, kind: "exec" } })).toBe("allow");
    expect(judged(grant, "GET /images/web/json", { object: { ...labelled, kind: "image" } })).toBe("allow");
    const other = { ...web, kind: "image", labels: new Map<string, string>() };
    expect(judged(grant, "GET /images/web/json", { object: other })).toBe(
      "unknown: whether image web is in its scope can't be told by what is recorded",
    );
  });
});
