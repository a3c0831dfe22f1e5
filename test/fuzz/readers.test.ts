import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFields } from "../../src/http1/fields.ts";
import { FIELD_LIMIT, IGNORED_BODY_LIMIT } from "../../src/http1/limits.ts";
import { parseRequestHead, takesBody } from "../../src/http1/request-head.ts";
import { parseResponseHead } from "../../src/http1/response-head.ts";
import { serializeResponseHead } from "../../src/http1/serialize.ts";
import { readMessage } from "../wire/reading.ts";
import { ALL_BYTES, connectionBytes, cut, mutate, mutation, places, textOf } from "./request-arbitrary.ts";

const anyBytes = fc.oneof(
  textOf(ALL_BYTES, { maxLength: 200 }),
  textOf("GET /:a\r\n\r\n HTTP/1.1\0\u00ff", { maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom("GET / HTTP/1.1\r\n", "Host: a\r\n", "\r\n", "a:", " ", "\n", "\r", "b"),
    maxLength: 20,
  }),
);

const responseBytes = fc
  .tuple(
    fc.constantFrom("HTTP/1.1 200 OK", "HTTP/1.0 404", "HTTP/1.1 204 No Content", "HTTP/1.1 101 UPGRADED"),
    fc.constantFrom("Content-Length: 3", "Transfer-Encoding: chunked", "X-A: b", "Connection: close"),
    fc.constantFrom("abc", "3\r\nabc\r\n0\r\n\r\n", ""),
    fc.array(mutation, { maxLength: 3 }),
  )
  .map(([line, field, body, changes]) =>
    Buffer.from(changes.reduce(mutate, `${line}\r\n${field}\r\n\r\n${body}`), "latin1"),
  );

describe("cutting the bytes anywhere", () => {
  test("changes nothing for a request: not what is understood, not what is left over, not the fault", () => {
    fc.assert(
      fc.property(connectionBytes, places, (bytes, ends) => {
        expect(readMessage(cut(bytes, ends), parseRequestHead)).toEqual(
          readMessage([bytes], parseRequestHead),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test("changes nothing for a response", () => {
    const parse = (text: string): ReturnType<typeof parseResponseHead> => parseResponseHead(text, false);
    fc.assert(
      fc.property(responseBytes, places, (bytes, ends) => {
        expect(readMessage(cut(bytes, ends), parse)).toEqual(readMessage([bytes], parse));
      }),
      { numRuns: 1000 },
    );
  });

  test("changes nothing for bytes that are no HTTP", () => {
    fc.assert(
      fc.property(anyBytes, places, (text, ends) => {
        const bytes = Buffer.from(text, "latin1");
        expect(readMessage(cut(bytes, ends), parseRequestHead)).toEqual(
          readMessage([bytes], parseRequestHead),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the parsers", () => {
  test("answer to any text and never throw", () => {
    const text = fc.oneof(anyBytes, fc.string({ unit: "binary", maxLength: 60 }));
    fc.assert(
      fc.property(text, fc.boolean(), (input, toHead) => {
        expect(typeof parseRequestHead(input).ok).toBe("boolean");
        expect(typeof parseResponseHead(input, toHead).ok).toBe("boolean");
        expect(typeof parseFields(input, 0).ok).toBe("boolean");
      }),
      { numRuns: 2000 },
    );
  });

  test("accept only what keeps the promises of a request head", () => {
    fc.assert(
      fc.property(connectionBytes, (bytes) => {
        const reading = readMessage([bytes], parseRequestHead);
        fc.pre(reading.kind === "complete");
        const { head, body } = reading;
        expect(head.path).toMatch(/^\/(?!\/)[!-~]*$/u);
        expect(head.path).not.toMatch(/[?#\\]/u);
        expect(head.query ?? "").toMatch(/^(?:[!-$&-:<-[\]-~]|%[0-9A-Fa-f]{2})*$/u);
        expect(head.query ?? "").not.toMatch(/#/u);
        expect(head.fields.length).toBeLessThanOrEqual(FIELD_LIMIT);
        for (const { name, key, value } of head.fields) {
          expect(name).toMatch(/^[!#$%&'*+\-.^_`|~\w]+$/u);
          expect(key).toBe(name.toLowerCase());
          expect(value).toMatch(/^(?:[!-~\u0080-\u00ff](?:[\t -~\u0080-\u00ff]*[!-~\u0080-\u00ff])?)?$/u);
        }
        expect(head.fields.filter(({ key }) => key === "host").length).toBeLessThanOrEqual(1);
        expect(head.contentTypes.join("")).toMatch(/^[^\u0080-\u00ffA-Z;]*$/u);
        expect(head.fields.filter(({ key }) => key === "content-type").length).toBeLessThanOrEqual(1);
        if (head.framing.kind === "chunked") {
          expect(["POST", "PUT"]).toContain(head.method);
          expect(head.version).toBe("1.1");
        }
        if (head.framing.kind === "length") {
          expect(head.framing.length).toBeLessThanOrEqual(
            takesBody(head.method) ? Number.MAX_SAFE_INTEGER : IGNORED_BODY_LIMIT,
          );
          expect(body.length).toBe(head.framing.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("call a response head plain only if writing it anew would change nothing but the place of its framing", () => {
    const name = fc.constantFrom(
      "Date",
      "X-A",
      "content-length",
      "Connection",
      "Transfer-Encoding",
      "te",
      "Trailer",
    );
    const blank = fc.constantFrom(" ", " ", "", "\t", "  ");
    const value = fc.constantFrom("1", "07", "chunked", "Chunked", "close", "a b", "");
    const line = fc.tuple(name, blank, value, fc.constantFrom("", "", " ")).map((parts) => {
      const [key, before, text, after] = parts;
      return `${key}:${before}${text}${after}\r\n`;
    });
    const start = fc.constantFrom(
      "HTTP/1.1 200 OK\r\n",
      "HTTP/1.1 204 \r\n",
      "HTTP/1.0 200 OK\r\n",
      "HTTP/1.1 404\r\n",
    );
    let plain = 0;
    fc.assert(
      fc.property(start, fc.array(line, { maxLength: 3 }), fc.boolean(), (status, lines, toHead) => {
        const text = status + lines.join("");
        const head = parseResponseHead(text, toHead);
        fc.pre(head.ok && head.value.isPlain);
        if (!head.ok) return;
        plain += 1;
        const { reason, fields, framing } = head.value;
        const anew = serializeResponseHead({
          status: head.value.status,
          reason,
          fields,
          framing,
          connection: "keep",
        });
        const linesOf = (whole: string): readonly string[] => whole.toLowerCase().split("\r\n").toSorted();
        expect(linesOf(`${text}\r\n`)).toEqual(linesOf(anew));
      }),
      { numRuns: 3000 },
    );
    expect(plain).toBeGreaterThan(100);
  });

  test("never repeat the bytes of the peer in a fault", () => {
    fc.assert(
      fc.property(connectionBytes, (bytes) => {
        const reading = readMessage([bytes], parseRequestHead);
        fc.pre(reading.kind === "fault");
        expect(reading.fault.reason).toMatch(/^[ -~]{10,120}$/u);
        expect(reading.fault.code).toMatch(/^[a-z_]+$/u);
      }),
      { numRuns: 500 },
    );
  });
});
