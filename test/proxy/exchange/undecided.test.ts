import { spawn } from "node:child_process";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { formatRecordAsJson } from "../../../src/audit/json.ts";
import { type AuditRecord, levelOf } from "../../../src/audit/record.ts";
import { decodeLine } from "../../../src/journal/journal-line.ts";
import type { JournalRecord } from "../../../src/journal/journal-record.ts";
import { Observation } from "../../../src/learn/observation.ts";
import { eventually, type RawPeer, settle } from "../../support/raw-peer.ts";
import { HARMLESS, inChunks, JUDGED, WITH_VOLUME, withLength } from "../judged-requests.ts";
import { OPEN, openGate, openRig, type RigOptions } from "../rig.ts";
import { OWN } from "../scoped-engine.ts";

const LEARNING = { ...OPEN, QUAYGATE_MODE: "learn" };

/** A request and what the gate does when its client leaves: the engine is silent, and has heard of no request. */
interface Moment {
  readonly when: string;
  readonly options: RigOptions;
  readonly sent: string;
  /** Whether the gate asks the engine something meanwhile. */
  readonly asks: boolean;
}

function head(method: string, path: string, ...fields: readonly string[]): string {
  return `${[method, `/v1.43${path}`, "HTTP/1.1"].join(" ")}\r\n${["Host: x", ...fields].join("\r\n")}\r\n\r\n`;
}

const UPGRADE = ["Connection: Upgrade", "Upgrade: tcp", "Content-Type: application/json"];

const IN_BODY: readonly Moment[] = [
  {
    when: "while its body is awaited that decides",
    options: { env: JUDGED },
    sent: withLength(HARMLESS).slice(0, -1),
    asks: false,
  },
  {
    when: "while such a body comes in chunks",
    options: { env: JUDGED },
    sent: inChunks(HARMLESS, 4).slice(0, -5),
    asks: false,
  },
  {
    when: "when it was told to send such a body",
    options: { env: JUDGED },
    sent: withLength(HARMLESS, { fields: ["Expect: 100-continue"] }).slice(0, -HARMLESS.length),
    asks: false,
  },
  {
    when: "while the first bytes of an archive are awaited",
    options: { env: JUDGED },
    sent: `${head("PUT", "/containers/web/archive?path=%2Fdata", "Content-Length: 100")}(`,
    asks: false,
  },
  {
    when: "while a body is looked at, for its client learns",
    options: { env: LEARNING },
    sent: withLength(HARMLESS).slice(0, -1),
    asks: false,
  },
  {
    when: "while a body is dropped that means nothing",
    options: { env: JUDGED },
    sent: `${head("GET", "/containers/json", "Content-Length: 10")}hello`,
    asks: false,
  },
  {
    when: "while the body of an upgrade is awaited",
    options: { env: OPEN },
    sent: `${head("POST", "/exec/e1/start", ...UPGRADE, "Content-Length: 28")}{`,
    asks: false,
  },
  {
    when: "while the engine is asked about a name and the body waits",
    options: { env: OPEN, objects: OWN },
    sent: `${head("POST", "/build?t=app:1", "Content-Length: 1000")}an archive`,
    asks: true,
  },
];

const WHOLE: readonly Moment[] = [
  {
    when: "while the engine is asked what a body names",
    options: { env: JUDGED },
    sent: withLength(WITH_VOLUME),
    asks: true,
  },
  {
    when: "while the engine is asked what a path names",
    options: { env: OPEN, objects: OWN },
    sent: head("GET", "/containers/web/json"),
    asks: true,
  },
  {
    when: "while the engine is asked what a path names, for its client learns",
    options: { env: LEARNING },
    sent: head("POST", "/containers/web/stop", "Content-Length: 0"),
    asks: true,
  },
  {
    when: "while the engine is asked what a body names, for its client learns",
    options: { env: LEARNING },
    sent: withLength(WITH_VOLUME),
    asks: true,
  },
  {
    when: "while the engine is asked which version is its oldest",
    options: { env: { ...OPEN, QUAYGATE_API_SHIM: "reads" } },
    sent: "GET /v1.24/containers/json HTTP/1.1\r\nHost: x\r\n\r\n",
    asks: true,
  },
];

interface Way {
  readonly how: string;
  readonly leave: (client: RawPeer) => void;
}

const BREAKS: Way = { how: "breaks its connection", leave: (client) => client.reset() };
/** To end in the midst of a request is to leave; behind it, it is to wait for the answer. */
const ENDS: Way = { how: "ends its direction", leave: (client) => client.end() };
const CLOSES: Way = { how: "closes", leave: (client) => client.socket.destroy() };
const IS_CUT: Way = { how: "sends too much and is cut", leave: (client) => void client.send(TOO_MUCH) };
const TOO_MUCH = Buffer.alloc(70_000, "x");

const LEAVINGS: readonly (Moment & Way)[] = [
  ...IN_BODY.flatMap((moment) => [BREAKS, ENDS, CLOSES].map((way) => ({ ...moment, ...way }))),
  ...WHOLE.flatMap((moment) => [BREAKS, IS_CUT].map((way) => ({ ...moment, ...way }))),
];

/** The record as its line is read again. */
function readAgain(record: AuditRecord): JournalRecord {
  const line = decodeLine(formatRecordAsJson(levelOf(record), record).trimEnd());
  if (line.kind !== "record") throw new Error("the line is no record");
  return line.record;
}

/** The operations and the powers that are learnt of these. */
function learnt(records: readonly AuditRecord[]): readonly string[] {
  const observation = new Observation();
  for (const record of records) observation.note(readAgain(record));
  return observation.clients.flatMap(({ used, powers }) => [...used.keys(), ...powers.keys()]);
}

describe("a client", () => {
  test.each(LEAVINGS)("that $how $when was allowed nothing", async ({ options, sent, asks, leave }) => {
    const { connect, engine, gate, untilRecords } = await openRig(options);
    const client = await connect();
    await client.send(sent);
    if (asks) await (await engine.connection()).next({ headOnly: true });
    await settle();
    leave(client);
    await untilRecords(1);
    const by = gate.records[0]?.end;
    expect(gate.records).toMatchObject([{ verdict: "none", status: 0, code: undefined }]);
    expect(["client", "gate"]).toContain(by);
    expect(learnt(gate.records)).toEqual([]);
    expect(gate.records.map(levelOf)).toEqual(["info"]);
    const [, path = ""] = sent.split(" ");
    expect(engine.connections.filter(({ text }) => text.includes(path))).toEqual([]);
  });

  test.each([
    { what: "a request that was judged", options: { env: JUDGED }, sent: withLength(HARMLESS) },
    { what: "a request of a client that learns", options: { env: LEARNING }, sent: withLength(HARMLESS) },
    {
      what: "half a body that nobody judges",
      options: { env: OPEN },
      sent: withLength(HARMLESS).slice(0, -1),
    },
  ])("that leaves when $what was sent was allowed it", async ({ options, sent }) => {
    const { connect, engine, gate, untilRecords } = await openRig(options);
    const client = await connect();
    await client.send(sent);
    await (await engine.connection()).until('{"Image":"alpine"');
    client.reset();
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ verdict: "allow", status: 0, end: "client" }]);
    expect(learnt(gate.records)).toContain("ContainerCreate");
  });

  test("is allowed what is judged with its last byte, and nothing before, wherever it leaves", async () => {
    const request = withLength(HARMLESS);
    const { connect, gate, untilRecords } = await openRig({ env: JUDGED });
    const from = request.length - HARMLESS.length;
    const where = fc.integer({ min: from, max: request.length });
    await fc.assert(
      fc.asyncProperty(where, async (length) => {
        const before = gate.records.length;
        const client = await connect();
        await client.send(request.slice(0, length));
        await settle();
        client.reset();
        await untilRecords(before + 1);
        expect(gate.records.at(-1)?.verdict).toBe(length === request.length ? "allow" : "none");
      }),
      { numRuns: 12, examples: [[from], [request.length - 1], [request.length]] },
    );
  });
});

/** An engine's port on which connections are never taken, and so many wait that no further one is opened. */
async function openFullPort(): Promise<string> {
  const program = `const server = require("node:net").createServer();
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      require("node:fs").writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child = spawn(process.execPath, ["--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let port = "";
  child.stdout.on("data", (chunk: Buffer) => {
    port += chunk.toString();
  });
  await eventually(() => port !== "", "the port");
  return port;
}

test.each([
  { what: "a request", sent: head("GET", "/containers/json") },
  { what: "an upgrade", sent: head("POST", "/exec/e1/start", ...UPGRADE, "Content-Length: 2") + "{}" },
])(
  "$what that no connection to the engine could be opened for in time was not let through",
  async ({ sent }) => {
    const { connect, gate, untilRecords } = await openGate(
      "tcp",
      OPEN,
      `tcp://127.0.0.1:${await openFullPort()}`,
    );
    // The first ones fill what waits at the port; each is in the same place until its connection is open.
    const clients = await Promise.all(Array.from({ length: 6 }, () => connect()));
    for (const client of clients) await client.send(sent);
    await settle(100);
    for (const client of clients) client.reset();
    await untilRecords(clients.length);
    const verdicts = gate.records.map(({ verdict }) => verdict);
    expect(verdicts.filter((verdict) => verdict === "none").length).toBeGreaterThan(2);
    expect(verdicts.filter((verdict) => verdict === "allow").length).toBeGreaterThan(0);
  },
);
