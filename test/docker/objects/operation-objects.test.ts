import { describe, expect, test } from "vitest";
import { operationObjects } from "../../../src/docker/objects/operation-objects.ts";
import { catalogue } from "../../../src/docker/operations.ts";

const KINDS: Readonly<Record<string, string>> = {
  containers: "container",
  exec: "exec",
  images: "image",
  networks: "network",
  volumes: "volume",
  services: "service",
  tasks: "task",
  secrets: "secret",
  configs: "config",
  nodes: "node",
  plugins: "plugin",
};

const uses = catalogue.map((operation) => ({ operation, use: operationObjects[operation.name] }));

describe("what an operation has to do with objects", () => {
  test.each(
    uses.flatMap(({ operation: { name, template }, use }) =>
      use.use === "one" ? [[name, template, use] as const] : [],
    ),
  )("%s names one where its path does: %s", (_, template, { kind, behind }) => {
    const [folder = "", named = "", ...rest] = template.replace(/^\/(?:libpod\/)?/u, "").split("/");
    expect(named).toMatch(/^\{(?:id|name)(?:\.\.\.)?\}$/u);
    expect({ kind, behind }).toEqual({ kind: KINDS[folder], behind: rest.length });
  });

  test("is never nothing, and never a list, where the path has a name", () => {
    const harmless = new Set(["DistributionInspect", "ImageResolveLibpod", "RouteOptions"]);
    const named = uses.filter(({ operation }) => operation.template.includes("{"));
    expect(named.filter(({ use }) => use.use !== "one" && use.use !== "closed")).toEqual(
      named.filter(({ operation: { name } }) => harmless.has(name)),
    );
  });

  test.each(
    uses.flatMap(({ operation: { name }, use }) =>
      use.use === "closed" ? [[name, use.because] as const] : [],
    ),
  )("closes %s with the end of a sentence: %s", (_, because) => {
    expect(because).toMatch(/^(?:it |a |an |builds |nobody |Podman's )[^.]{12,}$/u);
  });
});
