import { describe, expect, test } from "vitest";
import type { AuditRecord } from "../../src/audit/record.ts";
import type { TraceContext } from "../../src/http1/trace-context.ts";
import type { TraceStarter } from "../../src/proxy/gate-parts.ts";
import { type Message, type RawPeer, valuesOf } from "../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript } from "../support/scripted-engine.ts";
import { ATTACH_REQUEST, openTunnel } from "./open-tunnel.ts";
import { openRig, type Rig } from "./rig.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const PARENT = `00-${TRACE}-${SPAN}-01`;
const OWN = { trace: "1".repeat(32), span: "2".repeat(16), flags: 1 };
const DONE = answerOf("done");

/** Remembers what the engine got. */
function hearing(heard: Message[]): EngineScript {
  return answerEach((message) => {
    heard.push(message);
    return DONE;
  });
}

function request(line: string, ...fields: readonly string[]): string {
  return `${line} HTTP/1.1\r\nHost: x\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`;
}

const LIST = "GET /containers/json";

async function exchange(
  fields: readonly string[],
  trace?: TraceStarter,
): Promise<{ told: readonly (readonly string[])[]; record: AuditRecord | undefined }> {
  const heard: Message[] = [];
  const rig = await openRig({ script: hearing(heard), trace });
  await rig.ask(request(LIST, ...fields));
  await rig.untilRecords(1);
  const [message] = heard;
  const valuesIn = (name: string): readonly string[] =>
    message === undefined ? [] : valuesOf(message, name);
  return { told: [valuesIn("traceparent"), valuesIn("tracestate")], record: rig.gate.records[0] };
}

describe("without an export the engine", () => {
  test("gets no traceparent where the client sent none, and the record has no trace", async () => {
    const { told, record } = await exchange([]);
    expect(told).toEqual([[], []]);
    expect([record?.trace, record?.span]).toEqual([undefined, undefined]);
  });

  test("gets the client's own, and the record has it", async () => {
    const { told, record } = await exchange([
      `TraceParent: ${PARENT}`,
      "TRACESTATE: foo=1",
      "tracestate: bar=2",
    ]);
    expect(told).toEqual([[PARENT], ["foo=1,bar=2"]]);
    expect(record).toMatchObject({ trace: TRACE, span: SPAN });
  });

  test("gets that of a later version in the version that is known", async () => {
    const { told } = await exchange([`traceparent: cc-${TRACE}-${SPAN}-ff-more`]);
    expect(told).toEqual([[`00-${TRACE}-${SPAN}-03`], []]);
  });

  test.each([
    ["malformed", [`traceparent: 00-${TRACE}-${SPAN}`, "tracestate: foo=1"]],
    ["given twice", [`traceparent: ${PARENT}`, `traceparent: ${PARENT}`, "tracestate: foo=1"]],
    ["missing beside a tracestate", ["tracestate: foo=1"]],
  ])("gets nothing of one that is %s", async (_, fields) => {
    const { told, record } = await exchange(fields);
    expect(told).toEqual([[], []]);
    expect(record?.trace).toBeUndefined();
  });

  test("gets one without the tracestate that can't be read", async () => {
    const { told } = await exchange([`traceparent: ${PARENT}`, "tracestate: foo"]);
    expect(told).toEqual([[PARENT], []]);
  });
});

describe("with an export", () => {
  /** Begins a span in the trace of the request, or in one of its own. */
  function starter(ended: AuditRecord[], received: (TraceContext | undefined)[] = []): TraceStarter {
    return (context) => {
      received.push(context);
      return { ...OWN, trace: context?.trace ?? OWN.trace, end: (record) => void ended.push(record) };
    };
  }

  test("the engine's spans hang below the gate's, in the client's trace", async () => {
    const ended: AuditRecord[] = [];
    const { told, record } = await exchange([`traceparent: ${PARENT}`, "tracestate: foo=1"], starter(ended));
    expect(told).toEqual([[`00-${TRACE}-${OWN.span}-01`], ["foo=1"]]);
    expect(record).toMatchObject({ trace: TRACE, span: OWN.span });
    expect(ended).toEqual([record]);
  });

  test("a request of no trace goes on in a new one, without what others said of theirs", async () => {
    const { told, record } = await exchange(["traceparent: x", "tracestate: foo=1"], starter([]));
    expect(told).toEqual([[`00-${OWN.trace}-${OWN.span}-01`], []]);
    expect(record).toMatchObject({ trace: OWN.trace, span: OWN.span });
  });

  test("each of many requests that are the same byte by byte has a span of its own", async () => {
    const heard: Message[] = [];
    let begun = 0;
    const trace: TraceStarter = () => ({ ...OWN, span: String((begun += 1)).padStart(16, "0") });
    const rig = await openRig({ script: hearing(heard), trace });
    const client = await rig.connect();
    for (let number = 1; number <= 5; number += 1) {
      await client.send(request(LIST));
      await client.next();
    }
    await rig.untilRecords(5);
    const spans = ["1", "2", "3", "4", "5"].map((digit) => digit.padStart(16, "0"));
    expect(heard.map((message) => valuesOf(message, "traceparent"))).toEqual(
      spans.map((span) => [`00-${OWN.trace}-${span}-01`]),
    );
    expect(rig.gate.records.map(({ span }) => span)).toEqual(spans);
  });

  test("what is refused is in the trace too, and what is no request in none", async () => {
    const ended: AuditRecord[] = [];
    const rig = await openRig({ env: { CONTAINERS: "1" }, trace: starter(ended) });
    await rig.ask(request("GET /images/json", `traceparent: ${PARENT}`));
    await rig.ask("GARBAGE\r\n\r\n");
    await rig.untilRecords(2);
    const [denied, garbage] = rig.gate.records;
    expect(ended).toEqual([denied]);
    expect(denied).toMatchObject({ verdict: "deny", trace: TRACE, span: OWN.span });
    expect(garbage?.trace).toBeUndefined();
  });

  test("a tunnel is in it from its upgrade on, and ends with it", async () => {
    const ended: AuditRecord[] = [];
    const rig = await openRig({ trace: starter(ended) });
    const client = await rig.connect();
    await client.send(ATTACH_REQUEST.replace("\r\n\r\n", `\r\ntraceparent: ${PARENT}\r\n\r\n`));
    const engine: RawPeer = await rig.engine.connection();
    expect(valuesOf(await engine.next({ headOnly: true }), "traceparent")).toEqual([
      `00-${TRACE}-${OWN.span}-01`,
    ]);
    client.reset();
    await rig.untilRecords(1);
    expect(ended).toEqual(rig.gate.records);
  });
});

describe("requests of many traces", () => {
  async function send(rig: Rig, count: number): Promise<void> {
    const client = await rig.connect();
    for (let number = 1; number <= count; number += 1) {
      const span = number.toString(16).padStart(16, "0");
      await client.send(request(LIST, `traceparent: 00-${TRACE}-${span}-01`));
      await client.next();
    }
  }

  test("each reach the engine as they are, and none in the place of another", async () => {
    const heard: Message[] = [];
    const rig = await openRig({ script: hearing(heard) });
    await send(rig, 20);
    await rig.untilRecords(20);
    const spans = heard.map((message) => valuesOf(message, "traceparent").join());
    expect(new Set(spans).size).toBe(20);
    expect(rig.gate.records.map(({ span }) => `00-${TRACE}-${span ?? ""}-01`)).toEqual(spans);
  });
});

test("a tunnel has no trace where its request had none", async () => {
  const { client, server, gate, untilRecords } = await openTunnel({ client: "tcp", engine: "unix" });
  client.end();
  server.end();
  await untilRecords(1);
  expect(gate.records[0]?.trace).toBeUndefined();
});
