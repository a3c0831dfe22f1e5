import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { parsePath } from "../../src/docker/path.ts";
import { CHUNKED_BODY } from "../../src/http1/framing.ts";
import { hasWholeEscapes } from "../../src/http1/grammar.ts";
import { parseRequestHead } from "../../src/http1/request-head.ts";
import type { SocketAddress } from "../../src/kernel/address.ts";
import {
  EMPTY_ARCHIVE,
  engineConnectionBytes,
  importBody,
  writeImport,
} from "../fuzz/engine-request-arbitrary.ts";
import { hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import {
  type Call,
  converse,
  EngineWitness,
  isRouted,
  readCalls,
  rewriteJson,
} from "../support/engine-witness.ts";
import { eventually, statusOf, valuesOf } from "../support/raw-peer.ts";
import { parseWireDocument, type WireCase } from "../support/wire-document.ts";
import { readBody, readMessage, type ReadRequest, readRequests } from "../wire/reading.ts";

const RUNS = 400;
/** An import takes a tenth of a second. */
const IMPORT_RUNS = 60;
/** Behind a whole request: an engine that saw its end elsewhere does not see this. */
const PROBE = "OPTIONS /behind-the-case HTTP/1.1\r\nHost: docker\r\n\r\n";

describe("a debug log", () => {
  test.each([
    [
      "a call",
      String.raw`time="t" level=debug msg="Calling GET /a\"b?c=\\"`,
      [{ method: "GET", target: '/a"b?c=\\' }],
    ],
    ["a byte beyond ASCII", String.raw`msg="Calling GET /\xff"`, [{ method: "GET", target: "/\u00ff" }]],
    [
      "a call with JSON",
      String.raw`level=debug msg="Calling POST /a"` +
        "\n" +
        String.raw`msg="form data: {\"b\":1,\"a\":\"\\u003c\"}"`,
      [{ method: "POST", target: "/a", json: '{"a":"<","b":1}' }],
    ],
    [
      "a call as newer engines tell it",
      String.raw`level=debug msg="handling POST request" form-data="{\"a\":1}" method=POST module=api request-url=/v1.44/a vars="map[]"`,
      [{ method: "POST", target: "/v1.44/a", json: '{"a":1}' }],
    ],
    ["nothing of the rest", 'msg="Registering GET, /a"\nmsg="form data: {}"\nplain text', []],
  ])("is read: %s", (_what, log, calls) => {
    expect(readCalls(log)).toEqual(calls);
  });
});

function casesOf(file: string): readonly WireCase[] {
  return parseWireDocument(readFileSync(new URL(`../wire/${file}`, import.meta.url), "utf8"));
}

function targetOf({ head: { path, query } }: ReadRequest): string {
  return query === undefined ? path : `${path}?${query}`;
}

/** The call that the engine tells of if it read a request as we did. */
function callOf(request: ReadRequest, target: string): Call {
  const { method, contentTypes } = request.head;
  const isJson = method === "POST" && contentTypes[0] === "application/json";
  return { method, target, json: isJson ? rewriteJson(request.body.toString("utf8")) : undefined };
}

/** Media types with parameters are for Go's own parser, which may find that they are none. */
function hasParameters({ head }: ReadRequest): boolean {
  return head.fields.some(({ key, value }) => key === "content-type" && value.includes(";"));
}

/** The calls, each with what its request has a right to differ in taken from the request. */
function comparable(calls: readonly Call[], requests: readonly ReadRequest[]): readonly Call[] {
  return calls.map((call, at) => {
    const request = requests[at];
    return request !== undefined && call.json === undefined && hasParameters(request)
      ? { ...call, json: callOf(request, "").json }
      : call;
  });
}

describe.runIf(hasEngine)("whatever our reader accepts", () => {
  const own = useOwnEngine({ daemonArguments: ["--debug"], empty: true });
  let witness: EngineWitness;
  let engineAddress: SocketAddress;

  beforeAll(() => {
    witness = new EngineWitness(own().engine.logPath);
    engineAddress = { kind: "unix", path: own().engine.socketPath };
  });

  /** Sends bytes straight to the engine and compares; gives what was there to compare. */
  async function compareWithEngine(bytes: Buffer): Promise<{
    readonly requests: readonly ReadRequest[];
    readonly routed: number;
    readonly whole: boolean;
  }> {
    const { requests, end } = readableRequests(bytes);
    witness.forget();
    const { answers, rest } = await converse(engineAddress, bytes, headsOf(requests));
    const calls = witness.calls();
    expect(answers.length).toBe(requests.length);
    const routed = requests.filter((_, at) => {
      const answer = answers[at];
      return answer !== undefined && isRouted(answer);
    });
    expect(comparable(calls.slice(0, routed.length), routed)).toEqual(
      routed.map((request) => callOf(request, targetOf(request))),
    );
    if (end === "clean") {
      expect(calls.length).toBe(routed.length);
      expect(rest).toBe("");
    }
    if (end === "bad escape") {
      expect(answers.map((answer) => statusOf(answer)).at(-1)).toBe(400);
    }
    return { requests, routed: routed.length, whole: end === "clean" };
  }

  /** The layers of what was imported under a tag; none where nothing was. */
  async function layersOf(tag: string): Promise<readonly string[]> {
    const request = `GET /images/wire:${tag}/json HTTP/1.1\r\nHost: docker\r\n\r\n`;
    const { answers } = await converse(engineAddress, Buffer.from(request), [{ method: "GET" }]);
    const layers = /"Layers":\[([^\]]*)\]/u.exec(answers[0]?.body.toString("utf8") ?? "")?.[1] ?? "";
    return [...layers.matchAll(/"sha256:([0-9a-f]+)"/gu)].map(([, digest = ""]) => digest);
  }

  describe.each(["requests.md", "request-fields.md"])("dockerd reads the same way, in %s:", (file) => {
    const cases = casesOf(file);
    const isAccepted = ({ bytes }: WireCase): boolean =>
      readMessage([bytes], parseRequestHead).kind === "complete";
    const accepted = cases.filter((wireCase) => isAccepted(wireCase));

    test.each(accepted)("$name", async ({ bytes }) => {
      const isOpenEnd = readableRequests(bytes).end === "clean";
      const sent = isOpenEnd ? Buffer.concat([bytes, Buffer.from(PROBE, "latin1")]) : bytes;
      const { requests } = await compareWithEngine(sent);
      expect(requests.length).toBeGreaterThan(0);
      expect(requests.at(-1)?.head.path === "/behind-the-case").toBe(isOpenEnd);
    });

    test("and serves a part of what we refuse", async () => {
      const tally = new Tally(file);
      for (const { name, bytes, outcome } of cases) {
        if (outcome[0]?.[0] === "fault") {
          const { rest } = await converse(engineAddress, bytes, []);
          tally.add(name, rest);
        }
      }
      tally.print();
      expect(tally.names("serves").length).toBeGreaterThan(10);
      expect(tally.names("refuses").length).toBeGreaterThan(10);
      witness.forget();
    });
  });

  describe("dockerd reads the same way, in chunked-bodies.md:", () => {
    // An import's layer has the digest of the whole body, provided that it starts with an empty archive.
    const head = (tag: string): string =>
      `POST /images/create?fromSrc=-&repo=wire&tag=${tag} HTTP/1.1\r\nHost: docker\r\n` +
      `Transfer-Encoding: chunked\r\n\r\n400\r\n${EMPTY_ARCHIVE}\r\n`;
    const cases = casesOf("chunked-bodies.md").map((wireCase, at) => ({ ...wireCase, tag: `case${at}` }));
    const sent = (tag: string, bytes: Buffer): Buffer =>
      Buffer.concat([Buffer.from(head(tag), "latin1"), bytes, Buffer.from(PROBE, "latin1")]);

    const accepted = cases.flatMap(({ bytes, ...rest }) => {
      const reading = readBody([bytes], CHUNKED_BODY);
      return reading.kind === "complete" ? [{ ...rest, bytes, ...reading }] : [];
    });

    test.each(accepted)("$name", async ({ tag, bytes, body, leftover }) => {
      const expected = [{ method: "POST" }, ...(leftover.length === 0 ? [{ method: "OPTIONS" }] : [])];
      const { answers } = await converse(engineAddress, sent(tag, bytes), expected);
      expect(answers.map((answer) => statusOf(answer))).toEqual(expected.map(() => 200));
      expect(await layersOf(tag)).toEqual([digestOf(EMPTY_ARCHIVE, body)]);
    });

    test("and serves a part of what we refuse", async () => {
      const tally = new Tally("chunked-bodies.md");
      for (const { name, bytes, tag, outcome } of cases) {
        if (outcome[0]?.[0] === "fault") {
          const { answers, rest } = await converse(engineAddress, sent(tag, bytes), [{ method: "POST" }]);
          const served = answers.some(({ body }) => body.includes('"status":"sha256:'));
          // Engines from 28 on import what came before the fault, and close.
          const cut = answers.some((answer) => valuesOf(answer, "connection").includes("close"));
          const start = cut ? "HTTP/1.1 and close" : (answers[0]?.startLine ?? "");
          tally.add(name, served && !cut ? "Api-Version" : `${start} ${rest}`);
        }
      }
      tally.print();
      expect(tally.names("serves").length).toBeGreaterThan(10);
      expect(tally.names("refuses").length).toBeGreaterThan(10);
      witness.forget();
    });
  });

  const seed = Math.floor(Math.random() * 2 ** 31);

  test(`dockerd reads the same way, request by request (seed ${seed})`, async () => {
    const tally = { accepted: 0, routed: 0, json: 0, whole: 0 };
    await fc.assert(
      fc.asyncProperty(engineConnectionBytes, async (bytes) => {
        const { requests, routed, whole } = await compareWithEngine(bytes);
        tally.accepted += requests.length;
        tally.routed += routed;
        tally.json += requests.filter((request) => callOf(request, "").json !== undefined).length;
        tally.whole += whole ? 1 : 0;
      }),
      { numRuns: RUNS, seed },
    );
    console.log(`compared with dockerd, seed ${seed}:`, tally);
    // Without enough acceptances the comparison would prove nothing.
    expect(tally.accepted).toBeGreaterThan(RUNS);
    expect(tally.routed).toBeGreaterThan(RUNS / 2);
    expect(tally.json).toBeGreaterThan(RUNS / 20);
    expect(tally.whole).toBeGreaterThan(RUNS / 4);
  });

  test(`dockerd reads every byte of a body, straight and behind the gate (seed ${seed})`, async () => {
    const { gate } = own();
    const gateAddress: SocketAddress = { kind: "tcp", host: "127.0.0.1", port: gate.port };
    const tally = { asked: 0, length: 0, chunked: 0 };
    await fc.assert(
      fc.asyncProperty(importBody, async (body) => {
        tally.asked += 1;
        for (const [place, address] of [
          ["straight", engineAddress] as const,
          ["gate", gateAddress] as const,
        ]) {
          const tag = `${place}${tally.asked}`;
          const bytes = writeImport(tag, body);
          const [request] = readRequests([bytes]).requests;
          fc.pre(request !== undefined);
          const { answers } = await converse(address, bytes, [{ method: "POST" }]);
          expect(answers.map((answer) => statusOf(answer))).toEqual([200]);
          expect(await layersOf(tag)).toEqual([digestOf(request?.body ?? "")]);
          tally.length += body.kind === "length" ? 1 : 0;
          tally.chunked += body.kind === "chunked" ? 1 : 0;
        }
      }),
      { numRuns: IMPORT_RUNS, seed },
    );
    expect(tally.length).toBeGreaterThan(0);
    expect(tally.chunked).toBeGreaterThan(0);
  });

  test(`dockerd sees behind the gate what was judged, in the canonical spelling (seed ${seed})`, async () => {
    const { gate } = own();
    const gateAddress: SocketAddress = { kind: "tcp", host: "127.0.0.1", port: gate.port };
    const tally = { asked: 0, passed: 0, json: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(engineConnectionBytes, async (bytes) => {
        const { requests, length } = acceptedPart(bytes);
        fc.pre(length > 0);
        const first = gate.records.length;
        witness.forget();
        const { answers } = await converse(gateAddress, bytes.subarray(0, length), headsOf(requests));
        const calls = witness.calls();
        await eventually(
          () => gate.records.length >= first + answers.length,
          () => `${answers.length} records; there are ${gate.records.length - first}`,
        );
        const records = gate.records.slice(first);
        expect(records.map(({ method }) => method)).toEqual(
          requests.slice(0, records.length).map(({ head }) => head.method),
        );
        const passed = requests.filter((_, at) => records[at]?.verdict === "allow");
        expect(comparable(calls, passed)).toEqual(
          passed.map((request) => callOf(request, canonicalTargetOf(request))),
        );
        // What is canonical is nothing to redirect.
        expect(answers.map((answer) => statusOf(answer))).not.toContain(301);
        tally.asked += requests.length;
        tally.passed += passed.length;
        tally.json += calls.filter(({ json }) => json !== undefined).length;
        tally.refused += records.length - passed.length;
      }),
      { numRuns: RUNS, seed },
    );
    console.log(`compared behind the gate, seed ${seed}:`, tally);
    expect(tally.asked).toBeGreaterThan(RUNS);
    expect(tally.passed).toBeGreaterThan(RUNS / 8);
    expect(tally.json).toBeGreaterThan(RUNS / 40);
    expect(tally.refused).toBeGreaterThan(RUNS / 8);
  });
});

function digestOf(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(typeof part === "string" ? Buffer.from(part, "latin1") : part);
  }
  return hash.digest("hex");
}

/** The requests that we accept whole, and how many bytes they take. */
function acceptedPart(bytes: Buffer): { readonly requests: readonly ReadRequest[]; readonly length: number } {
  const { requests } = readRequests([bytes]);
  let rest = bytes;
  for (const _ of requests) {
    const reading = readMessage([rest], parseRequestHead);
    rest = reading.kind === "complete" ? reading.leftover : rest;
  }
  return { requests, length: bytes.length - rest.length };
}

/**
 * The requests of a connection up to the first that changes its protocol, and up to the first whose path has a bad
 * escape: our path parser refuses that one, and Go's server answers it with 400 and closes.
 */
function readableRequests(bytes: Buffer): {
  readonly requests: readonly ReadRequest[];
  readonly end: ReturnType<typeof readRequests>["end"] | "bad escape" | "upgrade";
} {
  const { requests, end } = readRequests([bytes]);
  const last = requests.findIndex(({ head }) => head.upgrade !== undefined || !hasWholeEscapes(head.path));
  const stop = requests[last];
  return stop === undefined
    ? { requests, end }
    : {
        requests: requests.slice(0, last + 1),
        end: hasWholeEscapes(stop.head.path) ? "upgrade" : "bad escape",
      };
}

function headsOf(requests: readonly ReadRequest[]): readonly ReadRequest["head"][] {
  return requests.map(({ head }) => head);
}

/** The target that the gate has to write: the path decoded once and encoded again, the query as it is. */
function canonicalTargetOf(request: ReadRequest): string {
  const path = parsePath(request.head.path);
  const canonical = path.ok ? path.value.canonical : "a path that may not pass";
  return request.head.query === undefined ? canonical : `${canonical}?${request.head.query}`;
}

type Treatment = "serves" | "refuses" | "hangs up on";

/** How the engine treats what we refuse. */
class Tally {
  readonly #document: string;
  readonly #treatments: { readonly name: string; readonly treatment: Treatment }[] = [];

  constructor(document: string) {
    this.#document = document;
  }

  /** Counts a case by what the engine sent back: only a handler or a router of dockerd's gives these. */
  add(name: string, answer: string): void {
    const isServed = /Api-Version|page not found|^HTTP\/1\.[01] (?:[23]\d\d) /u.test(answer);
    const treatment = isServed ? "serves" : answer.startsWith("HTTP/") ? "refuses" : "hangs up on";
    this.#treatments.push({ name, treatment });
  }

  names(treatment: Treatment): readonly string[] {
    return this.#treatments.filter((entry) => entry.treatment === treatment).map(({ name }) => name);
  }

  print(): void {
    const counted = (treatment: Treatment): string => `${treatment} ${this.names(treatment).length}`;
    const all = [counted("refuses"), counted("hangs up on"), counted("serves")].join(", ");
    console.log(`${this.#document}: of what we refuse dockerd ${all}: ${this.names("serves").join("; ")}`);
  }
}
