import { describe, expect, test } from "vitest";
import { type GateEnd, OwnNetwork } from "../../src/clients/own-network.ts";

const FRONT: readonly GateEnd[] = [
  { device: "front", address: "192.0.2.1" },
  { device: "front", address: "192.0.2.129" },
  { device: "front", address: "2001:db8:a::1" },
  { device: "front", address: "fe80::a%front" },
];
const BACK: readonly GateEnd[] = [
  { device: "back", address: "198.51.100.1" },
  { device: "back", address: "2001:db8:b::1" },
  { device: "back", address: "fe80::b%back" },
];

interface Row {
  readonly of: string;
  readonly ends?: readonly GateEnd[];
  readonly remote: string | undefined;
  readonly local: string | undefined;
  /** From where the kernel calls an address, or one by an interface; there is no way to others. */
  readonly sources?: Readonly<Record<string, string>>;
  /** Where routers were advertised. */
  readonly advertised?: readonly string[];
  readonly kind: "own" | "other" | "unsaid";
}

const rows: readonly Row[] = [
  {
    of: "a caller to whom another address of the same interface answers",
    remote: "192.0.2.130",
    local: "192.0.2.1",
    sources: { "192.0.2.130": "192.0.2.129" },
    kind: "own",
  },
  {
    of: "IPv4 in the clothes of IPv6",
    remote: "::ffff:192.0.2.2",
    local: "::ffff:192.0.2.1",
    sources: { "192.0.2.2": "192.0.2.1" },
    kind: "own",
  },
  {
    of: "the same from another network",
    remote: "::ffff:198.51.100.2",
    local: "::ffff:192.0.2.1",
    sources: { "198.51.100.2": "198.51.100.1" },
    kind: "other",
  },
  {
    of: "an address that two interfaces have, called by one of them",
    ends: [...FRONT, ...BACK, { device: "back", address: "192.0.2.1" }],
    remote: "198.51.100.2",
    local: "192.0.2.1",
    sources: { "198.51.100.2": "198.51.100.1" },
    kind: "own",
  },
  {
    of: "answers from an address that two interfaces have, of which one has that which was called",
    ends: [...FRONT, ...BACK, { device: "back", address: "192.0.2.129" }],
    remote: "198.51.100.2",
    local: "192.0.2.1",
    sources: { "198.51.100.2": "192.0.2.129" },
    kind: "other",
  },
  { of: "a link-local caller there", remote: "fe80::9%front", local: "2001:db8:a::1", kind: "own" },
  { of: "a link-local caller elsewhere", remote: "fe80::9%back", local: "2001:db8:a::1", kind: "other" },
  {
    of: "a link-local caller with the gate's own address there",
    remote: "fe80::a%back",
    local: "2001:db8:a::1",
    kind: "other",
  },
  { of: "a link-local caller of no interface", remote: "fe80::9", local: "2001:db8:a::1", kind: "other" },
  { of: "a link-local address that is called", remote: "fe80::9%back", local: "fe80::b%back", kind: "own" },
  {
    of: "a program on the gate's own machine",
    remote: "198.51.100.1",
    local: "192.0.2.1",
    sources: { "198.51.100.1": "198.51.100.1" },
    kind: "own",
  },
  {
    of: "a neighbour that has claimed an address of the gate's",
    remote: "2001:db8:b::1",
    local: "2001:db8:a::1",
    sources: {
      "2001:db8:b::1": "2001:db8:a::1",
      "2001:db8:b::1 by fe80::b%back": "fe80::b%back",
      "2001:db8:b::2": "2001:db8:a::1",
    },
    kind: "unsaid",
  },
  {
    of: "a site-local caller where another network has global addresses alone",
    ends: [...FRONT, ...BACK, { device: "front", address: "fec0::1" }],
    remote: "fec0::2",
    local: "fec0::1",
    sources: {
      "fec0::2": "fec0::1",
      "fec0::2 by fe80::b%back": "fe80::b%back",
      "2001:db8:b::2": "2001:db8:b::1",
    },
    kind: "unsaid",
  },
  {
    of: "a network with an address of its own that leads there less directly",
    remote: "2001:db8:a::2",
    local: "2001:db8:a::1",
    sources: {
      "2001:db8:a::2": "2001:db8:a::1",
      "2001:db8:a::2 by fe80::b%back": "fe80::b%back",
      "2001:db8:b::2": "2001:db8:b::1",
    },
    kind: "own",
  },
  {
    of: "a network that leads there, and answers from another one's address",
    remote: "2001:db8:a::2",
    local: "2001:db8:a::1",
    sources: {
      "2001:db8:a::2": "2001:db8:a::1",
      "2001:db8:a::2 by fe80::b%back": "fe80::b%back",
      "2001:db8:b::2": "2001:db8:a::1",
    },
    kind: "unsaid",
  },
  {
    of: "a caller to whom an advertised route can have led by another network",
    remote: "2001:db8:a::2",
    local: "2001:db8:a::1",
    sources: { "2001:db8:a::2": "2001:db8:a::1" },
    advertised: ["front", "back"],
    kind: "unsaid",
  },
  {
    of: "a caller who had an address that the gate has got by an advertisement on another network",
    remote: "2001:db8:b::1",
    local: "2001:db8:a::1",
    sources: { "2001:db8:b::1": "2001:db8:b::1" },
    advertised: ["back"],
    kind: "unsaid",
  },
  {
    of: "a program on the gate's own machine, where routers are advertised",
    remote: "2001:db8:a::1",
    local: "2001:db8:a::1",
    sources: { "2001:db8:a::1": "2001:db8:a::1" },
    advertised: ["back"],
    kind: "own",
  },
  {
    of: "a caller of a network where routers are advertised",
    remote: "2001:db8:a::2",
    local: "2001:db8:a::1",
    sources: { "2001:db8:a::2": "2001:db8:a::1" },
    advertised: ["front"],
    kind: "own",
  },
  {
    of: "a caller in IPv4 where routers are advertised",
    remote: "192.0.2.2",
    local: "192.0.2.1",
    sources: { "192.0.2.2": "192.0.2.1" },
    advertised: ["back"],
    kind: "own",
  },
  { of: "an address that the gate has no more", remote: "192.0.2.2", local: "192.0.2.9", kind: "unsaid" },
  { of: "a caller to whom no way leads", remote: "203.0.113.7", local: "192.0.2.1", kind: "unsaid" },
  {
    of: "answers from an address that is none of the gate's",
    remote: "203.0.113.7",
    local: "192.0.2.1",
    sources: { "203.0.113.7": "192.0.2.77" },
    kind: "unsaid",
  },
  { of: "a connection that is over", remote: undefined, local: "192.0.2.1", kind: "unsaid" },
];

describe("which network a caller came by", () => {
  test.each(rows)(
    "$of: $kind",
    async ({ ends = [...FRONT, ...BACK], remote, local, sources = {}, advertised = [], kind }) => {
      const network = new OwnNetwork({
        ends: () => ends,
        sourceTo: (to, from) => Promise.resolve(sources[from === undefined ? to : `${to} by ${from}`]),
        advertised: () => advertised,
      });
      expect((await network.reachedBy(remote, local)).kind).toBe(kind);
    },
  );

  test("is not told where the kernel can't be asked", async () => {
    const failed = (): never => {
      throw new Error("EMFILE");
    };
    const ways = [
      { ends: failed },
      { sourceTo: () => Promise.reject(new Error("EMFILE")) },
      { advertised: failed },
    ];
    for (const way of ways) {
      const kernel = {
        ends: () => FRONT,
        sourceTo: () => Promise.resolve("2001:db8:a::1"),
        advertised: () => [],
        ...way,
      };
      const reached = await new OwnNetwork(kernel).reachedBy("2001:db8:a::2", "2001:db8:a::1");
      expect(reached).toEqual({ kind: "unsaid", reason: "EMFILE" });
    }
  });

  test("is asked anew for each connection, and of a crowd no more than twice at a time", async () => {
    let asked = 0;
    const network = new OwnNetwork({
      ends: () => [...FRONT, ...BACK],
      sourceTo: () => {
        asked += 1;
        return Promise.resolve(asked === 1 ? "198.51.100.1" : "192.0.2.1");
      },
      advertised: () => [],
    });
    const crowd = await Promise.all(
      Array.from({ length: 100 }, () => network.reachedBy("192.0.2.2", "192.0.2.1")),
    );
    expect(crowd.map(({ kind }) => kind)).toEqual(["other", ...Array.from({ length: 99 }, () => "own")]);
    expect(asked).toBe(2);
    await network.reachedBy("192.0.2.2", "192.0.2.1");
    expect(asked).toBe(3);
  });
});
