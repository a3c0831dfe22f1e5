import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ClientRange,
  isCovered,
  isEverywhere,
  isInRange,
  parseClientAddress,
  parseClientRange,
} from "../../src/clients/address-range.ts";

/** The range that a text stands for; a test that expects one fails with the reason where there is none. */
function range(text: string): ClientRange {
  const parsed = parseClientRange(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6().filter((text) => !/^[0:]*ffff:/iu.test(text));
const networks = fc
  .oneof(
    fc.record({ address: ipv4, length: fc.integer({ min: 0, max: 32 }) }),
    fc.record({ address: ipv6, length: fc.integer({ min: 0, max: 128 }) }),
  )
  .map(({ address, length }) => networkOf(address, length));

/** The network of so many bits that an address is in, by what a refusal says is right. */
function networkOf(address: string, length: number): ClientRange {
  const parsed = parseClientRange(`${address}/${length}`);
  if (parsed.ok) return parsed.value;
  return range(/write (\S+),/u.exec(parsed.error)?.[1] ?? "");
}

describe("an address or a network", () => {
  test.each([
    ["172.25.0.3", "172.25.0.3"],
    ["172.25.0.3/32", "172.25.0.3"],
    ["172.25.0.0/24", "172.25.0.0/24"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["::/0", "::/0"],
    ["FD00:0:0::1", "fd00::1"],
    ["fd00::/64", "fd00::/64"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["0:0:0:0:0:ffff:0a00:1", "10.0.0.1"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
    ["fe80::1%eth0", "fe80::1%eth0"],
    ["fe80::%eth0/64", "fe80::%eth0/64"],
  ])("%s is read as %s", (text, spelling) => {
    expect(range(text).text).toBe(spelling);
  });

  test.each([
    ["10.0.0.5/8", "10.0.0.5 lies inside of its network: write 10.0.0.0/8, or 10.0.0.5 alone"],
    ["fd00::1/64", "fd00::1 lies inside of its network: write fd00::/64, or fd00::1 alone"],
    ["::ffff:10.0.0.5/104", "10.0.0.5 lies inside of its network: write 10.0.0.0/8, or 10.0.0.5 alone"],
    ["010.0.0.1", "has leading zeros, which some programs read as octal: write 10.0.0.1"],
    ["10.0.0.00/24", "has leading zeros, which some programs read as octal: write 10.0.0.0/24"],
    ["10.0.0.0/024", '"/024" is no length of a network: write /0 to /32'],
    ["10.0.0.0/33", '"/33" is no length of a network: write /0 to /32'],
    ["10.0.0.0/", '"/" is no length of a network: write /0 to /32'],
    ["10.0.0.0/-1", '"/-1" is no length of a network: write /0 to /32'],
    ["fd00::/129", '"/129" is no length of a network: write /0 to /128'],
    ["10.0.0.0/255.0.0.0", '"/255.0.0.0" is no length of a network: write /0 to /32'],
    ["::ffff:0.0.0.0/80", "is part IPv4 and part IPv6: write an IPv4 or an IPv6 network"],
    ["fd00::1%eth0", "only link-local addresses (fe80::/10) have a zone: write fd00::1"],
    ["10.0.0.1%eth0", "only link-local addresses (fe80::/10) have a zone: write 10.0.0.1"],
    ["fe80::1%", "is no address and no network"],
    ["10.0.1", "is no address and no network"],
    ["256.0.0.1", "is no address and no network"],
    ["[fd00::1]", "is no address and no network"],
    ["10.0.0.1/8/8", '"/8/8" is no length of a network'],
    ["", "is no address and no network"],
  ])("%s is refused, with what is right", (text, reason) => {
    const parsed = parseClientRange(text);
    expect(parsed.ok ? parsed.value.text : parsed.error).toContain(reason);
  });

  test("is the same in IPv6's clothes", () => {
    fc.assert(
      fc.property(ipv4, fc.integer({ min: 0, max: 32 }), (address, length) => {
        const plain = networkOf(address, length);
        const mapped = range(`::ffff:${plain.text.split("/", 1)[0]}/${96 + length}`);
        expect(mapped).toEqual(plain);
        expect(isInRange(range(`::ffff:${address}`), plain)).toBe(true);
      }),
    );
  });

  test("is read again as what it was, in its one spelling", () => {
    fc.assert(
      fc.property(networks, (network) => {
        expect(range(network.text)).toEqual(network);
      }),
    );
  });

  test("never throws at any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[0-9a-f:.%/]*$/u)), (text) => {
        expect(typeof parseClientRange(text).ok).toBe("boolean");
      }),
      { numRuns: 500 },
    );
  });
});

describe("an address is in a network", () => {
  test.each([
    ["172.25.0.255", "172.25.0.0/24", true],
    ["172.25.1.0", "172.25.0.0/24", false],
    ["fd00::ffff", "fd00::/64", true],
    ["fd00:0:0:1::", "fd00::/64", false],
    ["10.0.0.1", "::/0", false],
    ["::ffff:10.0.0.1", "::/0", false],
    ["::1", "0.0.0.0/0", false],
    ["::ffff:172.25.0.9", "172.25.0.0/24", true],
    ["fe80::1%eth0", "fe80::1", true],
    ["fe80::1%eth0", "fe80::1%eth0", true],
    ["fe80::1%eth1", "fe80::1%eth0", false],
    ["fe80::1", "fe80::1%eth0", false],
    ["fe80::1%eth1", "fe80::/10", true],
  ])("%s in %s: %s", (address, network, inside) => {
    expect(isInRange(range(address), range(network))).toBe(inside);
  });

  test("exactly where its first bits are the network's", () => {
    const bitsOf = ({ bits, width }: ClientRange): string => bits.toString(2).padStart(width, "0");
    fc.assert(
      fc.property(networks, fc.oneof(ipv4, ipv6), (network, text) => {
        const address = range(text);
        const same =
          address.width === network.width &&
          bitsOf(address).slice(0, network.length) === bitsOf(network).slice(0, network.length);
        expect(isInRange(address, network)).toBe(same);
      }),
    );
  });

  test("a network that is written is not taken for a caller's address", () => {
    expect(parseClientAddress("10.0.0.0/24")).toBeUndefined();
    expect(parseClientAddress("fe80::1%eth0")?.text).toBe("fe80::1%eth0");
  });

  test("every address of a kind is told from some", () => {
    expect(["0.0.0.0/0", "::/0", "0.0.0.0/1"].map((text) => isEverywhere(range(text)))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("ranges hold all of a network", () => {
  test.each([
    ["10.0.0.0/24", ["10.0.0.0/25", "10.0.0.128/25"], true],
    ["10.0.0.0/24", ["10.0.0.0/25", "10.0.0.128/26", "10.0.0.192/26"], true],
    ["10.0.0.0/24", ["10.0.0.0/25", "10.0.0.128/26"], false],
    ["10.0.0.0/30", ["10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3"], true],
    ["10.0.0.0/30", ["10.0.0.0", "10.0.0.1", "10.0.0.3"], false],
    ["10.0.0.0/24", ["fd00::/8", "10.0.0.0/8"], true],
    ["fe80::/64", ["fe80::%eth0/64"], false],
  ])("%s in %j: %s", (network, parts, covered) => {
    expect(isCovered(range(network), parts.map(range))).toBe(covered);
  });

  test("when it was cut in two, however often, and not when a part is missing", () => {
    const halves = ({ bits, width, length }: ClientRange): ClientRange[] => {
      const half = 1n << BigInt(width - length - 1);
      return [bits, bits + half].map((first) => ({
        ...range("10.0.0.0"),
        bits: first,
        width,
        length: length + 1,
      }));
    };
    fc.assert(
      fc.property(
        networks.filter(({ length, width }) => length < width - 8),
        fc.array(fc.nat(), { maxLength: 7 }),
        fc.nat(),
        (network, cuts, missing) => {
          const parts = [network];
          for (const cut of cuts) parts.push(...parts.splice(cut % parts.length, 1).flatMap(halves));
          expect(isCovered(network, parts)).toBe(true);
          parts.splice(missing % parts.length, 1);
          expect(isCovered(network, parts)).toBe(false);
        },
      ),
    );
  });
});
