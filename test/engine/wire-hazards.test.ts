import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { parseRequestHead } from "../../src/http1/request-head.ts";
import { hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import { type Call, type Conversation, converse, EngineWitness } from "../support/engine-witness.ts";
import { statusOf } from "../support/raw-peer.ts";
import { parseWireDocument } from "../support/wire-document.ts";
import { readMessage } from "../wire/reading.ts";

const EXEC = "/containers/none/exec";
const BEHIND = "OPTIONS /behind";
const HOST = "Host: docker\r\n";
const POST = `POST ${EXEC} HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n`;
const JSON_BODY = '{"a":1}';
const CHUNKED = `Transfer-Encoding: chunked\r\n\r\n`;
const CHUNKS = `7\r\n${JSON_BODY}\r\n0\r\n\r\n`;

/** What dockerd did: the calls that it told of, or the status that it refused with before any. */
type Treatment = number | readonly string[];

/** All of it was read: the JSON body, and the request behind it. */
const WHOLE: Treatment = [`POST ${EXEC} ${JSON_BODY}`, BEHIND];
/** As on `GET /_ping`: served, and the request behind it too. */
const PING: Treatment = ["GET /_ping", BEHIND];

interface Hazard {
  readonly name: string;
  /** The cases of requests.md that hold the gate's reader to what it makes of it. */
  readonly cases: readonly string[];
  /** The fault that our reader finds; undefined where it accepts. */
  readonly fault: string | undefined;
  readonly bytes: string;
  readonly treatment: Treatment;
  /** The treatment by Go 1.26, where it is another one. */
  readonly newer?: Treatment;
}

const transferEncodings = [
  ["identity", "Transfer-Encoding: identity"],
  ["chunked, identity", "Transfer-Encoding: chunked, identity"],
  ["xchunked", "Transfer-Encoding: xchunked"],
  ["chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding twice"],
  ["chunked, chunked", "Transfer-Encoding: chunked, chunked"],
  ["gzip, chunked", "Transfer-Encoding: gzip, chunked"],
  ["", "Transfer-Encoding without a value"],
] as const;

const contentLengths = [
  ["7, 7", "Content-Length with a list"],
  ["+7", "Content-Length with a sign"],
  ["-1", "Content-Length with a negative number"],
  ["0x7", "Content-Length with hexadecimal"],
  ["7\r\nContent-Length: 8", "Content-Length twice, not the same"],
] as const;

const bodiless = [
  ["GET", "/_ping", "a body on GET", "a chunked body on GET"],
  ["HEAD", "/_ping", "a body on HEAD", "a chunked body on HEAD"],
  ["DELETE", "/containers/none", "a body on DELETE", "a chunked body on DELETE"],
] as const;

const hazards: readonly Hazard[] = [
  {
    name: "Content-Length beside Transfer-Encoding: the chunked coding wins",
    cases: [
      "Content-Length beside Transfer-Encoding",
      "Transfer-Encoding beside Content-Length",
      "Transfer-Encoding beside a Content-Length of zero",
    ],
    fault: "bad_framing",
    bytes: `${POST}Content-Length: 5\r\n${CHUNKED}${CHUNKS}`,
    treatment: WHOLE,
  },
  ...transferEncodings.map(([value, wireCase]): Hazard => ({
    name: `Transfer-Encoding: ${JSON.stringify(value)}: refused`,
    cases: [wireCase],
    fault: "bad_framing",
    bytes: `${POST}Transfer-Encoding: ${value}\r\n\r\n${CHUNKS}`,
    treatment: 501,
  })),
  {
    name: "Transfer-Encoding in HTTP/1.0: ignored, and no body read",
    cases: ["Transfer-Encoding in HTTP/1.0"],
    fault: "bad_framing",
    bytes: `POST ${EXEC} HTTP/1.0\r\n${CHUNKED}${CHUNKS}`,
    treatment: [`POST ${EXEC}`],
  },
  {
    name: "Content-Length twice, the same: taken as one",
    cases: ["Content-Length twice, the same"],
    fault: "bad_framing",
    bytes: `${POST}Content-Length: 7\r\nContent-Length: 7\r\n\r\n${JSON_BODY}`,
    treatment: WHOLE,
  },
  ...contentLengths.map(([value, wireCase]): Hazard => ({
    name: `Content-Length: ${JSON.stringify(value)}: refused`,
    cases: [wireCase],
    fault: "bad_framing",
    bytes: `${POST}Content-Length: ${value}\r\n\r\n${JSON_BODY}`,
    treatment: 400,
  })),
  ...bodiless.flatMap(([method, path, byLength, byChunks]): Hazard[] => [
    {
      name: `a body of a stated length on ${method}: read and ignored`,
      cases: [byLength],
      fault: undefined,
      bytes: `${method} ${path} HTTP/1.1\r\n${HOST}Content-Length: 7\r\n\r\n${JSON_BODY}`,
      treatment: [`${method} ${path}`, BEHIND],
    },
    {
      name: `a chunked body on ${method}: read and ignored`,
      cases: [byChunks],
      fault: "unexpected_body",
      bytes: `${method} ${path} HTTP/1.1\r\n${HOST}${CHUNKED}${CHUNKS}`,
      treatment: [`${method} ${path}`, BEHIND],
    },
  ]),
  {
    name: "a chunk size that ends in LF: read before Go 1.23",
    cases: ["a chunk size that ends in LF"],
    fault: "bad_chunk",
    bytes: `${POST}${CHUNKED}7\n${JSON_BODY}\r\n0\r\n\r\n`,
    treatment: WHOLE,
    newer: [`POST ${EXEC}`],
  },
  {
    name: "a chunk extension: dropped",
    cases: ["a chunk extension"],
    fault: undefined,
    bytes: `${POST}${CHUNKED}7;a=b\r\n${JSON_BODY}\r\n0\r\n\r\n`,
    treatment: WHOLE,
  },
  {
    name: "a chunk size with a space behind it: read",
    cases: ["a chunk size with a space behind it"],
    fault: "bad_chunk",
    bytes: `${POST}${CHUNKED}7 \r\n${JSON_BODY}\r\n0\r\n\r\n`,
    treatment: WHOLE,
  },
  {
    name: "a chunk that does not end in CRLF: served, and then the connection is closed",
    cases: ["a chunk that does not end in CRLF"],
    fault: "bad_chunk",
    bytes: `${POST}${CHUNKED}7\r\n${JSON_BODY}XX0\r\n\r\n`,
    treatment: [`POST ${EXEC}`],
  },
  {
    name: "trailers: dropped",
    cases: ["trailers"],
    fault: undefined,
    bytes: `${POST}${CHUNKED}7\r\n${JSON_BODY}\r\n0\r\nX-Sum: 1\r\n\r\n`,
    treatment: WHOLE,
  },
  {
    name: "line ends in bare LF: served",
    cases: ["line ends in bare LF", "a bare LF between two fields", "a bare LF as the empty line"],
    fault: "bad_line_end",
    bytes: `GET /_ping HTTP/1.1\nHost: docker\n\n`,
    treatment: PING,
  },
  {
    name: "a folded field: joined with the line before, so that what is folded is no field",
    cases: ["a folded field", "a field folded with a tab"],
    fault: "bad_field",
    bytes: `${POST}X-A: b\r\n Content-Length: 7\r\n\r\n`,
    treatment: [`POST ${EXEC}`, BEHIND],
  },
  ...(
    [
      ["a space before the colon", "X-A : b", 400, "a space before the colon", undefined],
      ["NUL in a field value", "X-A: \0b", 400, "NUL in a field value", undefined],
      ["bare CR in a field value", "X-A: b\rc", 400, "bare CR in a field value", undefined],
      ["an empty field name", ": b", PING, "an empty field name", 400],
    ] as const
  ).map(([name, line, treatment, wireCase, newer]): Hazard => ({
    name: `${name}: ${treatment === 400 ? "refused" : "served by Go 1.19"}`,
    cases: [wireCase],
    fault: "bad_field",
    bytes: `GET /_ping HTTP/1.1\r\n${HOST}${line}\r\n\r\n`,
    treatment,
    ...(newer === undefined ? {} : { newer }),
  })),
  ...(
    [
      ["Host twice: refused", "Host twice", "Host: a\r\nHost: b\r\n", 400],
      ["Host with a space inside: refused", "Host with a space inside", "Host: a b\r\n", 400],
      ["no Host in HTTP/1.1: refused", "no Host in HTTP/1.1", "", 400],
    ] as const
  ).map(([name, wireCase, host, treatment]): Hazard => ({
    name,
    cases: [wireCase],
    fault: "bad_host",
    bytes: `GET /_ping HTTP/1.1\r\n${host}\r\n`,
    treatment,
  })),
  {
    name: "Host without a value: served",
    cases: ["Host without a value"],
    fault: undefined,
    bytes: `GET /_ping HTTP/1.1\r\nHost:\r\n\r\n`,
    treatment: PING,
  },
  ...(
    [
      ["HTTP/0.9: refused", "HTTP/0.9", "bad_request_line", "GET /_ping", 400],
      [
        "HTTP/2.0 in the request line: refused",
        "HTTP/2.0 in the request line",
        "unsupported_version",
        "GET /_ping HTTP/2.0",
        505,
      ],
      ["HTTP/1.2: served", "HTTP/1.2", "unsupported_version", "GET /_ping HTTP/1.2", PING],
      [
        "two spaces in the request line: refused",
        "two spaces before the target",
        "bad_target",
        "GET  /_ping HTTP/1.1",
        400,
      ],
      [
        "two spaces before the version: refused",
        "two spaces before the version",
        "bad_target",
        "GET /_ping  HTTP/1.1",
        400,
      ],
      [
        "an empty line before the request line: refused",
        "an empty line before the request line",
        "bad_request_line",
        "\r\nGET /_ping HTTP/1.1",
        400,
      ],
    ] as const
  ).map(([name, wireCase, fault, line, treatment]): Hazard => ({
    name,
    cases: [wireCase],
    fault,
    bytes: `${line}\r\n${HOST}\r\n`,
    treatment,
  })),
  {
    name: "an expectation that nobody knows: refused",
    cases: ["an expectation that nobody knows"],
    fault: "unsupported_expectation",
    bytes: `${POST}Expect: foo\r\nContent-Length: 7\r\n\r\n${JSON_BODY}`,
    treatment: 417,
  },
  {
    name: "Upgrade where nothing can be upgraded: ignored, and the request behind is served",
    cases: ["Upgrade on a request that cannot be upgraded", "Upgrade on GET with a request behind it"],
    fault: undefined,
    bytes: `GET /_ping HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
    treatment: PING,
  },
];

const wireCases = new Map(
  parseWireDocument(readFileSync(new URL("../wire/requests.md", import.meta.url), "utf8")).map(
    ({ name, outcome }) => [name, outcome],
  ),
);

function faultOf(bytes: string): string | undefined {
  const reading = readMessage([Buffer.from(bytes, "latin1")], parseRequestHead);
  return reading.kind === "fault" ? reading.fault.code : undefined;
}

describe("each hazard between a front and dockerd", () => {
  test.each(hazards)("has wire cases that say what our reader does: $name", ({ cases, fault, bytes }) => {
    expect(faultOf(bytes)).toBe(fault);
    for (const name of cases) {
      const [key, value] = wireCases.get(name)?.[0] ?? [];
      expect([name, key === "fault" ? value : key]).toEqual([name, fault ?? "method"]);
    }
  });
});

describe.runIf(hasEngine)("dockerd", () => {
  const own = useOwnEngine({ daemonArguments: ["--debug"], empty: true });
  let witness: EngineWitness;
  let goMinor = 0;
  let engineMajor = 0;

  beforeAll(async () => {
    witness = new EngineWitness(own().engine.logPath);
    const { answers } = await say(`GET /version HTTP/1.1\r\n${HOST}\r\n`, "GET");
    const version = answers[0]?.body.toString("utf8") ?? "";
    goMinor = Number(/"GoVersion":"go1\.(\d+)/u.exec(version)?.[1]);
    engineMajor = Number(/"Version":"(\d+)\.[^"]*","ApiVersion"/u.exec(version)?.[1]);
  });

  test("tells which Go built it, by which the rest is judged", () => {
    expect(goMinor).toBeGreaterThan(10);
    expect(engineMajor).toBeGreaterThan(17);
  });

  function say(bytes: string, method: string): Promise<Conversation> {
    const address = { kind: "unix", path: own().engine.socketPath } as const;
    const sent = `${bytes}${BEHIND} HTTP/1.1\r\n${HOST}\r\n`;
    return converse(address, Buffer.from(sent, "latin1"), [{ method }, { method: "OPTIONS" }]);
  }

  test.each(hazards)("treats as measured: $name", async ({ bytes, treatment, newer }) => {
    witness.forget();
    const { answers } = await say(bytes, /^\s*(\S+)/u.exec(bytes)?.[1] ?? "");
    const calls = witness.calls().map((call) => describeCall(call));
    const [first] = answers;
    const seen: Treatment = calls.length === 0 && first !== undefined ? statusOf(first) : calls;
    if (newer === undefined || goMinor <= 19) {
      expect(seen).toEqual(treatment);
    } else if (goMinor >= 26) {
      expect(seen).toEqual(newer);
    } else {
      expect([treatment, newer]).toContainEqual(seen);
    }
  });

  test("takes the preface of HTTP/2 for a path to redirect before 29, and may speak HTTP/2 since", async () => {
    const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    expect(faultOf(preface)).toBe("unsupported_version");
    expect(wireCases.get("the preface of HTTP/2")).toEqual([["fault", "unsupported_version"]]);
    const address = { kind: "unix", path: own().engine.socketPath } as const;
    const { rest } = await converse(address, Buffer.from(preface), []);
    expect(rest).toMatch(engineMajor < 29 ? /^HTTP\/1\.1 301 / : /^(?:HTTP\/1\.1 301 |\0\0[^]\u0004)/u);
  });
});

function describeCall({ method, target, json }: Call): string {
  return json === undefined ? `${method} ${target}` : `${method} ${target} ${json}`;
}
