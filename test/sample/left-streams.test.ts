import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { levelOf } from "../../src/audit/record.ts";
import { openSampleEngine } from "../../src/sample/engine.ts";
import { openTestGate } from "../support/gate.ts";
import { eventually, RawPeer } from "../support/raw-peer.ts";

const LEAVE = [
  { how: "ends its direction", leave: (client: RawPeer) => client.end() },
  { how: "closes", leave: (client: RawPeer) => void client.socket.destroy() },
  { how: "breaks its connection", leave: (client: RawPeer) => client.reset() },
];

test.each(
  LEAVE.flatMap((leave) =>
    ["/events", "/containers/web/logs?follow=1&stdout=1", "/containers/web/stats"].map((target) => ({
      ...leave,
      target,
    })),
  ),
)(
  "a client that $how in the middle of $target of the sample engine is no failure",
  async ({ leave, target }) => {
    const folder = mkdtempSync(join(tmpdir(), "quaygate-sample-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const sample = await openSampleEngine(join(folder, "docker.sock"));
    onTestFinished(() => sample.close());
    const gate = await openTestGate({ env: { CONTAINERS: "1" }, engineSocket: sample.socketPath });
    onTestFinished(() => gate.close());
    const client = await RawPeer.connect({ kind: "tcp", host: "127.0.0.1", port: gate.port });
    await client.send(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await client.next({ headOnly: true });
    leave(client);
    await eventually(() => gate.records.length === 1, "the record");
    expect(gate.records.map((record) => [levelOf(record), record.code, record.end])).toEqual([
      ["info", undefined, "client"],
    ]);
  },
);
