import { Socket } from "node:net";
import { expect, test } from "vitest";
import type { AuditRecord } from "../../../src/audit/record.ts";
import type { Grant } from "../../../src/policy/grant.ts";
import { everyPower } from "../../../src/policy/power-set.ts";
import type { Connections } from "../../../src/proxy/client/connections.ts";
import { openConnections } from "../open-connections.ts";

const nothing: Grant = { decisions: new Map(), powers: everyPower, powersPlace: "QUAYGATE_POWERS" };

function open(records: AuditRecord[]): Connections {
  return openConnections({ grant: nothing, audit: (record) => records.push(record) });
}

test("a TCP connection that was reset before it was looked at is not taken for the listener's own address", () => {
  const records: AuditRecord[] = [];
  const connections = open(records);
  const socket = new Socket();
  expect(socket.remoteAddress).toBeUndefined();
  connections.accept(socket, "tcp://127.0.0.1:2375");
  expect([socket.destroyed, records]).toEqual([true, []]);
});

test("a connection to a unix socket, which has no address, is taken under the socket's name", () => {
  const connections = open([]);
  const socket = new Socket();
  connections.accept(socket, "unix:///run/quaygate.sock");
  expect(socket.destroyed).toBe(false);
});
