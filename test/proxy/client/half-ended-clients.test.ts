import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { SWEEP_INTERVAL } from "../../../src/proxy/limits.ts";
import { eventually } from "../../support/raw-peer.ts";
import { openTunnel } from "../open-tunnel.ts";

test.each(["unix", "tls"] as const)(
  "a client on %s that ended its input and then died does not keep its tunnel",
  async (place) => {
    const { client, server, gate, untilRecords } = await openTunnel({ client: place, engine: "unix" });
    await client.send("all the input");
    client.end();
    await server.untilOver();
    client.reset();
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ status: 101, bytesIn: 13, end: "client" }]);
  },
);

test.each(["tcp", "unix", "tls"] as const)(
  "a client on %s that ended its input and lives gets its output, however late",
  async (place) => {
    const { client, server, gate, output } = await openTunnel({ client: place, engine: "unix" });
    client.end();
    await server.untilOver();
    await setTimeout(2.5 * SWEEP_INTERVAL);
    await server.send("late output");
    server.end();
    await client.untilOver();
    expect(output().toString()).toBe("late output");
    await eventually(() => gate.records.length === 1, "the record");
    expect(gate.records).toMatchObject([{ status: 101, bytesOut: 11, end: "complete" }]);
  },
);
