import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

/** One span, as it arrived. */
export interface ReceivedSpan {
  readonly trace: string;
  readonly span: string;
  readonly parent: string;
  readonly name: string;
  readonly kind: number;
  /** In milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** 2 for an error. */
  readonly status: number;
  /** What made it. */
  readonly resource: Readonly<Record<string, unknown>>;
}

/** A collector that speaks OTLP over HTTP, as far as the tests look; gone when the test is over. */
export interface Collector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
}

/** Opens a collector; `answer` may do otherwise than to take what comes. */
export async function openCollector(
  answer: (response: ServerResponse) => void = (response) => void response.end(),
): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const requests: Collector["requests"][number][] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      requests.push({ path: request.url ?? "", headers: request.headers });
      spans.push(...spansOf(Buffer.concat(parts)));
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return { endpoint: `http://127.0.0.1:${port}`, spans, requests };
}

/** An ExportTraceServiceRequest (opentelemetry/proto/collector/trace/v1). */
function spansOf(message: Buffer): readonly ReceivedSpan[] {
  return messagesIn(message, 1).flatMap((ofResource) => {
    const [resource = Buffer.alloc(0)] = messagesIn(ofResource, 1);
    const made = attributesIn(resource, 1);
    return messagesIn(ofResource, 2)
      .flatMap((ofScope) => messagesIn(ofScope, 2))
      .map((span) => ({
        trace: bytesIn(span, 1).toString("hex"),
        span: bytesIn(span, 2).toString("hex"),
        parent: bytesIn(span, 4).toString("hex"),
        name: bytesIn(span, 5).toString(),
        kind: Number(valuesIn(span, 6)[0]),
        start: Number(valuesIn(span, 7)[0]) / 1e6,
        end: Number(valuesIn(span, 8)[0]) / 1e6,
        attributes: attributesIn(span, 9),
        status: Number(valuesIn(bytesIn(span, 15), 3)[0] ?? 0),
        resource: made,
      }));
  });
}

function attributesIn(message: Buffer, field: number): Record<string, unknown> {
  return Object.fromEntries(
    messagesIn(message, field).map((pair) => [bytesIn(pair, 1).toString(), valueOf(bytesIn(pair, 2))]),
  );
}

/** An AnyValue. */
function valueOf(message: Buffer): unknown {
  const [[field, value] = [0, undefined]] = fieldsIn(message);
  if (Buffer.isBuffer(value)) {
    return field === 5 ? messagesIn(value, 1).map(valueOf) : value.toString();
  }
  return Number(value);
}

function valuesIn(message: Buffer, field: number): readonly (bigint | Buffer)[] {
  return fieldsIn(message).flatMap(([number, value]) => (number === field ? [value] : []));
}

function messagesIn(message: Buffer, field: number): readonly Buffer[] {
  return valuesIn(message, field).filter((value): value is Buffer => Buffer.isBuffer(value));
}

function bytesIn(message: Buffer, field: number): Buffer {
  return messagesIn(message, field)[0] ?? Buffer.alloc(0);
}

/** The fields of a message in protocol buffers' wire format, by their numbers. */
function fieldsIn(message: Buffer): readonly (readonly [field: number, value: bigint | Buffer])[] {
  const fields: (readonly [number, bigint | Buffer])[] = [];
  let at = 0;
  const readNumber = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(readNumber());
    const field = tag >> 3;
    switch (tag & 7) {
      case 0:
        fields.push([field, readNumber()]);
        break;
      case 1:
        fields.push([field, message.readBigUInt64LE(at)]);
        at += 8;
        break;
      case 2: {
        const length = Number(readNumber());
        fields.push([field, message.subarray(at, at + length)]);
        at += length;
        break;
      }
      case 5:
        fields.push([field, BigInt(message.readUInt32LE(at))]);
        at += 4;
        break;
      default:
        throw new Error(`no such wire type: ${tag & 7}`);
    }
  }
  return fields;
}
