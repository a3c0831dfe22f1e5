import { expect, test } from "vitest";
import { sharerOf } from "../../src/proxy/client-address.ts";

test.each([
  { name: "an IPv4 address", address: "172.18.0.5", sharer: "172.18.0.5" },
  { name: "a unix socket", address: "unix:///run/quaygate/ci.sock", sharer: "unix:///run/quaygate/ci.sock" },
  { name: "the IPv6 loopback address", address: "::1", sharer: "0:0:0:0::/64" },
  { name: "a whole public address", address: "2001:db8:1:2:3:4:5:6", sharer: "2001:db8:1:2::/64" },
  { name: "zeros in the host's half", address: "2001:db8:1:2::6", sharer: "2001:db8:1:2::/64" },
  { name: "zeros in the network's half", address: "2001:db8::3:4:5:6", sharer: "2001:db8:0:0::/64" },
  { name: "zeros in both halves", address: "2001:db8::6", sharer: "2001:db8:0:0::/64" },
  { name: "zeros at the end", address: "2001:db8:1:2::", sharer: "2001:db8:1:2::/64" },
  { name: "an IPv4 address behind a translator", address: "64:ff9b::192.0.2.1", sharer: "64:ff9b:0:0::/64" },
  { name: "a unique local address", address: "fd00:1:2:3::5", sharer: "fd00:1:2:3::5" },
  { name: "a link-local address", address: "fe80::1%eth0", sharer: "fe80::1%eth0" },
])("$name shares as $sharer", ({ address, sharer }) => {
  expect(sharerOf(address)).toBe(sharer);
});

test("two addresses of one public network are one sharer, and of two networks are two", () => {
  const [one, same, other] = ["2a00:1:2:3::a", "2a00:1:2:3:ffff:ffff:ffff:ffff", "2a00:1:2:4::a"].map(
    sharerOf,
  );
  expect(same).toBe(one);
  expect(other).not.toBe(one);
});
