import { expect, test } from "vitest";
import { parsePlace } from "../../src/clients/place.ts";

test.each([
  ["traefik", "traefik"],
  ["My_App-1", "my_app-1"],
  ["tasks.traefik", "tasks.traefik"],
  ["web.front", "web.front"],
  ["ops.example.", "ops.example"],
  ["a1", "a1"],
])("%s is the name %s", (text, name) => {
  expect(parsePlace(text)).toEqual({ ok: true, value: { kind: "name", names: [name] } });
});

test.each([
  ["172.25.0.3", "172.25.0.3"],
  ["172.25.0.0/24", "172.25.0.0/24"],
  ["fd00::/64", "fd00::/64"],
  ["::ffff:10.0.0.1", "10.0.0.1"],
])("%s is a place by its address", (text, spelling) => {
  expect(parsePlace(text)).toMatchObject({
    ok: true,
    value: { kind: "address", ranges: [{ text: spelling }] },
  });
});

test.each([
  // The C library takes these for addresses: as names they would stand for others than they look like.
  ["10.1", "is no address"],
  ["167772161", "is no address"],
  ["0x7f.1", "is no address"],
  ["0x7f000001", "is no address"],
  ["1.2.3.4.", "ends in a number"],
  ["traefik/24", "is no address"],
  ["traefik:2375", "is no address"],
  ["", "is no name"],
  ["my app", "is no name"],
  ["-web", "is no name"],
  ["web..front", "is no name"],
  ["*.example", "is no name"],
  ["münchen.example", "is no name"],
  ["a".repeat(64), "at most 253 characters"],
  [`${"a.".repeat(130)}a`, "at most 253 characters"],
])("%s is neither", (text, reason) => {
  const parsed = parsePlace(text);
  expect(parsed.ok ? parsed.value : parsed.error).toContain(reason);
});
