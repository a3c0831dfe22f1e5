import { describe, expect, test } from "vitest";
import { withPolicy } from "./policy-file.ts";
import { linesOf } from "./quaygate-command.ts";

const POLICY = `
clients:
  ci:
    from: ci
    allow: [containers:read, ContainerStart, ContainerCreate, ContainerPrune, SystemEvents, SystemDataUsage, BuildPrune, ping]
    powers: all
    scope: [{ own: true }, { image: busybox }]
    labels: { team: a }
  viewer: { from: viewer, allow: [containers:read, SystemPing], hide: env }
`;
const SCOPE = "what it made; images busybox";

describe("check says of a client with a scope or a view what nobody knows before the request comes:", () => {
  test.each([
    {
      of: "which object it is",
      words: ["--client", "ci", "GET", "/containers/web/json"],
      says: `which container it is decides when it comes: in scope is ${SCOPE}; any other is not there`,
    },
    {
      of: "what a list has",
      words: ["--client", "ci", "GET", "/containers/json"],
      says: `it lists what is in scope, and nothing else: ${SCOPE}`,
    },
    {
      of: "what events tell of",
      words: ["--client", "ci", "GET", "/events"],
      says: `it tells of what is in scope, and of nothing else: ${SCOPE}`,
    },
    {
      of: "what its answer lacks",
      words: ["--client", "viewer", "GET", "/containers/web/json"],
      says: "hidden from it: env",
    },
  ])("$of", async ({ words, says }) => {
    const { code, stdout } = await withPolicy(POLICY).run(["check", ...words]);
    expect(linesOf(stdout)).toContain(says);
    expect(code).toBe(0);
  });

  test("and nothing of a request that is about no object", async () => {
    const { stdout } = await withPolicy(POLICY).run(["check", "--client", "ci", "GET", "/_ping"]);
    expect(stdout).not.toContain("scope");
  });

  test("what is closed for it, and why", async () => {
    const { code, stdout } = await withPolicy(POLICY).run([
      "check",
      "--client",
      "ci",
      "POST",
      "/build/prune",
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "is not allowed for this client: a client with a scope can't do it, because builds of all clients share it",
    );
  });
});
