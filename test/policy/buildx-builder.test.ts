import { describe, expect, test } from "vitest";
import { cureOfBuilder } from "../../src/policy/buildx-builder.ts";
import { decide } from "../../src/policy/decide.ts";
import { explainVerdict } from "../../src/policy/explain.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { decidePowers, isRestricted, judgeBody, judgeHead } from "../../src/policy/judge.ts";
import type { Deny } from "../../src/policy/verdict.ts";
import { grantOf } from "./grants.ts";

const CREATE = "/v1.51/containers/create";
const NAMED = "name=buildx_buildkit_default";
const BODY = JSON.stringify({
  Image: "moby/buildkit:buildx-stable-1",
  HostConfig: { Privileged: true, CgroupParent: "/docker/buildx" },
});
const ABOUT =
  "docker buildx asks for this builder of its own where the engine's BuildKit is refused. To build without it, ";

/** The denial of a POST with such a body, and what is said of it. */
function denialOf(grant: Grant, path: string, query: string, body = BODY): Deny {
  const decided = decide(grant, { method: "POST", path, hasBody: true, contentTypes: [] });
  if (decided.kind === "deny") return decided;
  if (decided.kind !== "allow" || !isRestricted(decided)) throw new Error("it is let through");
  const [head, judged] = [
    judgeHead(grant, decided, query),
    judgeBody(grant, decided, Buffer.from(body, "utf8")),
  ];
  if (!head.ok || !judged.ok) throw new Error("it is refused");
  const verdict = decidePowers(grant, decided, [...head.value.powers, ...judged.value.powers]);
  if (verdict.kind !== "deny") throw new Error("it is let through");
  return verdict;
}

function sentence(settings: string, path: string, query: string, body?: string): string {
  const grant = grantOf(settings);
  const verdict = denialOf(grant, path, query, body);
  return explainVerdict(verdict, "POST", "x", { cure: cureOfBuilder(grant, verdict, query) });
}

describe("the refusal of buildx's own builder names what builds without it", () => {
  const open = "POST=1 CONTAINERS=1 IMAGES=1";
  test.each([
    {
      name: "the power, where the switches are on",
      settings: `${open} GRPC=1 SESSION=1 QUAYGATE_POWERS=default`,
      cure: "add buildkit to its powers (QUAYGATE_POWERS), or use the classic builder (DOCKER_BUILDKIT=0).",
    },
    {
      name: "the switches and the power",
      settings: `${open} QUAYGATE_POWERS=default`,
      cure: "set GRPC=1 and SESSION=1, and add buildkit to its powers (QUAYGATE_POWERS), or use the classic builder (DOCKER_BUILDKIT=0).",
    },
    {
      name: "one switch, where the power is held",
      settings: `${open} GRPC=1 QUAYGATE_POWERS=default,buildkit`,
      cure: "set SESSION=1, or use the classic builder (DOCKER_BUILDKIT=0).",
    },
  ])("$name", ({ settings, cure }) => {
    const said = sentence(settings, CREATE, NAMED);
    expect(said).toBe(
      "quaygate: ContainerCreate asks for the powers privileged (HostConfig.Privileged = true), " +
        "cgroup-parent:/docker/buildx (HostConfig.CgroupParent = /docker/buildx), which x does not hold. " +
        `${ABOUT}${cure}`,
    );
    expect(said).not.toContain("To allow it, add");
  });

  const closed = "set POST=1 and GRPC=1 and SESSION=1, or use the classic builder (DOCKER_BUILDKIT=0).";
  test.each([
    { path: CREATE, query: NAMED },
    { path: CREATE, query: "platform=&name=buildx%5Fbuildkit_mine0" },
    { path: "/images/create", query: "fromImage=moby%2Fbuildkit&tag=buildx-stable-1" },
    { path: "/images/create", query: "fromImage=docker.io%2Fmoby%2Fbuildkit%3Abuildx-stable-1-rootless" },
    { path: "/containers/buildx_buildkit_default/start", query: "" },
  ])("also where the operation itself is closed: $path?$query", ({ path, query }) => {
    expect(sentence("", path, query)).toMatch(/is not allowed for x: docker buildx asks/u);
    expect(sentence("", path, query)).toContain(`${ABOUT}${closed}`);
  });
});

describe("nothing else is said of", () => {
  test.each([
    { name: "another container", path: CREATE, query: "name=buildx" },
    { name: "a container without a name", path: CREATE, query: "" },
    {
      name: "an image of BuildKit that buildx does not take",
      path: "/images/create",
      query: "fromImage=moby/buildkit&tag=v0.20",
    },
    { name: "a query that can't be read", path: CREATE, query: "name=buildx_buildkit_%ff" },
  ])("$name", ({ path, query }) => {
    expect(sentence("", path, query)).toMatch(/is not allowed for x: needs /u);
  });

  test("a builder that somebody asks for although the engine's BuildKit is open", () => {
    const settings = "POST=1 CONTAINERS=1 GRPC=1 SESSION=1 QUAYGATE_POWERS=default,buildkit";
    expect(sentence(settings, CREATE, NAMED)).toContain("To allow the rest, add cgroup-parent");
  });
});
