import { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { expect, onTestFinished, test } from "vitest";
import type { AuditRecord } from "../../../src/audit/record.ts";
import { EnginePool } from "../../../src/engine/pool.ts";
import { everyPower } from "../../../src/policy/power-set.ts";
import { Connections } from "../../../src/proxy/client/connections.ts";
import { FairPlaces } from "../../../src/proxy/fair-places.ts";
import { JudgedMemory } from "../../../src/proxy/judged-memory.ts";
import { OldClients } from "../../../src/proxy/old-clients.ts";
import { noOrigins } from "../../support/no-origins.ts";

function open(records: AuditRecord[]): Connections {
  const connections = new Connections({
    grant: { decisions: new Map(), powers: everyPower, powersPlace: "QUAYGATE_POWERS" },
    client: "everybody",
    origins: noOrigins,
    engine: new EnginePool({ kind: "unix", path: "/nonexistent/engine.sock" }, performance),
    audit: (record) => records.push(record),
    largeHeads: new FairPlaces(1),
    judgedMemory: new JudgedMemory(),
    oldClients: new OldClients(() => undefined),
    clock: performance,
    isDraining: () => false,
  });
  onTestFinished(() => connections.close());
  return connections;
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
