import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/read-settings.ts";
import { powerText } from "../../src/docker/powers/power.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { judgeHead } from "../../src/policy/judge.ts";
import { grantWith, restricted } from "./judging.ts";

function imagesWith(powers: string): Grant {
  const variables = { POST: "1", IMAGES: "1", BUILD: "1", QUAYGATE_POWERS: powers };
  const settings = readSettings(variables, { terminal: false });
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  return settings.value.clients[0].grant;
}

describe("a query that is not there", () => {
  test.each([
    ["a push", "/v1.43/images/x/push", ["push:docker.io/library/x:(all)", "image:docker.io/library/x:(all)"]],
    ["a build", "/build", ["build", "image:(any)", "network:bridge"]],
  ])("is judged like an empty one: %s", (_name, path, powers) => {
    const grant = imagesWith("none");
    for (const query of [undefined, "", "&"]) {
      const judged = judgeHead(grant, restricted(grant, path), query);
      expect(judged.ok ? judged.value.powers.map((power) => powerText(power)) : judged.error).toEqual(powers);
      expect(judged.ok && judged.value.canonical).toBeUndefined();
    }
  });

  test("says less than one that is: a push of one tag", () => {
    const grant = imagesWith("none");
    const judged = judgeHead(grant, restricted(grant, "/images/x/push"), "tag=1");
    expect(judged).toMatchObject({ ok: true, value: { canonical: "tag=1" } });
    expect(judged.ok ? judged.value.powers : []).toMatchObject([
      { noun: "push", value: "docker.io/library/x:1" },
      { noun: "image", value: "docker.io/library/x:1" },
    ]);
  });
});

describe("a query where the body says it all", () => {
  test.each([
    ["a process", "/containers/web/exec"],
    ["new limits", "/containers/web/update"],
  ])("asks for what it is when it says something: %s", (_name, path) => {
    const judged = judgeHead(grantWith("none"), restricted(grantWith("none"), path), "frob=1&other=");
    expect(judged.ok ? judged.value.powers.map((power) => powerText(power)) : judged.error).toEqual([
      "field:?frob",
    ]);
  });
});

test("docker-py's builds go on with the one Dockerfile that engines read", () => {
  const grant = imagesWith("none,build,image:(any),network:bridge,fetch");
  const judge = (query: string) => judgeHead(grant, restricted(grant, "/build"), query);
  expect(judge("dockerfile=.dockerfile.0a&t=&dockerfile=FROM+busybox%0A")).toMatchObject({
    ok: true,
    value: { canonical: "dockerfile=.dockerfile.0a&t=" },
  });
  const [first, second] = [
    judge("dockerfile=https://a.example/x&dockerfile=D"),
    judge("dockerfile=D&dockerfile=https://a.example/x"),
  ];
  expect(first.ok && first.value.powers.map((power) => powerText(power))).toContain(
    "fetch:https://a.example/x",
  );
  expect(second.ok && second.value.canonical).toBe("dockerfile=D");
});

test("a query that narrows a list keeps the keys that are not known, however often they stand", () => {
  const grant = grantWith("none");
  const query = "all=1&x=%7B&all=0&filters=%7B%22name%22%3A%5B%22a%22%5D%7D&y";
  const judged = judgeHead(grant, restricted(grant, "/containers/prune"), query);
  expect(judged).toMatchObject({
    ok: true,
    value: { powers: [], canonical: "all=1&all=0&x=%7B&filters=%7B%22name%22%3A%5B%22a%22%5D%7D&y=" },
  });
  expect(judgeHead(grant, restricted(grant, "/containers/prune"), "filters=a&filters=b")).toMatchObject({
    ok: false,
    error: { code: "bad_query" },
  });
});
