import { describe, expect, test } from "vitest";
import { secretPowers } from "../../../src/docker/powers/secret-config.ts";
import { askedByRequest } from "./asked.ts";

describe("to look at a secret asks for", () => {
  test.each([
    ["nothing by itself", {}, []],
    ["a field, by what makes Podman show its value", { query: "showsecret=true" }, ["field:?showsecret"]],
    ["a field, in letters that Podman takes for the same", { query: "ShowSecret=1" }, ["field:?ShowSecret"]],
  ])("%s", (_name, request, powers) => {
    expect(askedByRequest(secretPowers.SecretInspect ?? {}, request)).toMatchObject({
      powers,
      fault: undefined,
    });
  });
});

const kinds = ["SecretCreate", "SecretUpdate", "ConfigCreate", "ConfigUpdate"] as const;

describe.each(kinds)("%s", (operation) => {
  const powers = secretPowers[operation] ?? {};

  test.each([
    ["nothing for a name and data", { Name: "db", Data: "c2VjcmV0" }, []],
    ["its labels", { Name: "db", Labels: { a: "b" } }, ["label:a"]],
    ["a language", { Templating: { Name: "golang" } }, ["template:golang"]],
    ["options without a name", { Templating: { Options: { a: "b" } } }, ["template:(default)"]],
    [
      "a driver in a form that is not known",
      { Templating: { Name: "x", Url: "y" } },
      ["field:Templating.Url", "template:x"],
    ],
    ["what is not known", { Frobnicate: true }, ["field:Frobnicate"]],
    ["nothing by nothing", null, []],
  ])("asks for %s", (_name, body, expected) => {
    const asked = askedByRequest(powers, { body });
    expect({ ...asked, powers: asked.powers.toSorted() }).toMatchObject({
      powers: expected,
      fault: undefined,
    });
  });

  test("never shows the data, nor what stands in options", () => {
    const body = { Data: "secret", Labels: { a: "secret" }, Templating: { Options: { a: "secret" } } };
    expect(JSON.stringify(askedByRequest(powers, { body }))).not.toContain('secret"');
    expect(askedByRequest(powers, { body: { Data: "hidden", data: "other" } })).toMatchObject({
      powers: [],
      fault: "data would be read as Data, and must be written so",
    });
  });

  test("takes a query that repeats the body", () => {
    expect(powers.query?.repeatsBody).toBe(true);
    expect(askedByRequest(powers, { query: "frob=1" }).powers).toEqual(["field:?frob"]);
  });
});

test.each(["SecretCreate", "SecretUpdate"] as const)("%s asks for a plugin", (operation) => {
  const body = { Driver: { Name: "vault", Options: { token: "secret" } } };
  const asked = askedByRequest(secretPowers[operation] ?? {}, { body });
  expect(asked.powers).toEqual(["secret-driver:vault"]);
  expect(JSON.stringify(asked)).not.toContain("token");
});

test("a configuration has no plugin that is known", () => {
  const body = { Driver: { Name: "vault" } };
  expect(askedByRequest(secretPowers.ConfigCreate ?? {}, { body }).powers).toEqual(["field:Driver"]);
});

test.each(["SecretUpdate", "ConfigUpdate"] as const)("%s takes a version in either place", (operation) => {
  const request = { query: "version=7", body: { version: 7, Name: "a" } };
  expect(askedByRequest(secretPowers[operation] ?? {}, request).powers).toEqual([]);
});

describe("what a secret or a configuration is asks for it", () => {
  test.each([
    ["SecretDelete", "/v1.43/secrets/db", "secret:db for its name"],
    ["ConfigDelete", "/configs/app", "config:app for its name"],
    ["ConfigInspect", "/v1.43/configs/app", "config:app for its name"],
  ] as const)("%s of %s", (operation, path, lookup) => {
    expect(askedByRequest(secretPowers[operation] ?? {}, { path })).toMatchObject({
      powers: [],
      lookups: [lookup],
    });
  });

  test("and the list of configurations, which shows what they hold, for any", () => {
    expect(askedByRequest(secretPowers.ConfigList ?? {}, {}).powers).toEqual(["config:(any)"]);
  });
});
