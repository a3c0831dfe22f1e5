import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { EngineLookup, Lookup } from "../../../src/docker/powers/asking.ts";
import {
  lookupTargets,
  nounsOfLookup,
  powersOfAbsent,
  powersOfUnknown,
  resolveLookup,
} from "../../../src/docker/powers/lookup.ts";
import { type Power, powerText } from "../../../src/docker/powers/power.ts";
import { judgeBody } from "../../../src/policy/judge.ts";
import { grantWith, restricted } from "../../policy/judging.ts";

const texts = (powers: readonly Power[]): readonly string[] => powers.map((power) => powerText(power));
const lookup = (about: EngineLookup["about"]): Lookup => ({
  kind: "engine",
  about,
  name: "/srv",
  place: "HostConfig.Binds[0] = /srv:/x:ro",
});
const owners = ["read-only container", "read-only service"] as const;

describe.each(owners)("what is mounted below a %s's path", (about) => {
  test.each([
    ["1.44", "bind:/srv:ro"],
    ["1.51", "bind:/srv:ro"],
    ["1.100", "bind:/srv:ro"],
    ["1.43", "bind:/srv:ro-nonrecursive"],
    ["1.4", "bind:/srv:ro-nonrecursive"],
    ["1.9999", "bind:/srv:ro-nonrecursive"],
    ["2.0", "bind:/srv:ro-nonrecursive"],
    ["", "bind:/srv:ro-nonrecursive"],
    [144, "bind:/srv:ro-nonrecursive"],
  ])("is read-only with an engine of API 1.44: %s", (ApiVersion, power) => {
    const answer = parseJson(Buffer.from(JSON.stringify({ Version: "1.44", ApiVersion })));
    const { powers, edits, isMissing } = resolveLookup(lookup(about), answer.ok ? [answer.value] : []);
    expect([texts(powers), edits, isMissing]).toEqual([[power], [], false]);
    expect(powers).toEqual([expect.objectContaining({ place: "HostConfig.Binds[0] = /srv:/x:ro" })]);
  });

  test("is writable with Podman, whatever it says of its version", () => {
    const answer = parseJson(
      Buffer.from('{"ApiVersion":"1.47","Components":[{"Name":"Podman Engine"},{"Name":"Conmon"}]}'),
    );
    const { powers } = resolveLookup(lookup(about), answer.ok ? [answer.value] : []);
    expect(texts(powers)).toEqual(["bind:/srv:ro-nonrecursive"]);
  });

  test("is writable for all that is known of an engine that says nothing", () => {
    expect(texts(resolveLookup(lookup(about), []).powers)).toEqual(["bind:/srv:ro-nonrecursive"]);
    expect(texts(powersOfUnknown(lookup(about)))).toEqual(["bind:/srv:ro-nonrecursive"]);
    expect(texts(powersOfAbsent(lookup(about)))).toEqual(["bind:/srv:ro"]);
    expect(nounsOfLookup(lookup(about))).toEqual(["bind"]);
  });
});

describe("the engine is asked what it is", () => {
  test.each([undefined, "1.44", "1.55"])("in no version, for a container asked for in %s", (version) => {
    expect(lookupTargets(lookup("read-only container"), version)).toEqual(["/version"]);
  });

  test.each(["1.24", "1.43"])("but not where the request's version decides: %s", (version) => {
    expect(lookupTargets(lookup("read-only container"), version)).toEqual([]);
  });

  test.each([undefined, "1.24", "1.43", "1.44"])("for a service in every version: %s", (version) => {
    expect(lookupTargets(lookup("read-only service"), version)).toEqual(["/version"]);
  });
});

describe("a read-only bind", () => {
  const body = '{"HostConfig":{"Binds":["/srv:/x:ro","/srv:/y:ro"]}}';

  test.each([
    { powers: "default", version: "/v1.43", asks: "bind:/srv:ro-nonrecursive", looked: 0 },
    { powers: "default,bind:/srv:ro", version: "/v1.43", asks: "bind:/srv:ro-nonrecursive", looked: 0 },
    { powers: "default,bind:/srv", version: "/v1.24", asks: "bind:/srv:ro-nonrecursive", looked: 0 },
    { powers: "default", version: "/v1.44", asks: undefined, looked: 2 },
    { powers: "default", version: "", asks: undefined, looked: 2 },
    { powers: "default,bind:/srv:ro", version: "/v1.44", asks: undefined, looked: 2 },
    { powers: "default,bind:/**:ro", version: "", asks: undefined, looked: 2 },
    { powers: "default,bind:/srv:ro-nonrecursive", version: "", asks: "bind:/srv:ro", looked: 0 },
    { powers: "default,bind:/srv", version: "/v1.44", asks: "bind:/srv:ro", looked: 0 },
    { powers: "all,-privileged", version: "", asks: "bind:/srv:ro", looked: 0 },
    { powers: "all,-bind:/other", version: "", asks: "bind:/srv:ro", looked: 0 },
  ])("of $powers, in the version $version, asks for $asks", ({ powers, version, asks, looked }) => {
    const grant = grantWith(powers);
    const verdict = restricted(grant, `${version}/containers/create`);
    const judged = judgeBody(grant, verdict, Buffer.from(body));
    if (!judged.ok) throw new Error(judged.error.reason);
    const binds = texts(judged.value.powers).filter((power) => power.startsWith("bind"));
    expect(binds).toEqual(asks === undefined ? [] : [asks, asks]);
    expect(judged.value.lookups).toHaveLength(looked);
  });

  test("may be one of many: it is one question", () => {
    const grant = grantWith("default,bind:/srv/**:ro");
    const many = Array.from({ length: 500 }, (_, at) => `/srv/${at}:/x/${at}:ro`);
    const judged = judgeBody(
      grant,
      restricted(grant),
      Buffer.from(JSON.stringify({ HostConfig: { Binds: many } })),
    );
    expect(judged.ok && judged.value.lookups).toHaveLength(500);
  });
});
