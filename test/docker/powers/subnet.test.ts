import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalSubnet, plainAddress } from "../../../src/docker/powers/subnet.ts";

describe("a range of addresses has one spelling", () => {
  test.each([
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["172.28.5.0/24", "172.28.5.0/24"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["192.168.1.7/32", "192.168.1.7/32"],
    ["FD00:0:0::/48", "fd00::/48"],
    ["::/0", "::/0"],
    ["2001:db8:1:2:3:4:5:6/128", "2001:db8:1:2:3:4:5:6/128"],
    ["2001:db8:0:1::/64", "2001:db8:0:1::/64"],
  ])("%s", (text, canonical) => {
    expect(canonicalSubnet(text)).toBe(canonical);
  });

  test.each([
    ["something beyond its length", "10.99.0.1/8"],
    ["the same in IPv6", "fd00::1/64"],
    ["a bit beyond its length", "10.0.0.128/24"],
    ["no length", "10.0.0.0"],
    ["a length too long", "10.0.0.0/33"],
    ["a length with a zero in front", "10.0.0.0/08"],
    ["a mask", "10.0.0.0/255.0.0.0"],
    ["a part too few", "10.0.0/8"],
    ["a number too large", "10.0.0.256/32"],
    ["a zero in front", "010.0.0.0/8"],
    ["one zero in front", "01.0.0.0/8"],
    ["a zone", "fe80::%25eth0/64"],
    ["white space", " 10.0.0.0/8"],
    ["a star", "10.*/8"],
    ["nothing", ""],
  ])("and is none with %s", (_name, text) => {
    expect(canonicalSubnet(text)).toBeUndefined();
  });

  test("for all lengths of IPv6 addresses that are cut off there, and for no other", () => {
    const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, fc.integer({ min: 1, max: 127 }), (parts, length) => {
        const text = parts.map((part) => part.toString(16)).join(":");
        const bits = parts.map((part) => part.toString(2).padStart(16, "0")).join("");
        const isCutOff = !bits.slice(length).includes("1");
        expect(canonicalSubnet(`${text}/${length}`) !== undefined).toBe(isCutOff);
      }),
    );
  });
});

test.each([
  ["10.0.0.1", "10.0.0.1"],
  ["FE80::1", "fe80::1"],
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["01.0.0.1", undefined],
  ["host", undefined],
])("the address %s is %s", (text, plain) => {
  expect(plainAddress(text)).toBe(plain);
});
