import { expect, test } from "vitest";
import type { AuditRecord } from "../../src/audit/record.ts";
import { openPolicyScene } from "../proxy/client/policy-scene.ts";
import { UPGRADED } from "../proxy/open-tunnel.ts";
import { eventually, type RawPeer } from "../support/raw-peer.ts";
import { answerOf, type EngineScript } from "../support/scripted-engine.ts";
import { scrape, type Series, sumOf } from "./scrape.ts";

/** So many requests, most of them pipelined. */
const REQUESTS = 3_000;
const BATCH = 20;

const POLICY = `clients:
  reader: { from: 127.0.0.2, allow: [containers:read, ping, SystemEvents] }
  maker: { from: 127.0.0.3, allow: ["*"], powers: all, limits: { body: 1MB, streams: 8, concurrent: 64 } }
  watched: { from: 127.0.0.4, allow: [ping], mode: warn }
`;
const CALLERS = ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"] as const;

const request = (line: string, rest = ""): string => `${line} HTTP/1.1\r\nHost: x\r\n${rest}\r\n`;

/** Requests that leave the connection open, whatever becomes of them. */
const KEPT: readonly string[] = [
  request("GET /_ping"),
  request("HEAD /_ping"),
  request("GET /v1.41/containers/json?all=1"),
  request("GET /containers/web/json"),
  request("GET /containers/gone/json"),
  request("GET /containers/broken/json"),
  request("GET /secrets"),
  request("GET /nothing/of/docker"),
  request("POST /containers/web/stop", "Content-Length: 0\r\n"),
  `${request("POST /containers/create", "Content-Type: application/json\r\nContent-Length: 2\r\n")}{}`,
  request("DELETE /images/alpine"),
  request("GET /events?until=1"),
];

/** Each needs a connection of its own. */
const LAST: readonly string[] = [
  "NONSENSE\r\n\r\n",
  request("GET /_ping", "Content-Length: 1\r\nContent-Length: 2\r\n"),
  request("GET /_ping", "Connection: close\r\n"),
  request("POST /build", "Content-Length: 2000000\r\n"),
  request("POST /containers/web/attach?stream=1", "Connection: Upgrade\r\nUpgrade: tcp\r\n"),
  request("GET /containers/cut/json"),
];

/** An engine with answers of all kinds. */
const engine: EngineScript = async (connection) => {
  for (;;) {
    const { startLine } = await connection.next({ mayNeverCome: true });
    if (startLine.includes("/cut/")) {
      connection.end();
      return;
    }
    if (startLine.includes("/attach")) {
      await connection.send(`${UPGRADED}hello`);
      connection.end();
      return;
    }
    const body = startLine.startsWith("HEAD ") ? "" : "OK";
    const status = startLine.includes("gone")
      ? "404 Not Found"
      : startLine.includes("broken")
        ? "500 Internal Server Error"
        : "200 OK";
    await connection.send(answerOf(body, status));
  }
};

test("metrics have each exchange that the log has, whatever became of it, and nothing else", async () => {
  const { gate, connect } = await openPolicyScene(POLICY, engine, { QUAYGATE_ADMIN: "tcp://127.0.0.1:0" });
  let sent = 0;
  const untilOver = async (): Promise<void> => {
    await eventually(
      () => gate.records.length >= sent,
      () => `${sent} exchanges are over; ${gate.records.length} are`,
    );
  };
  const say = async (client: RawPeer, texts: readonly string[]): Promise<void> => {
    sent += texts.length;
    await client.send(texts.join(""));
    await untilOver();
  };
  for (let round = 0; sent < REQUESTS; round += 1) {
    const client = await connect(CALLERS[round % CALLERS.length]);
    await say(
      client,
      Array.from({ length: BATCH }, (_, at) => KEPT[(round + at * 7) % KEPT.length] ?? ""),
    );
    const last = LAST[round % LAST.length] ?? "";
    const over = say(client, [last]);
    // A tunnel is over when both ends are.
    if (last.includes("Upgrade")) client.end();
    await over;
    client.socket.destroy();
  }
  expect(gate.records).toHaveLength(sent);
  const { series } = await scrape(gate.gate);

  expect(rowsOf(series)).toEqual(rowsOfRecords(gate.records));
  // All kinds of ends are among them.
  expect(new Set(gate.records.map(({ verdict }) => verdict))).toEqual(
    new Set(["allow", "warn", "deny", "refuse"]),
  );
  expect(gate.records.some(({ stream }) => stream === "tunnel")).toBe(true);
  for (const client of ["reader", "maker", "watched", "nobody"]) {
    const own = gate.records.filter((record) => record.client === client);
    const bytes = (part: "bytesIn" | "bytesOut"): number =>
      own.reduce((sum, record) => sum + record[part], 0);
    expect(sumOf(series, "quaygate_received_bytes_total", { client })).toBe(bytes("bytesIn"));
    expect(sumOf(series, "quaygate_sent_bytes_total", { client })).toBe(bytes("bytesOut"));
  }
  const timed = gate.records.filter(({ engineTime }) => engineTime !== undefined);
  const plain = timed.filter(({ stream }) => stream === "none");
  expect(sumOf(series, "quaygate_request_duration_seconds_count")).toBe(plain.length);
  expect(sumOf(series, "quaygate_engine_response_seconds_count")).toBe(plain.length);
  expect(sumOf(series, "quaygate_stream_duration_seconds_count")).toBe(timed.length - plain.length);
});

function rowsOf(series: readonly Series[]): Readonly<Record<string, number>> {
  const rows = series.filter(({ name }) => name === "quaygate_requests_total");
  return Object.fromEntries(
    rows.map(({ labels: { client, operation, verdict, code, status }, value }) => [
      [client, operation, verdict, code, status].join(" "),
      value,
    ]),
  );
}

function rowsOfRecords(records: readonly AuditRecord[]): Readonly<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const { client, operation, verdict, code, status } of records) {
    const of = status === 0 ? "none" : `${String(status).charAt(0)}xx`;
    const key = [client, operation, verdict, code, of].join(" ");
    rows[key] = (rows[key] ?? 0) + 1;
  }
  return rows;
}
