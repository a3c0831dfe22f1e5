import { expect, test } from "vitest";
import { canonicalEndpointAddress } from "../../../src/docker/powers/endpoint-address.ts";

test.each([
  ["172.30.0.77", "172.30.0.77"],
  ["::ffff:172.30.0.77", "172.30.0.77"],
  ["::ffff:ac1e:4d", "172.30.0.77"],
  ["FD00:77:0::77", "fd00:77::77"],
  ["02:42:AC:1E:00:99", "02:42:ac:1e:00:99"],
  ["02-42-ac-1e-00-99", "02:42:ac:1e:00:99"],
  ["0242.ac1e.0099", "02:42:ac:1e:00:99"],
  ["dhcp", "dhcp"],
  ["", ""],
])("%s is asked for as %s", (address, canonical) => {
  expect(canonicalEndpointAddress(address)).toBe(canonical);
});
