import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { Identity } from "../../../src/docker/objects/identity.ts";
import { operationObjects } from "../../../src/docker/objects/operation-objects.ts";
import { madeObjects } from "../../../src/docker/objects/made-objects.ts";
import { catalogue, type OperationName } from "../../../src/docker/operations.ts";
import { operationPowers } from "../../../src/docker/powers/operations.ts";
import { parsePath } from "../../../src/docker/path.ts";
import { judgeMade, madeBy } from "../../../src/policy/scope/making.ts";
import { makeScope } from "../../../src/policy/scope/make-scope.ts";
import type { ScopeEntry } from "../../../src/policy/scope/scope.ts";
import { stampsOf } from "../../../src/policy/scope/stamps.ts";
import { viewerOf } from "../../../src/policy/view/viewer.ts";
import type { Allow } from "../../../src/policy/verdict.ts";

interface Asked {
  readonly query?: string;
  readonly body?: object;
  readonly base?: Identity;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The reason why it is not made; undefined where it is. */
function refusal(name: OperationName, entries: readonly ScopeEntry[], asked: Asked): string | undefined {
  const operation = catalogue.find((candidate) => candidate.name === name);
  const path = parsePath("/x");
  const body = parseJson(Buffer.from(JSON.stringify(asked.body ?? {})));
  if (operation === undefined || !path.ok || !body.ok) throw new Error("a test asks for what there is");
  const stamps = stampsOf("ci", entries, new Map(Object.entries(asked.labels ?? {})));
  const objects = { scope: makeScope("ci", entries), view: undefined, stamps, use: operationObjects[name] };
  const verdict: Allow = {
    ...{ kind: "allow", operation, path: path.value, rule: "", powers: undefined },
    restricted: operationPowers.get(name),
    objects: { ...objects, viewer: viewerOf(objects), answer: undefined },
  };
  return judgeMade(verdict, madeBy(verdict, asked.query, body.value), asked.base)?.reason;
}

function labelled(kind: Identity["kind"], labels: Readonly<Record<string, string>>): Identity {
  return { kind, id: "x", names: ["x"], labels: new Map(Object.entries(labels)) };
}

const own: readonly ScopeEntry[] = [{ own: true }];

describe("what a client with a scope makes", () => {
  test.each<[OperationName, Asked]>([
    ["ContainerCreate", {}],
    ["NetworkCreate", { body: { Name: "a" } }],
    ["VolumeCreate", {}],
    ["ServiceCreate", { body: { Name: "a" } }],
    ["SecretUpdate", { body: { Name: "a" } }],
    ["ImageBuild", { query: "t=a&t=b" }],
    ["ImageCommit", { query: "container=a&repo=b" }],
    ["ImageCreate", { query: "fromSrc=-&repo=b" }],
  ])("is its own where that is what counts: %s", (operation, asked) => {
    expect(refusal(operation, own, asked)).toBeUndefined();
  });

  test.each<[OperationName, readonly ScopeEntry[], Asked, string]>([
    ["ContainerCreate", [{ name: ["a-*"] }], { query: "name=/b" }, "call it a-*"],
    [
      "ContainerCreate",
      [{ name: ["a"] }, { label: ["t=1", "t=2"] }],
      {},
      "call it a, or label it t=1 or t=2",
    ],
    [
      "VolumeCreate",
      [{ label: ["t=1"], name: ["a"] }],
      { body: { Name: "a" } },
      "label it t=1 and call it a",
    ],
    ["NetworkCreate", [{ project: ["shop"] }], {}, "label it com.docker.compose.project=shop"],
    ["ImageTag", [{ image: ["ci/*"] }], { query: "repo=b&tag=1" }, "call it ci/*"],
    ["ImageBuild", [{ image: ["ci/*"] }], { query: "t=ci/a&t=b" }, "call it ci/*"],
    ["ImageCreate", own, { query: "fromImage=nginx&tag=1" }, "no entry image: there names one"],
    ["NodeUpdate", own, { body: { Name: "a" } }, "make it anew"],
    ["NetworkCreate", [{ image: ["a"] }], {}, "nothing there is a network"],
  ])("is not made where it would be out of it: %s in %j", (operation, entries, asked, cure) => {
    expect(refusal(operation, entries, asked)).toMatch(/ would be out of the client's scope: /u);
    expect(refusal(operation, entries, asked)).toContain(cure);
  });

  test.each<[OperationName, readonly ScopeEntry[], Asked]>([
    ["ContainerCreate", [{ name: ["a-*"] }], { query: "name=a-1" }],
    ["ContainerCreate", [{ label: ["t=1"] }], { body: { Labels: { t: "1" } } }],
    ["ContainerCreate", [{ label: ["t=1"] }], { labels: { t: "1" } }],
    ["ImageBuild", [{ label: ["t"] }], { query: `labels=${encodeURIComponent('{"t":"1"}')}` }],
    ["ImageCreate", [{ image: ["nginx:*"] }], { query: "fromImage=nginx&tag=1" }],
    ["ContainerRename", [{ label: ["t"] }], { query: "name=b", base: labelled("container", { t: "1" }) }],
    ["ImageTag", [{ label: ["t"] }], { query: "repo=b", base: labelled("image", { t: "1" }) }],
  ])("is made where its name or its labels are in scope: %s in %j", (operation, entries, asked) => {
    expect(refusal(operation, entries, asked)).toBeUndefined();
  });

  test("has the labels of its image, unless it says otherwise", () => {
    const base = labelled("image", { t: "1" });
    expect(refusal("ContainerCreate", [{ label: ["t=1"] }], { base })).toBeUndefined();
    expect(
      refusal("ContainerCreate", [{ label: ["t=1"] }], { base, body: { Labels: { t: "2" } } }),
    ).toBeDefined();
    // Those are its containers', and not its own.
    expect(refusal("ServiceCreate", [{ label: ["t=1"] }], { base })).toBeDefined();
  });

  test("is never another client's by what its image says", () => {
    const base = labelled("image", { "io.quaygate.owner": "ops" });
    for (const operation of ["ContainerCreate", "ServiceCreate"] as const) {
      const asked = { base, query: "name=a", body: { Name: "a" } };
      expect(refusal(operation, [{ name: ["a"] }], asked)).toMatch(/another client's/u);
      expect(refusal(operation, own, asked)).toBeUndefined();
    }
  });

  test("is known of every operation that makes something and is open", () => {
    const unknown = catalogue.filter(
      ({ name }) => operationObjects[name].use === "create" && madeObjects[name] === undefined,
    );
    expect(unknown).toEqual([]);
  });
});
