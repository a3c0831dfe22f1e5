import { Socket } from "node:net";
import { expect, test } from "vitest";
import { gateAddressOf, sharerOf } from "../../src/clients/address.ts";

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

test.each([
  { name: "its address on a network", localAddress: "172.18.0.2", gate: "tcp://172.18.0.2:2375" },
  {
    name: "the same as an IPv6 socket has it",
    localAddress: "::ffff:172.18.0.2",
    gate: "tcp://172.18.0.2:2375",
  },
  { name: "an IPv6 address", localAddress: "fd00::2", gate: "tcp://[fd00::2]:2375" },
  {
    name: "nothing where it is loopback, which each container has",
    localAddress: "127.0.0.1",
    gate: undefined,
  },
  { name: "nothing where that is IPv6", localAddress: "::1", gate: undefined },
  { name: "nothing once the connection is gone", localAddress: undefined, gate: undefined },
])("a client by TCP tells where others reach the gate: $name", ({ localAddress, gate }) => {
  const socket = new Socket();
  Object.defineProperty(socket, "localAddress", { value: localAddress });
  Object.defineProperty(socket, "localPort", { value: 2375 });
  expect(gateAddressOf(socket, "172.18.0.5")).toBe(gate);
});

test("a client by a unix socket tells that socket", () => {
  expect(gateAddressOf(new Socket(), "unix:///run/quaygate/ci.sock")).toBe("unix:///run/quaygate/ci.sock");
});
