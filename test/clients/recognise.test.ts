import { describe, expect, test } from "vitest";
import { parseClientAddress } from "../../src/clients/address-range.ts";
import { parseLabelPattern } from "../../src/clients/label.ts";
import { needsOf } from "../../src/clients/matcher.ts";
import type { NameAnswer } from "../../src/clients/names.ts";
import { type Facts, type Recognition, recognise } from "../../src/clients/recognise.ts";
import { address, client, label, name, token } from "./sources.ts";

const secret = token("0123456789abcdef");

function at(text: string | undefined, others: Partial<Facts> = {}): Facts {
  return {
    address: text === undefined ? undefined : parseClientAddress(text),
    names: new Map(),
    labels: undefined,
    certificate: undefined,
    token: undefined,
    ...others,
  };
}

function resolved(...texts: readonly string[]): NameAnswer {
  return { kind: "addresses", addresses: texts.flatMap((text) => parseClientAddress(text) ?? []) };
}

function labelled(...texts: readonly string[]): Facts["labels"] {
  const pairs = texts.map((text): [string, string] => {
    const [key = "", value = ""] = text.split("=");
    return [key, value];
  });
  return { kind: "labels", labels: new Map(pairs) };
}

const nobody: Recognition = { kind: "nobody" };
const is = (found: string): Recognition => ({ kind: "client", name: found });

describe("who calls", () => {
  test("is the first client of the policy of whom something holds", () => {
    const clients = [
      client("one", [address("172.25.0.3")]),
      client("net", [address("172.25.0.0/24")]),
      client("all", [address("0.0.0.0/0")]),
    ];
    expect(recognise(clients, at("172.25.0.3"))).toEqual(is("one"));
    expect(recognise(clients, at("172.25.0.4"))).toEqual(is("net"));
    expect(recognise(clients, at("172.26.0.4"))).toEqual(is("all"));
    expect(recognise(clients.toReversed(), at("172.25.0.3"))).toEqual(is("all"));
    expect(recognise(clients, at("fd00::1"))).toEqual(nobody);
    expect(recognise(clients, at(undefined))).toEqual(nobody);
  });

  test("needs all of one alternative, and any of them", () => {
    const clients = [client("ops", [address("172.25.0.0/24"), secret], [address("172.26.0.9")])];
    const { token: sent } = secret;
    expect(recognise(clients, at("172.25.0.3", { token: sent }))).toEqual(is("ops"));
    expect(recognise(clients, at("172.25.0.3"))).toEqual(nobody);
    expect(recognise(clients, at("172.27.0.3", { token: sent }))).toEqual(nobody);
    expect(recognise(clients, at("172.26.0.9"))).toEqual(is("ops"));
    expect(recognise(clients, at("172.25.0.3", { token: token("0123456789abcdeF").token }))).toEqual(nobody);
  });

  test.each([
    ["no alternative", client("x")],
    ["an alternative that asks for nothing", client("x", [])],
    ["no ranges", client("x", [address()])],
    ["no names", client("x", [name()])],
    ["no labels", client("x", [label()])],
    ["an empty certificate", client("x", [{ kind: "certificate", certificate: {} }])],
  ])("is nobody by a client with %s", (_, source) => {
    const certificate = {
      commonName: undefined,
      otherNames: new Set<string>(),
      fingerprint: "",
      spiffe: undefined,
    };
    expect(recognise([source], at("172.25.0.3", { labels: labelled(), certificate }))).toEqual(nobody);
  });

  test("is found by a name that has the address, and not by one that could not be resolved", () => {
    const clients = [client("web", [name("web", "web2")])];
    const names = (web: NameAnswer, web2: NameAnswer): Partial<Facts> => ({
      names: new Map([
        ["web", web],
        ["web2", web2],
      ]),
    });
    const failed: NameAnswer = { kind: "failed", reason: "ENOTFOUND" };
    expect(recognise(clients, at("172.25.0.3", names(failed, resolved("172.25.0.3"))))).toEqual(is("web"));
    expect(recognise(clients, at("172.25.0.3", names(failed, resolved("172.25.0.4"))))).toEqual(nobody);
    expect(recognise(clients, at("172.25.0.3", names(failed, failed)))).toEqual(nobody);
  });

  test.each([
    [["role=renderer"], true],
    [["role"], true],
    [["role=renderer", "tier"], true],
    [["role=renderer", "tier=1"], false],
    [["role=Renderer"], false],
    [["role=render"], false],
    [["role="], false],
    [["tier="], true],
    [["equation=a=b"], true],
    [["toString"], false],
  ])("has the labels %j: %s", (asked, has) => {
    const labels = new Map([
      ["role", "renderer"],
      ["tier", ""],
      ["equation", "a=b"],
    ]);
    const facts = at("172.25.0.3", { labels: { kind: "labels", labels } });
    expect(recognise([client("x", [label(...asked)])], facts)).toEqual(has ? is("x") : nobody);
  });

  test.each<[string, Facts["labels"]]>([
    ["no container calls", { kind: "no-container" }],
    ["the engine could not say", { kind: "failed", reason: "connect ENOENT" }],
  ])("has no labels where %s", (_, labels) => {
    expect(recognise([client("x", [label("role")])], at("172.25.0.3", { labels }))).toEqual(nobody);
  });
});

describe("an engine that did not say whose labels an address has", () => {
  const unsaid = at("172.25.0.3", { labels: { kind: "failed", reason: "connect ENOENT" } });
  const wide = client("wide", [address("172.25.0.0/24")]);

  test("gives nobody the rights of a client behind the one that is told by labels", () => {
    expect(recognise([client("narrow", [label("role")]), wide], unsaid)).toEqual(nobody);
    expect(recognise([client("narrow", [label("role")], [name("web")]), wide], unsaid)).toMatchObject({
      kind: "open",
    });
  });

  test("takes nothing from a client before it, nor where the labels do not decide", () => {
    expect(recognise([wide, client("narrow", [label("role")])], unsaid)).toEqual(is("wide"));
    expect(recognise([client("narrow", [label("role"), secret]), wide], unsaid)).toEqual(is("wide"));
    expect(recognise([client("narrow", [label("role")], [address("172.25.0.3")]), wide], unsaid)).toEqual(
      is("narrow"),
    );
  });
});

describe("what has to be asked", () => {
  const open = (...facts: readonly string[]): Recognition => ({
    kind: "open",
    facts: facts.map((fact) => (fact === "labels" ? { kind: "labels" } : { kind: "name", name: fact })),
  });

  test("is nothing for a client that an address decides, and nothing behind one", () => {
    const clients = [
      client("net", [address("172.25.0.0/24")]),
      client("web", [name("web")]),
      client("x", [label("x")]),
    ];
    expect(recognise(clients, at("172.25.0.3"))).toEqual(is("net"));
    expect(recognise(clients.toReversed(), at("172.25.0.3"))).toEqual(open("labels", "web"));
  });

  test("is asked for at once, whatever can decide", () => {
    const clients = [
      client("web", [name("web", "web2"), label("x")]),
      client("db", [name("db")]),
      client("net", [address("172.25.0.0/24")]),
      client("late", [name("late")]),
    ];
    expect(recognise(clients, at("172.25.0.3"))).toEqual(open("web", "web2", "labels", "db"));
    const names = new Map([
      ["web", resolved("172.25.0.3")],
      ["web2", resolved()],
    ]);
    expect(recognise(clients, at("172.25.0.3", { names }))).toEqual(open("labels", "db"));
    expect(recognise(clients, at("172.25.0.3", { names, labels: labelled("x=1") }))).toEqual(is("web"));
  });

  test("is asked before a later client is taken, because the order of the policy decides", () => {
    const clients = [client("x", [label("x")]), client("net", [address("172.25.0.0/24")])];
    expect(recognise(clients, at("172.25.0.3"))).toEqual(open("labels"));
    expect(recognise(clients, at("172.25.0.3", { labels: labelled("y=1") }))).toEqual(is("net"));
  });

  test("is nothing beside what does not hold", () => {
    const clients = [client("web", [name("web"), address("172.26.0.0/24")], [label("x"), secret])];
    expect(recognise(clients, at("172.25.0.3"))).toEqual(nobody);
  });

  test("is nothing where another alternative of the same client holds", () => {
    const clients = [client("web", [name("web")], [address("172.25.0.3")])];
    expect(recognise(clients, at("172.25.0.3"))).toEqual(is("web"));
  });

  test("is nothing on a unix socket, where nobody has an address", () => {
    expect(recognise([client("web", [name("web")], [label("x")])], at(undefined))).toEqual(nobody);
  });

  test("is worked out over all clients at start", () => {
    expect(needsOf([client("net", [address("172.25.0.0/24")])])).toEqual({
      names: [],
      labels: false,
      certificate: false,
      token: false,
    });
    const clients = [
      client("web", [name("web", "db")], [label("x"), name("web")]),
      client("ops", [{ kind: "certificate", certificate: { commonName: "ops" } }], [secret]),
    ];
    expect(needsOf(clients)).toEqual({ names: ["web", "db"], labels: true, certificate: true, token: true });
  });
});

test.each(["", "=x", " key", "key =x"])("the label %j is refused in a policy", (text) => {
  expect(parseLabelPattern(text).ok).toBe(false);
});
