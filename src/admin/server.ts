import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { TcpAddress } from "../kernel/address.ts";
import { pageReason, type SentField } from "../policy/browser-request.ts";
import { mayBeBrowser, type Origins } from "../policy/origins.ts";
import { type Health, isHealthy } from "./health.ts";

/** The most connections: far more than what asks for health and metrics has. */
const MOST_CONNECTIONS = 100;

/** The admin server: health and metrics, and only those. */
export interface AdminServer {
  readonly address: TcpAddress;
  close(): void;
}

/** A text, and what it is. */
interface Page {
  readonly contentType: string;
  readonly text: string;
}

/** What an admin server tells. */
export interface AdminPages {
  readonly readHealth: () => Promise<Health>;
  /** Gives the metrics in the form that an `Accept` field asks for; undefined where they are off. */
  readonly readMetrics: ((accept: string | undefined) => Promise<Page>) | undefined;
}

/**
 * Serves `GET /health` (and HEAD) at an address: 200 when all is well, else 503; the body tells each fact. Likewise
 * `GET /metrics`, where there are any. Web pages are refused on the same connections as by the gate itself.
 */
export function openAdminServer(
  address: TcpAddress,
  origins: Origins,
  { readHealth, readMetrics }: AdminPages,
): Promise<AdminServer> {
  const served = readMetrics === undefined ? "GET /health" : "GET /health and GET /metrics";
  const server = createServer((request, response) => {
    const reason = mayBeBrowser(origins, request.socket.remoteAddress)
      ? pageReason(origins, fieldsOf(request))
      : undefined;
    if (reason !== undefined) {
      refuse(response, 403, `the request is refused: ${reason}`);
      return;
    }
    const path = request.url?.split("?", 1)[0];
    const isMetrics = path === "/metrics" && readMetrics !== undefined;
    if (path !== "/health" && !isMetrics) {
      refuse(response, 404, `the admin address serves ${served}`);
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      refuse(response, 405, `${path} is read with GET`);
      return;
    }
    const replied = isMetrics
      ? readMetrics(request.headers.accept).then((page) => reply(response, 200, page))
      : readHealth().then((health) => reply(response, isHealthy(health) ? 200 : 503, pageOf(health)));
    replied.catch((error: unknown) =>
      refuse(response, 500, `${path.slice(1)} can't be read: ${String(error)}`),
    );
  });
  closeOldest(server);
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

/**
 * Closes the oldest connection where there is one too many. Whoever opens many and reads nothing takes no memory without bound
 * then, and no place from a health check, which lasts a moment.
 */
function closeOldest(server: Server): void {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    const [oldest] = open;
    if (open.size > MOST_CONNECTIONS) oldest?.destroy();
  });
}

/** Every field line as it was sent, where Node's own list drops second ones. */
function fieldsOf({ rawHeaders }: IncomingMessage): readonly SentField[] {
  return rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [{ key: name.toLowerCase(), value: rawHeaders[at + 1] ?? "" }] : [],
  );
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  reply(response, status, pageOf({ message: `quaygate: ${reason}` }));
}

function pageOf(body: object): Page {
  return { contentType: "application/json", text: `${JSON.stringify(body)}\n` };
}

function reply(response: ServerResponse, status: number, { contentType, text }: Page): void {
  response.writeHead(status, { "Content-Type": contentType, "Cache-Control": "no-store" });
  response.end(text);
}
