import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/docker/json/value.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { powerText } from "../../src/docker/powers/power.ts";
import {
  decidePowers,
  decideWithoutBody,
  isRestricted,
  type Judged,
  judgeBody,
  judgeHead,
  writeBody,
} from "../../src/policy/judge.ts";
import { allowed, grantWith, restricted } from "./judging.ts";

const CREATE = "/v1.44/containers/create";
const RENAME = "/containers/web/rename";

function textsOf({ powers }: Pick<Judged<unknown>, "powers">): readonly string[] {
  return powers.map((power) => powerText(power));
}

/** What the head of a request says, or the code of its refusal and why. */
function headOf(
  powers: string,
  path: string,
  query: string | undefined,
): Judged<string | undefined> | string {
  const grant = grantWith(powers);
  const judged = judgeHead(grant, restricted(grant, path), query);
  return judged.ok ? judged.value : `${judged.error.code}: ${judged.error.reason}`;
}

function bodyOf(powers: string, body: string, path?: string): Judged<JsonValue> | string {
  const grant = grantWith(powers);
  const judged = judgeBody(grant, restricted(grant, path), Buffer.from(body, "utf8"));
  return judged.ok ? judged.value : `${judged.error.code}: ${judged.error.reason}`;
}

describe("an operation has yet to be judged", () => {
  test.each([
    { powers: "default", path: CREATE, judged: true },
    { powers: "none", path: CREATE, judged: true },
    { powers: "all", path: CREATE, judged: false },
    { powers: "all,-swarm", path: CREATE, judged: false },
    { powers: "all,-swarm", path: RENAME, judged: false },
    { powers: "all,-privileged", path: CREATE, judged: true },
    { powers: "all,-privileged", path: "/containers/web/exec", judged: true },
    { powers: "all,-privileged", path: RENAME, judged: false },
    { powers: "all,-bind:/etc", path: CREATE, judged: true },
    { powers: "all,-bind:/etc", path: "/containers/web/exec", judged: false },
    { powers: "all,-bind:/etc,bind", path: CREATE, judged: false },
    { powers: "all,-name", path: RENAME, judged: true },
    { powers: "all,-field", path: RENAME, judged: true },
    { powers: "all,-volume-driver", path: CREATE, judged: true },
    { powers: "all,-network-driver", path: CREATE, judged: true },
    { powers: "default", path: "/containers/web/stop", judged: false },
    { powers: "none", path: "/containers/web/kill", judged: false },
  ])("with $powers, $path: $judged", ({ powers, path, judged }) => {
    const verdict = allowed(grantWith(powers), path);
    expect(isRestricted(verdict)).toBe(judged);
    expect(verdict.restricted !== undefined).toBe(judged);
    expect(verdict.powers).toBeUndefined();
  });
});

describe("the head of a request", () => {
  test.each([
    { name: "without a query", query: undefined, asks: [], canonical: undefined },
    { name: "with an empty query", query: "", asks: [], canonical: undefined },
    { name: "with a name", query: "name=a+%62%2c", asks: ["name:a b%2C"], canonical: "name=a%20b%2C" },
    { name: "with an unknown key", query: "x=%2a", asks: ["field:?x"], canonical: "x=*" },
    { name: "with an unknown key that is empty", query: "x=", asks: [], canonical: "x=" },
    {
      name: "with what stands in the body",
      query: "Cmd=a&Cmd=b&HostConfig=%7B%7D&name=c",
      asks: ["name:c"],
      canonical: "name=c",
    },
    { name: "with what stands deeper in the body", query: "Privileged=1", asks: [], canonical: undefined },
    {
      name: "with a key that is nearly one of the body's",
      query: "hostconfig=1",
      asks: ["field:?hostconfig"],
      canonical: "hostconfig=1",
    },
  ])("$name says what it asks for, and goes on so", ({ query, asks, canonical }) => {
    const judged = headOf("default", CREATE, query);
    if (typeof judged === "string") throw new Error(judged);
    expect(textsOf(judged)).toStrictEqual(asks);
    expect(judged.canonical).toBe(canonical);
    expect(judged.lookups).toStrictEqual([]);
  });

  test.each([
    { name: "a key twice", query: "name=a&name=a", refusal: "bad_query: a key stands twice in the query" },
    { name: "no UTF-8", query: "name=%c3", refusal: "bad_query: the query has a bad escape or is not UTF-8" },
    {
      name: "half an escape",
      query: "name=%4",
      refusal: "bad_query: the query has a bad escape or is not UTF-8",
    },
  ])("is refused with $name", ({ query, refusal }) => {
    expect(headOf("default", CREATE, query)).toBe(refusal);
    expect(headOf("none", RENAME, query)).toBe(refusal);
  });

  test("repeats a body only where that operation does", () => {
    expect(headOf("none", RENAME, "Cmd=a&Cmd=b")).toBe("bad_query: a key stands twice in the query");
  });
});

describe("the body of a request", () => {
  const odd = '{ "Image":"a\\u002fb", "HostConfig":{"Binds":["/etc:/x","/etc:/y:ro"],"Memory":1e3}}\n';

  test("says what it asks for, and goes on as it was read", () => {
    const judged = bodyOf("default", odd);
    if (typeof judged === "string") throw new Error(judged);
    expect(textsOf(judged)).toStrictEqual([
      "image:docker.io/a/b:latest",
      "bind:/etc",
      "user:(image)",
      "entrypoint:(image)",
      "command:(image)",
      "network:bridge",
    ]);
    expect(judged.powers[1]?.place).toBe("HostConfig.Binds[0] = /etc:/x");
    expect(writeBody(judged.canonical).toString()).toBe(
      '{"Image":"a/b","HostConfig":{"Binds":["/etc:/x","/etc:/y:ro"],"Memory":1e3}}',
    );
  });

  test.each([
    { name: "in HostConfig", body: '{"Image":"a","HostConfig":{"ContainerIDFile":"/etc/x","Memory":1}}' },
    { name: "empty", body: '{"Image":"a","HostConfig":{"Memory":1,"ContainerIDFile":""}}' },
    {
      name: "written with escapes",
      body: String.raw`{"Image":"a","HostConfig":{"Container\u0049DFile":"/x","Memory":1}}`,
    },
    { name: "beside HostConfig too", body: '{"ContainerIDFile":"/x","Image":"a","HostConfig":{"Memory":1}}' },
    {
      name: "in other letters",
      body: '{"containerIDFile":"/x","Image":"a","hostConfig":{"ContainerIdFile":"/y","Memory":1}}',
    },
    {
      name: "of another type",
      body: '{"Image":"a","HostConfig":{"ContainerIDFile":{"Memory":2},"Memory":1}}',
    },
  ])("goes on without the file that Podman deletes along with the container: $name", ({ body }) => {
    const judged = bodyOf("default", body);
    if (typeof judged === "string") throw new Error(judged);
    expect(writeBody(judged.canonical).toString()).toBe('{"Image":"a","HostConfig":{"Memory":1}}');
  });

  test("is judged, and goes on, in Docker's letters", () => {
    const judged = bodyOf(
      "none",
      '{"image":"web","User":null,"USER":"1","cmd":null,"Cmd":["x"],"hostConfig":{"privileged":true,"binds":null}}',
    );
    if (typeof judged === "string") throw new Error(judged);
    expect(textsOf(judged)).toStrictEqual([
      "image:docker.io/library/web:latest",
      "user:1",
      "command:x",
      "privileged",
      "entrypoint:(image)",
      "network:bridge",
    ]);
    expect(judged.powers[3]?.place).toBe("HostConfig.Privileged = true");
    expect(writeBody(judged.canonical).toString()).toBe(
      '{"Image":"web","User":"1","Cmd":["x"],"HostConfig":{"Privileged":true}}',
    );
  });

  test.each([
    { name: "no JSON", body: "{", refusal: "bad_body: the body can't be judged: it is not JSON" },
    {
      name: "a key twice",
      body: '{"a":1,"a":1}',
      refusal: "bad_body: the body can't be judged: a key stands twice in one object",
    },
    {
      name: "a key in two spellings",
      body: '{"HostConfig":{},"hostConfig":{}}',
      refusal: "bad_body: hostConfig would be read as HostConfig, and must be written so",
    },
    {
      name: "a long s for an s",
      body: '{"Ho\u017ftConfig":{}}',
      refusal: "bad_body: Ho?tConfig would be read as HostConfig, and must be written so",
    },
    { name: "a list for an object", body: "[]", refusal: "bad_body: the body must be an object" },
    {
      name: "a text for an object",
      body: '{"HostConfig":"x"}',
      refusal: "bad_body: HostConfig must be an object",
    },
  ])("is refused with $name", ({ body, refusal }) => {
    expect(bodyOf("default", body)).toBe(refusal);
    expect(bodyOf("none", body)).toBe(refusal);
  });

  test.each([
    { name: "null", judge: (grant: Grant) => judgeBody(grant, restricted(grant), Buffer.from("null")) },
    {
      name: "an empty object",
      judge: (grant: Grant) => judgeBody(grant, restricted(grant), Buffer.from("{}")),
    },
  ])("asks for what the engine gives to those who say nothing: $name", ({ judge }) => {
    const judged = judge(grantWith("default"));
    expect(judged.ok ? textsOf(judged.value) : judged.error).toStrictEqual([
      "image:(none)",
      "user:(image)",
      "entrypoint:(image)",
      "command:(image)",
      "network:bridge",
    ]);
  });

  test("that is not there asks for the same", () => {
    const grant = grantWith("default");
    const decided = decideWithoutBody(grant, restricted(grant), { powers: [], lookups: [] });
    expect("powers" in decided && decided.powers?.map((power) => powerText(power))).toStrictEqual([
      "image:(none)",
      "user:(image)",
      "entrypoint:(image)",
      "command:(image)",
      "network:bridge",
    ]);
  });

  test("is refused with more values than anybody sends", () => {
    // The object, the list, and what is in it.
    const triggers = (count: number): string => `{"OnBuild":[${"{},".repeat(count - 1)}{}]}`;
    expect(bodyOf("default", triggers(99_998))).not.toBeTypeOf("string");
    expect(bodyOf("default", triggers(99_999))).toBe(
      "bad_body: the body can't be judged: it has more than 100000 values",
    );
  });

  test("is refused with more powers than anybody asks for", () => {
    const labels = (count: number): string =>
      JSON.stringify({
        Labels: Object.fromEntries(Array.from({ length: count }, (_, at) => [`l${at}`, ""])),
      });
    expect(bodyOf("default", labels(1995))).not.toBeTypeOf("string");
    expect(bodyOf("default", labels(1996))).toBe("bad_body: it asks for more than 2000 powers");
  });
});

describe("the engine has to be asked about a name", () => {
  const body = '{"HostConfig":{"Binds":["v:/v","v:/w"],"NetworkMode":"n"},"Cmd":["a"]}';
  const volumes = "bind,mount,field,volume-driver";
  test.each([
    { powers: "none", lookups: ["volume v", "network n"] },
    { powers: "default", lookups: ["volume v", "network n"] },
    { powers: `default,${volumes}`, lookups: ["network n"] },
    { powers: `default,${volumes},-volume:w`, lookups: ["volume v", "network n"] },
    { powers: `default,${volumes},-bind:/etc`, lookups: ["volume v", "network n"] },
    { powers: "default,network-driver,host", lookups: ["volume v"] },
    { powers: `default,network-driver,host,${volumes}`, lookups: [] },
    { powers: "all,-network", lookups: ["network n"] },
    { powers: "all,-privileged", lookups: [] },
  ])("only where it matters: with $powers", ({ powers, lookups }) => {
    const judged = bodyOf(powers, body);
    if (typeof judged === "string") throw new Error(judged);
    expect(judged.lookups.map(({ kind, name }) => `${kind} ${name}`)).toStrictEqual(lookups);
  });
});

describe("what a request asks for decides", () => {
  const power = (
    noun: "bind" | "image" | "privileged",
    value: string,
  ): { noun: typeof noun; value: string; place: string } => ({
    noun,
    value,
    place: "Somewhere",
  });
  const asked = [
    power("image", "docker.io/library/a:latest"),
    power("bind", "/etc:ro"),
    power("privileged", ""),
  ];

  test("with all of it held the request is allowed, as judged", () => {
    const grant = grantWith("default,bind:/etc:ro,privileged");
    const verdict = restricted(grant);
    expect(decidePowers(grant, verdict, asked)).toStrictEqual({
      ...verdict,
      restricted: undefined,
      powers: asked,
    });
  });

  test("with nothing asked for it is allowed by any grant", () => {
    const grant = grantWith("none");
    expect(decidePowers(grant, restricted(grant), [])).toMatchObject({ kind: "allow", powers: [] });
  });

  test.each([
    { powers: "default", lacking: ["bind:/etc:ro", "privileged"], rule: "default" },
    { powers: "default,privileged", lacking: ["bind:/etc:ro"], rule: "default, privileged" },
    {
      powers: "default,bind:/etc,-image",
      lacking: ["image:docker.io/library/a:latest", "privileged"],
      rule: "default, bind:/etc, -image",
    },
    {
      powers: "none",
      lacking: ["image:docker.io/library/a:latest", "bind:/etc:ro", "privileged"],
      rule: "none",
    },
  ])("with $powers it is denied, and all that lacks is told: $lacking", ({ powers, lacking, rule }) => {
    const grant = grantWith(powers);
    const verdict = restricted(grant);
    const denied = decidePowers(grant, verdict, asked);
    expect(denied).toMatchObject({ kind: "deny", code: "power_denied", rule, powers: asked });
    expect(denied.operation).toBe(verdict.operation);
    expect(denied.kind === "deny" ? denied.lacking.map((one) => powerText(one)) : []).toStrictEqual(lacking);
  });
});
