import { describe, expect, test } from "vitest";
import { findIndistinct } from "../../src/clients/indistinct.ts";
import type { Alternative, ClientSource } from "../../src/clients/matcher.ts";
import { address, certificate, client, label, name, token } from "./sources.ts";

function earlierOf(...clients: readonly ClientSource[]): readonly string[] {
  return findIndistinct(clients).flatMap(({ earlier }) => earlier);
}

describe("a later client can't be told apart from an earlier one", () => {
  test.each<[string, readonly Alternative[], readonly Alternative[]]>([
    ["with the same address", [[address("172.25.0.3")]], [[address("172.25.0.3")]]],
    ["with the same address in IPv6's clothes", [[address("172.25.0.3")]], [[address("::ffff:172.25.0.3")]]],
    ["with an address of its network", [[address("172.25.0.0/24")]], [[address("172.25.0.3")]]],
    ["with all its ranges", [[address("10.0.0.0/8", "fd00::/8")]], [[address("10.1.0.0/16", "fd00::1")]]],
    [
      "with a network of its two halves",
      [[address("10.0.0.0/25")], [address("10.0.0.128/25")]],
      [[address("10.0.0.0/24")]],
    ],
    ["with the same name", [[name("web")]], [[name("web")]]],
    ["with some of its names", [[name("web", "db")]], [[name("db")]]],
    ["with the same labels in another order", [[label("a=1", "b=2")]], [[label("b=2", "a=1")]]],
    ["with more labels", [[label("a=1")]], [[label("a=1", "b")]]],
    ["with a value of its label", [[label("a")]], [[label("a=1")]]],
    ["with the same certificate", [certificate("ops")], [certificate("ops")]],
    ["with a certificate that has more", [certificate("ops")], [certificate("ops", "DNS:ops.example")]],
    ["with the same token", [[token("0123456789abcdef")]], [[token("0123456789abcdef\n")]]],
    ["that must have more besides", [[address("10.0.0.0/8")]], [[address("10.0.0.1"), label("a")]]],
    ["with all of its alternatives", [[name("web")], [label("a")]], [[label("a=1")], [name("web")]]],
  ])("%s", (_, earlier, later) => {
    expect(earlierOf(client("first", ...earlier), client("second", ...later))).toEqual(["first"]);
  });

  test("nor from several together", () => {
    const halves = [client("low", [address("10.0.0.0/25")]), client("high", [address("10.0.0.128/25")])];
    const aside = client("aside", [address("10.9.0.0/16")]);
    expect(earlierOf(...halves, aside, client("both", [address("10.0.0.0/24")]))).toEqual(["low", "high"]);
    const names = [client("web", [name("web")]), client("db", [name("db")]), client("aside", [name("x")])];
    expect(earlierOf(...names, client("both", [name("web", "db")]))).toEqual(["web", "db"]);
  });

  test("and both are named, with what they have in common", () => {
    const clients = [
      client("traefik", [address("172.25.0.0/24")]),
      client("dashboard", [address("172.25.0.3")]),
    ];
    expect(findIndistinct(clients)).toEqual([
      {
        client: "dashboard",
        earlier: ["traefik"],
        message:
          '"dashboard" can\'t be told apart from "traefik", which comes first: who calls from 172.25.0.3 is taken for "traefik"',
      },
    ]);
  });

  test("and what is asked for is said of every kind, but never a token", () => {
    const alternatives = [
      [name("web"), label("a=1", "b")],
      certificate("ops", "DNS:ops.example"),
      [token("0123456789abcdef")],
    ];
    const [found] = findIndistinct([client("a", ...alternatives), client("b", ...alternatives)]);
    expect(found?.message).toContain(
      "who calls from an address of web and is a container with the labels a=1 and b, or " +
        "has a certificate with the common name ops and for ops.example, or sends the token of its file is taken",
    );
  });
});

describe("clients are told apart", () => {
  test.each<[string, readonly Alternative[], readonly Alternative[]]>([
    ["by a network around the address of the first", [[address("172.25.0.3")]], [[address("172.25.0.0/24")]]],
    ["where they have a part in common", [[address("10.0.0.0/24")]], [[address("10.0.0.1", "10.0.1.1")]]],
    ["where only one alternative is the same", [[name("web")]], [[name("web")], [name("db")]]],
    ["where a part of the network is left", [[address("10.0.0.0/25")]], [[address("10.0.0.0/24")]]],
    ["by one more label of the first", [[label("a", "b")]], [[label("a")]]],
    ["by the value of a label", [[label("a=1")]], [[label("a=2")]]],
    [
      "by one more thing that the first asks for",
      [[address("10.0.0.0/8"), label("a")]],
      [[address("10.0.0.1")]],
    ],
    ["by all that the certificate has", [certificate("ops", "DNS:ops.example")], [certificate("ops")]],
    ["by their tokens", [[token("0123456789abcdef")]], [[token("0123456789abcdeF")]]],
    [
      "by an address and a name, which only a call can show to be one",
      [[address("10.0.0.1")]],
      [[name("web")]],
    ],
    ["from one that asks for nothing, and so is nobody", [[]], [[name("web")]]],
    ["by the family of all addresses", [[address("::/0")]], [[address("0.0.0.0/0")]]],
  ])("%s", (_, earlier, later) => {
    expect(earlierOf(client("first", ...earlier), client("second", ...later))).toEqual([]);
  });

  test("by a listener of their own", () => {
    const first = client("first", [name("web")]);
    expect(earlierOf(first, { ...client("second", [name("web")]), hasListener: true })).toEqual([]);
    expect(earlierOf(first, { ...client("second"), hasListener: true })).toEqual([]);
  });
});
