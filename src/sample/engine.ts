import { createServer, ServerResponse } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { EngineError, type UnreadCall } from "./call.ts";
import { release } from "./release.ts";
import { answerCall } from "./routes.ts";
import { SampleWorld } from "./world.ts";

/** A pretended Docker Engine that listens on a unix socket until it is closed. */
export interface SampleEngine {
  readonly socketPath: string;
  close(): Promise<void>;
}

/** How long close() lets clients take the end of their streams. */
const closeGrace = 500;

const commonFields = {
  "api-version": release.api,
  "docker-experimental": "false",
  ostype: "linux",
  server: `Docker/${release.engine} (linux)`,
} as const;

/** Answers one request with a body, or with undefined where it has answered by itself; throws an {@link EngineError}. */
export type Answerer = (call: UnreadCall) => unknown;

/** Opens the sample engine; fails if the socket cannot be made. Others than the sample may answer in its place. */
export function openSampleEngine(socketPath: string, answer: Answerer = answerCall): Promise<SampleEngine> {
  const world = new SampleWorld();
  const sockets = new Set<Socket>();
  const responses = new Set<ServerResponse>();
  const accept = async (
    request: IncomingMessage,
    response: ServerResponse,
    tunnel?: Socket,
  ): Promise<void> => {
    responses.add(response);
    (tunnel ?? response).on("close", () => responses.delete(response));
    for (const [name, value] of Object.entries(commonFields)) response.setHeader(name, value);
    try {
      const body = await answer({ world, request, response, tunnel });
      if (body !== undefined) send(response, body);
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      response.statusCode = error instanceof EngineError ? error.status : 400;
      send(response, { message: error instanceof Error ? error.message : String(error) });
    }
  };
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => void accept(request, response));
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  });
  // Node takes every request with `Upgrade` out of HTTP; all but an exec's start are answered as if it were not there.
  server.on("upgrade", (request, socket: Socket, head) => {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.on("finish", () => socket.end());
    socket.unshift(head);
    void accept(request, response, socket);
  });
  const close = async (): Promise<void> => {
    world.close();
    const closed = new Promise((resolve) => void server.close(resolve));
    for (const response of responses) if (response.headersSent) response.end();
    for (const socket of sockets) socket.destroySoon();
    const deadline = setTimeout(() => sockets.forEach((socket) => socket.destroy()), closeGrace);
    await closed;
    clearTimeout(deadline);
  };
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      world.close();
      reject(error);
    });
    server.listen(socketPath, () => resolve({ socketPath, close }));
  });
}

function send(response: ServerResponse, body: unknown): void {
  const text = typeof body === "string" ? body : `${JSON.stringify(body)}\n`;
  if (text !== "")
    response.setHeader("content-type", typeof body === "string" ? "text/plain" : "application/json");
  if (![204, 304].includes(response.statusCode))
    response.setHeader("content-length", Buffer.byteLength(text));
  response.end(text);
}
