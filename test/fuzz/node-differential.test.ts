import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LAST_CHUNK, serializeChunk, serializeRequestHead } from "../../src/http1/serialize.ts";
import { type ReadRequest, readRequests } from "../wire/reading.ts";
import { connectionBytes } from "./request-arbitrary.ts";

/** A request as any reader may have understood it. */
interface Seen {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly fields: readonly string[];
  readonly body: string;
}

const RUNS = 3000;
const folder = mkdtempSync(join(tmpdir(), "quaygate-node-"));
const socketPath = join(folder, "node.sock");
let seenByNode: Seen[] = [];
let server: Server;

beforeAll(async () => {
  // Default settings: the strict parser that a proxy on node:http would use.
  server = createServer(serverOnRequest);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

describe("whatever we accept", () => {
  test("Node reads the same way, request by request", async () => {
    const tally = { accepted: 0, whole: 0 };
    await fc.assert(
      fc.asyncProperty(connectionBytes, async (bytes) => {
        const ours = readRequests([bytes]);
        const ourRequests = ours.requests.map(seenByUs);
        tally.accepted += ourRequests.length === 0 ? 0 : 1;
        const node = await sendToNode(bytes);
        expect(node.slice(0, ourRequests.length)).toEqual(ourRequests);
        if (ours.end === "clean") {
          tally.whole += 1;
          expect(node).toHaveLength(ourRequests.length);
        }
      }),
      { numRuns: RUNS },
    );
    // Without enough acceptances the comparison would prove nothing.
    expect(tally.accepted).toBeGreaterThan(RUNS / 3);
    expect(tally.whole).toBeGreaterThan(RUNS / 10);
  }, 60_000);

  test("Node reads the same way after we have written it anew", async () => {
    await fc.assert(
      fc.asyncProperty(connectionBytes, async (bytes) => {
        const { requests } = readRequests([bytes]);
        const node = await sendToNode(Buffer.concat(requests.map(writeAnew)));
        expect(node.map(({ method, target, body }) => [method, target, body])).toEqual(
          requests.map(seenByUs).map(({ method, target, body }) => [method, target, body]),
        );
      }),
      { numRuns: RUNS / 3 },
    );
  }, 60_000);
});

function seenByUs({ head, body }: ReadRequest): Seen {
  return {
    method: head.method,
    target: head.query === undefined ? head.path : `${head.path}?${head.query}`,
    fields: head.fields.flatMap(({ name, value }) => [name, value]),
    body: body.toString("latin1"),
  };
}

function writeAnew({ head, body }: ReadRequest): Buffer {
  const target = head.query === undefined ? head.path : `${head.path}?${head.query}`;
  const text = serializeRequestHead({
    method: head.method,
    target,
    host: "docker",
    fields: head.fields,
    framing: head.framing,
    upgrade: undefined,
  });
  return Buffer.concat([
    Buffer.from(text, "latin1"),
    ...(head.framing.kind === "chunked" ? [...serializeChunk([body]), LAST_CHUNK] : [body]),
  ]);
}

function serverOnRequest(message: IncomingMessage, response: NodeJS.WritableStream): void {
  const data: Buffer[] = [];
  const seen = seenByNode;
  message.on("data", (chunk: Buffer) => data.push(chunk));
  message.on("end", () => {
    seen.push({
      method: message.method,
      target: message.url,
      fields: withFirstType(message.rawHeaders),
      body: Buffer.concat(data).toString("latin1"),
    });
    response.end();
  });
  message.on("error", () => {});
}

/** Node keeps further Content-Types among the raw fields, and takes the first, as we do. */
function withFirstType(raw: readonly string[]): readonly string[] {
  const pairs = raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ""] as const] : []));
  const first = pairs.findIndex(([name]) => name.toLowerCase() === "content-type");
  return pairs.filter(([name], at) => at === first || name.toLowerCase() !== "content-type").flat();
}

/** Sends bytes on a connection of their own and gives the requests that were complete when Node closed it. */
function sendToNode(bytes: Buffer): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  seenByNode = seen;
  return new Promise((resolve) => {
    const socket = connect({ path: socketPath, allowHalfOpen: true });
    socket.on("error", () => {});
    socket.on("close", () => resolve(seen));
    socket.on("end", () => socket.end());
    socket.resume();
    socket.end(bytes);
  });
}
