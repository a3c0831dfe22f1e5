import { describe, expect, test } from "vitest";
import type { OperationName } from "../../../src/docker/operations.ts";
import { Asking } from "../../../src/docker/powers/asking.ts";
import { operationPowers } from "../../../src/docker/powers/operations.ts";
import { decide } from "../../../src/policy/decide.ts";
import { isRestricted, judgeHead } from "../../../src/policy/judge.ts";
import { restrictTo } from "../../../src/policy/scope/restrict-to.ts";
import { makeView, type ViewWords } from "../../../src/policy/view/make-view.ts";
import { withSeenFilters } from "../../../src/policy/view/seen-filters.ts";
import { grantOf } from "../grants.ts";

/** What is said against a query, or undefined where it may go on. */
function fault(
  operation: OperationName,
  words: ViewWords,
  filters: unknown,
  key = "filters",
): string | undefined {
  const powers = withSeenFilters(operation, makeView(words), operationPowers.get(operation));
  const asking = new Asking();
  const text = typeof filters === "string" ? filters : JSON.stringify(filters);
  powers?.query?.judge(new Map([[key, text]]), asking, []);
  return asking.fault;
}

describe("a filter by what is hidden", () => {
  test.each([
    { operation: "ContainerList", words: { hide: ["labels"] }, filters: { label: ["password=a"] } },
    {
      operation: "ContainerList",
      words: { hide: ["labels:secret.*"] },
      filters: { label: { "secret.a=b": true } },
    },
    { operation: "ContainerList", words: { hide: ["names"] }, filters: { name: ["^a"] } },
    { operation: "ContainerList", words: { only: ["names"] }, filters: { network: ["shop"] } },
    { operation: "ContainerListLibpod", words: { hide: ["mounts"] }, filters: { volume: ["/srv"] } },
    { operation: "ImageList", words: { hide: ["image"] }, filters: { reference: ["shop/*"] } },
    { operation: "NodeList", words: { hide: ["labels"] }, filters: { "node.label": ["zone=a"] } },
    { operation: "SystemEvents", words: { hide: ["labels"] }, filters: { label: ["password=a"] } },
    { operation: "ContainerList", words: { only: ["names"] }, filters: { unheard: ["a"] } },
    { operation: "TaskList", words: { hide: ["names"] }, filters: { service: ["shop", "a1".repeat(32)] } },
    { operation: "ImageList", words: { hide: ["image"] }, filters: { reference: ["a1".repeat(32)] } },
    // dockerd looks for a label among all that it says of who an event is of.
    { operation: "SystemEvents", words: { hide: ["names"] }, filters: { label: ["name=web"] } },
    { operation: "SystemEvents", words: { hide: ["state"] }, filters: { label: { "exitCode=1": true } } },
    { operation: "SystemEvents", words: { only: ["labels"] }, filters: { label: ["image"] } },
    { operation: "NetworkList", words: { hide: ["networks"] }, filters: { dangling: ["true"] } },
    { operation: "VolumeList", words: { hide: ["mounts"] }, filters: { dangling: ["true"] } },
    // Engines compare with the whole of it, and dockerd with its beginning.
    { operation: "SystemEvents", words: { hide: ["state"] }, filters: { event: ["health_status: healthy"] } },
    {
      operation: "SystemEvents",
      words: { hide: ["command"] },
      filters: { event: { exec_create: true, "exec_start: a": true } },
    },
    // As Podman reads them: names in any letters, their opposite, what stands behind an equals sign, patterns of labels.
    { operation: "SystemEvents", words: { hide: ["labels"] }, filters: { LABEL: ["password=a"] } },
    { operation: "SystemEvents", words: { hide: ["labels"] }, filters: { "label=password": ["a"] } },
    { operation: "SystemEvents", words: { hide: ["names"] }, filters: { label: ["na*=web"] } },
    { operation: "ImageList", words: { hide: ["image"] }, filters: { "reference!": ["shop/*"] } },
    { operation: "ImageList", words: { hide: ["image"] }, filters: { after: ["shop"] } },
    { operation: "ContainerList", words: { hide: ["labels:secret.*"] }, filters: { label: ["s*t.a=b"] } },
    { operation: "BuildPrune", words: { hide: ["env"] }, filters: { description: ["ENV A=1"] } },
  ] as const)("is refused: $operation $filters", ({ operation, words, filters }) => {
    expect(fault(operation, words, filters)).toMatch(/would tell what the client's view hides/u);
    for (const key of ["Filters", "FILTERſ"])
      expect(fault(operation, words, filters, key)).toMatch(/would tell what the client's view hides/u);
  });

  test.each(["[]", "not json", '{"label":["a"],"label":["b"]}'])(
    "is not passed over where it can't be read: %s",
    (text) => {
      expect(fault("ContainerList", { hide: ["labels"] }, text)).toBeDefined();
    },
  );
});

describe("a filter by what is shown", () => {
  test.each([
    { operation: "ContainerList", words: { hide: ["env"] }, filters: { label: ["a=b"], name: ["web"] } },
    {
      operation: "ContainerList",
      words: { hide: ["labels:secret.*"] },
      filters: { label: ["traefik.enable"] },
    },
    {
      operation: "ContainerList",
      words: { only: ["labels:traefik.*"] },
      filters: { label: ["traefik.enable=true"] },
    },
    { operation: "ContainerList", words: { only: [] }, filters: { id: ["0123"] } },
    { operation: "ContainerList", words: { hide: ["names"] }, filters: { label: ["name=web"] } },
    { operation: "SystemEvents", words: { hide: ["env"] }, filters: { label: ["name=web"] } },
    // Clients find out the id of what a person named, and then ask by it.
    { operation: "TaskList", words: { only: [] }, filters: { service: ["mmhbcv86n5ys674n63c8jcanj"] } },
    { operation: "SystemEvents", words: { only: [] }, filters: { container: { ["a1".repeat(32)]: true } } },
    { operation: "ImageList", words: { only: [] }, filters: { dangling: ["true"] } },
    { operation: "NetworkList", words: { only: ["networks"] }, filters: { scope: ["swarm"] } },
    { operation: "SystemEvents", words: { only: [] }, filters: { type: ["container"], event: ["die"] } },
    { operation: "SystemEvents", words: { hide: ["env"] }, filters: { event: ["health_status: healthy"] } },
    { operation: "SystemEvents", words: { only: [] }, filters: { event: ["health_status", "exec_start"] } },
    { operation: "ContainerList", words: { hide: ["env"] }, filters: { label: ["a*=b"] } },
    { operation: "ContainerList", words: { hide: ["env"] }, filters: { unheard: ["a"] } },
    { operation: "ContainerList", words: { hide: ["names"] }, filters: "" },
  ] as const)("goes on: $operation $filters", ({ operation, words, filters }) => {
    expect(fault(operation, words, filters)).toBeUndefined();
  });
});

describe("filters of a list whose query asks for no power", () => {
  const grant = restrictTo(grantOf("everything"), {
    scope: undefined,
    view: makeView({ hide: ["names"] }),
    stamps: new Map(),
  });
  /** What is answered to a list of services. */
  function answer(query: string): string {
    const request = { method: "GET" as const, path: "/v1.41/services", hasBody: false, contentTypes: [] };
    const verdict = decide(grant, request);
    if (verdict.kind !== "allow" || !isRestricted(verdict)) throw new Error("nothing is judged");
    const judged = judgeHead(grant, verdict, query);
    return judged.ok ? "goes on" : judged.error.kind;
  }

  test("go on where they ask for nothing hidden", () => {
    expect(answer("filters=%7B%22label%22%3A%7B%22a%22%3Atrue%7D%7D&status=1")).toBe("goes on");
    expect(answer("filters=")).toBe("goes on");
  });

  test("are refused where they do, or stand there twice", () => {
    expect(answer("filters=%7B%22name%22%3A%7B%22a%22%3Atrue%7D%7D")).toBe("refuse");
    expect(answer("filters=%7B%7D&filters=%7B%22name%22%3A%7B%22a%22%3Atrue%7D%7D")).toBe("refuse");
    expect(answer("filters=&filters=%7B%22name%22%3A%7B%22a%22%3Atrue%7D%7D")).toBe("refuse");
  });
});

test("an operation without filters, and a client without a view, are judged as they were", () => {
  const powers = operationPowers.get("ContainerCreate");
  expect(withSeenFilters("ContainerCreate", makeView({ hide: ["env"] }), powers)).toBe(powers);
  expect(withSeenFilters("ContainerList", undefined, undefined)).toBeUndefined();
});

test("a filter is read as it stands in a query of an operation that asks for nothing else", () => {
  const powers = withSeenFilters(
    "SystemEvents",
    makeView({ hide: ["labels"] }),
    operationPowers.get("SystemEvents"),
  );
  const faultOf = (texts: readonly string[]): string | undefined => {
    const asking = new Asking();
    powers?.query?.judge(new Map([["filters", texts]]), asking, []);
    return asking.fault;
  };
  expect(faultOf(['{"type":["container"]}'])).toBeUndefined();
  expect(faultOf(['{"label":["password=a"]}'])).toMatch(/would tell what the client's view hides/u);
  expect(faultOf(['{"type":["container"]}', '{"label":["a"]}'])).toMatch(/must be a JSON object/u);
});
