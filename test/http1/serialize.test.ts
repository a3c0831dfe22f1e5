import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Field } from "../../src/http1/fields.ts";
import { NO_BODY } from "../../src/http1/framing.ts";
import { parseRequestHead, type RequestHead } from "../../src/http1/request-head.ts";
import { parseResponseHead } from "../../src/http1/response-head.ts";
import { serializeChunk, serializeRequestHead, serializeResponseHead } from "../../src/http1/serialize.ts";
import {
  connectionBytes,
  requestPlan,
  textOf,
  VALUE_CHARACTERS,
  writeRequest,
} from "../fuzz/request-arbitrary.ts";
import { readMessage, readRequests } from "../wire/reading.ts";

/** Fields that must not survive a hop. */
const DROPPED = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

function targetOf(head: RequestHead): string {
  return head.query === undefined ? head.path : `${head.path}?${head.query}`;
}

function write(head: RequestHead): string {
  return serializeRequestHead({
    method: head.method,
    target: targetOf(head),
    host: "docker",
    fields: head.fields,
    framing: head.framing,
    upgrade: head.upgrade,
  });
}

function parse(text: string): RequestHead {
  const progress = parseRequestHead(text.slice(0, -2));
  if (!progress.ok) {
    throw new Error(`a written head is refused: ${progress.error.reason}\n${text}`);
  }
  return progress.value;
}

function field(name: string, value: string): Field {
  return { name, key: name.toLowerCase(), value };
}

describe("a request head that is written anew", () => {
  test("says the same, and written again is the same bytes", () => {
    fc.assert(
      fc.property(connectionBytes, (bytes) => {
        for (const { head } of readRequests([bytes]).requests) {
          const written = write(head);
          const again = parse(written);
          expect(again).toMatchObject({
            method: head.method,
            path: head.path,
            query: head.query,
            framing: head.framing,
            contentTypes: head.contentTypes.slice(0, 1),
            expectsContinue: false,
            persistent: true,
            version: "1.1",
          });
          expect(again.fields.filter(({ key }) => !DROPPED.has(key))).toEqual(
            head.fields.filter(({ key }) => !DROPPED.has(key)),
          );
          expect(write(again)).toBe(written);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("has exactly the lines that were meant, one Host and one framing, whatever the fields hold", () => {
    const value = textOf(VALUE_CHARACTERS, { maxLength: 30 });
    fc.assert(
      fc.property(requestPlan, fc.array(value, { maxLength: 3 }), (plan, values) => {
        const extra = values.map((text): [string, string] => ["X-Extra", text]);
        const bytes = Buffer.from(writeRequest({ ...plan, fields: [...plan.fields, ...extra] }), "latin1");
        const reading = readMessage([bytes], parseRequestHead);
        fc.pre(reading.kind === "complete");
        const text = write(reading.head);
        const lines = text.split("\r\n");
        const names = lines.slice(1, -2).map((line) => line.slice(0, line.indexOf(":")).toLowerCase());
        const kept = reading.head.fields.map(({ key }) => key).filter((key) => !DROPPED.has(key));
        expect(text.endsWith("\r\n\r\n")).toBe(true);
        expect(text.split("\r").length).toBe(lines.length);
        expect(text.split("\n").length).toBe(lines.length);
        expect(names.filter((name) => !DROPPED.has(name))).toEqual(kept);
        expect(names.filter((name) => name === "host")).toHaveLength(1);
        expect(
          names.filter((name) => name === "content-length" || name === "transfer-encoding").length,
        ).toBeLessThan(2);
        expect(
          names.filter(
            (name) => DROPPED.has(name) && !/^(?:host|content-length|transfer-encoding)$/u.test(name),
          ),
        ).toEqual([]);
      }),
    );
  });

  test("keeps repeated fields apart", () => {
    const text = serializeRequestHead({
      method: "POST",
      target: "/session",
      host: "",
      fields: [field("X-Method", "/a"), field("X-Method", "/b")],
      framing: NO_BODY,
      upgrade: "h2c",
    });
    expect(text).toBe(
      "POST /session HTTP/1.1\r\nHost: \r\nX-Method: /a\r\nX-Method: /b\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    );
  });

  test.each([
    ["GET", NO_BODY, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"],
    ["DELETE", NO_BODY, "DELETE / HTTP/1.1\r\nHost: h\r\n\r\n"],
    ["PUT", NO_BODY, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"],
    ["POST", { kind: "length", length: 7 }, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n\r\n"],
    ["POST", { kind: "chunked" }, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ] as const)("frames %s with %o", (method, framing, expected) => {
    const fields = [
      field("Transfer-Encoding", "chunked"),
      field("Content-Length", "5"),
      field("Host", "evil"),
    ];
    expect(
      serializeRequestHead({ method, target: "/", host: "h", fields, framing, upgrade: undefined }),
    ).toBe(expected);
  });
});

describe("a response head that is written anew", () => {
  const fields = [
    field("Api-Version", "1.41"),
    field("Content-Length", "5"),
    field("Transfer-Encoding", "chunked"),
    field("Connection", "X-Secret"),
    field("Content-Encoding", "gzip"),
  ];
  const response = { status: 200, reason: "OK", fields };

  test.each([
    [
      "a length",
      { ...response, framing: { kind: "length", length: 5 }, connection: "keep" },
      "Content-Length: 5\r\n",
    ],
    [
      "chunks",
      { ...response, framing: { kind: "chunked" }, connection: "keep" },
      "Transfer-Encoding: chunked\r\n",
    ],
    [
      "the end of the connection",
      { ...response, framing: { kind: "close" }, connection: "close" },
      "Connection: close\r\n",
    ],
  ] as const)("is framed by %s alone", (_, outgoing, expected) => {
    expect(serializeResponseHead(outgoing)).toBe(
      `HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Encoding: gzip\r\n${expected}\r\n`,
    );
  });

  test("keeps the length that a HEAD is told", () => {
    expect(serializeResponseHead({ ...response, framing: NO_BODY, connection: "keep" })).toBe(
      "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\n",
    );
  });

  test("names the protocol it changes to", () => {
    const outgoing = {
      status: 101,
      reason: "UPGRADED",
      fields: [],
      framing: NO_BODY,
      connection: { upgrade: "tcp" },
    };
    expect(serializeResponseHead(outgoing)).toBe(
      "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
    );
  });

  test("is read back as the same response", () => {
    const framing = fc.constantFrom(
      { kind: "length", length: 3 } as const,
      { kind: "chunked" } as const,
      { kind: "close" } as const,
    );
    const reason = textOf(VALUE_CHARACTERS, { maxLength: 12 });
    const value = textOf(VALUE_CHARACTERS, { maxLength: 12 }).map((text) =>
      text.replaceAll(/^[\t ]+|[\t ]+$/gu, ""),
    );
    const status = fc.constantFrom(200, 201, 400, 404, 500);
    fc.assert(
      fc.property(
        status,
        reason,
        fc.array(value, { maxLength: 4 }),
        framing,
        (code, phrase, values, kind) => {
          const sent = values.map((text) => field("X-A", text));
          const text = serializeResponseHead({
            status: code,
            reason: phrase,
            fields: sent,
            framing: kind,
            connection: "keep",
          });
          const parsed = parseResponseHead(text.slice(0, -2), false);
          expect(parsed).toMatchObject({ ok: true, value: { status: code, reason: phrase, framing: kind } });
          expect(parsed.ok && parsed.value.fields.filter(({ name }) => name === "X-A")).toEqual(sent);
        },
      ),
    );
  });
});

describe("a chunk", () => {
  test("is not written for no content, since an empty chunk would end the body", () => {
    expect(serializeChunk([])).toEqual([]);
    expect(serializeChunk([Buffer.alloc(0), Buffer.alloc(0)])).toEqual([]);
  });

  test("holds all its parts", () => {
    expect(Buffer.concat(serializeChunk([Buffer.from("hello "), Buffer.from("big world")])).toString()).toBe(
      "f\r\nhello big world\r\n",
    );
  });
});
