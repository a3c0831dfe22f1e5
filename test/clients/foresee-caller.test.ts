import { describe, expect, test } from "vitest";
import { foreseeCaller } from "../../src/clients/foresee-caller.ts";
import { address, certificate, client, label, name, token } from "./sources.ts";

describe("an address alone says that a caller is", () => {
  const clients = [
    client("traefik", [name("traefik")]),
    client("labelled", [address("10.0.0.0/8"), label("role=x")], certificate("ops")),
    client("bot", [token("0123456789abcdef")]),
    client("dashboard", [address("172.25.0.0/24")], [address("fd00::/64")]),
    client("later", [address("172.25.0.0/16"), name("later")]),
  ];
  const byTheirNames = [{ name: "traefik", by: ["name"] }];
  const byOthers = [
    { name: "labelled", by: ["certificate"] },
    { name: "bot", by: ["token"] },
  ];

  test.each(["172.25.0.3", "::ffff:172.25.0.3", "fd00::7"])("the first whose range has it: %s", (text) => {
    expect(foreseeCaller(clients, text)).toMatchObject({
      client: "dashboard",
      possible: [...byTheirNames, ...byOthers],
    });
  });

  test("nobody, where no range has it, and who it could be all the same", () => {
    expect(foreseeCaller(clients, "172.25.1.3")).toEqual({
      address: "172.25.1.3",
      client: undefined,
      reason: "no client of the policy is recognised in who calls from the address 172.25.1.3",
      possible: [...byTheirNames, ...byOthers, { name: "later", by: ["name"] }],
    });
  });

  test("nobody, where the range that has it asks for more", () => {
    expect(foreseeCaller(clients, "10.1.2.3")?.client).toBeUndefined();
    expect(foreseeCaller(clients, "10.1.2.3")?.possible).toContainEqual({
      name: "labelled",
      by: ["label", "certificate"],
    });
  });

  test("nobody on a unix socket, where names and labels say nothing", () => {
    expect(foreseeCaller(clients, undefined)).toMatchObject({ client: undefined, possible: byOthers });
  });
});

test("what is no single address is none", () => {
  const clients = [client("all", [address("0.0.0.0/0")])];
  for (const text of ["10.0.0.0/8", "traefik", "10.0.0.256", "010.0.0.1", ""]) {
    expect(foreseeCaller(clients, text)).toBeUndefined();
  }
  expect(foreseeCaller(clients, "10.0.0.1")?.client).toBe("all");
});

test("who has no way in but a place to listen at is not foreseen by an address", () => {
  const [socket] = [client("ci")];
  expect(foreseeCaller([{ ...socket, hasListener: true }], "10.0.0.1")).toMatchObject({
    client: undefined,
    possible: [],
  });
});
