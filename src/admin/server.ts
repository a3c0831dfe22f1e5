import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { TcpAddress } from "../kernel/address.ts";
import { pageReason, type SentField } from "../policy/browser-request.ts";
import { mayBeBrowser, type Origins } from "../policy/origins.ts";
import { type Health, isHealthy } from "./health.ts";

/** The admin server: health, and only that. */
export interface AdminServer {
  readonly address: TcpAddress;
  close(): void;
}

/**
 * Serves `GET /health` (and HEAD) at an address: 200 when all is well, else 503; the body tells each fact. Web pages are
 * refused on the same connections as by the gate itself.
 */
export function openAdminServer(
  address: TcpAddress,
  origins: Origins,
  readHealth: () => Promise<Health>,
): Promise<AdminServer> {
  const server = createServer((request, response) => {
    const reason = mayBeBrowser(origins, request.socket.remoteAddress)
      ? pageReason(origins, fieldsOf(request))
      : undefined;
    if (reason !== undefined) {
      reply(response, 403, { message: `quaygate: the request is refused: ${reason}` });
      return;
    }
    const path = request.url?.split("?", 1)[0];
    if (path !== "/health") {
      reply(response, 404, { message: "quaygate: the admin address serves GET /health" });
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      reply(response, 405, { message: "quaygate: /health is read with GET" });
      return;
    }
    readHealth().then(
      (health) => reply(response, isHealthy(health) ? 200 : 503, health),
      (error: unknown) =>
        reply(response, 500, { message: `quaygate: health can't be read: ${String(error)}` }),
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: address.host, port: address.port }, () => {
      server.off("error", reject);
      server.on("error", () => undefined);
      const bound = server.address();
      resolve({
        address: typeof bound === "object" && bound !== null ? { ...address, port: bound.port } : address,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}

/** Every field line as it was sent, where Node's own list drops second ones. */
function fieldsOf({ rawHeaders }: IncomingMessage): readonly SentField[] {
  return rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [{ key: name.toLowerCase(), value: rawHeaders[at + 1] ?? "" }] : [],
  );
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}
