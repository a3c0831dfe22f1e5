import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { Asking, type Lookup } from "../../../src/docker/powers/asking.ts";
import {
  lookupTargets,
  powersOfAbsent,
  powersOfUnknown,
  resolveLookup,
} from "../../../src/docker/powers/lookup.ts";
import { type Power, powerText } from "../../../src/docker/powers/power.ts";
import { containerSpec } from "../../../src/docker/powers/service-container.ts";

const ID = "k3x9f3kq0w2jz7c1v8b5n4m6a";

function json(value: unknown): JsonValue {
  const parsed = parseJson(Buffer.from(JSON.stringify(value), "utf8"));
  return parsed.ok ? parsed.value : null;
}

const texts = (powers: readonly Power[]): readonly string[] => powers.map((power) => powerText(power));

/** The one look-up that a service's containers ask for. */
function lookupOf(spec: unknown): Lookup {
  const asking = new Asking();
  containerSpec.judge(json(spec), asking);
  const [lookup, ...more] = asking.asked.lookups;
  if (lookup === undefined || more.length > 0) throw new Error("there is one look-up");
  return lookup;
}

const asked = (spec: unknown, answer?: unknown): readonly string[] =>
  texts(resolveLookup(lookupOf(spec), answer === undefined ? [] : [json(answer)]).powers);

describe.each([
  {
    kind: "secret",
    of: (SecretID: string, SecretName: string) => ({ Secrets: [{ SecretID, SecretName }] }),
  },
  {
    kind: "config",
    of: (ConfigID: string, ConfigName: string) => ({ Configs: [{ ConfigID, ConfigName }] }),
  },
])("a $kind by its id", ({ kind, of }) => {
  test("asks for nothing beyond its name where the engine says that the id has it", () => {
    expect(asked(of(ID, "shop"), { ID, Spec: { Name: "shop" } })).toStrictEqual([]);
  });

  test.each([
    ["there is none", undefined],
    ["it has another name", { ID, Spec: { Name: "other" } }],
    [
      "it is one by that name, or by the beginning of an id",
      { ID: ID.replace("k", "l"), Spec: { Name: "shop" } },
    ],
    ["it has no name", { ID, Spec: {} }],
    ["it has nothing", { ID, Spec: null }],
    ["it is no object", []],
  ])("asks for the id as well where %s", (_name, answer) => {
    expect(asked(of(ID, "shop"), answer)).toStrictEqual([`${kind}:${ID}`]);
  });

  test("asks for the id as well where the request gives no name", () => {
    expect(asked(of(ID, ""), { ID, Spec: { Name: "shop" } })).toStrictEqual([`${kind}:${ID}`]);
  });

  test("is looked up by what is an id for sure", () => {
    expect(lookupTargets(lookupOf(of(ID, "shop")), "1.41")).toStrictEqual([`/v1.41/${kind}s/${ID}`]);
    for (const word of ["shop", ID.slice(1), `${ID}a`, "../containers/json", ID.toUpperCase()]) {
      expect(lookupTargets(lookupOf(of(word, "shop")), "1.41")).toStrictEqual([]);
      expect(texts(powersOfUnknown(lookupOf(of(word, "shop"))))).toStrictEqual([`${kind}:${word}`]);
    }
    expect(texts(powersOfAbsent(lookupOf(of(ID, "shop"))))).toStrictEqual([`${kind}:${ID}`]);
  });
});

test("a configuration that describes an account is asked for by its own name, for the request has only its id", () => {
  const spec = { Privileges: { CredentialSpec: { Config: ID } } };
  expect(asked(spec, { ID, Spec: { Name: "account" } })).toStrictEqual(["config:account"]);
  expect(asked(spec, { ID: "x", Spec: { Name: "account" } })).toStrictEqual([`config:${ID}`]);
  expect(asked(spec)).toStrictEqual([`config:${ID}`]);
});
