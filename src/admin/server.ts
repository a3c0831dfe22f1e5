import { createServer, type Socket } from "node:net";
import type { Fault } from "../http1/fault.ts";
import type { RequestHead } from "../http1/request-head.ts";
import type { TcpAddress } from "../kernel/address.ts";
import { pageReason } from "../policy/browser-request.ts";
import { mayBeBrowser, type Origins } from "../policy/origins.ts";
import { AdminConnection, type Answer } from "./connection.ts";
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

/** Says why who is at the other end of a connection may not ask, as a sentence without an end; undefined where it may. Never rejects. */
export type RefuseCaller = (socket: Socket) => Promise<string | undefined>;

/**
 * Serves `GET /health` (and HEAD) at an address: 200 when all is well, else 503; the body tells each fact. Likewise
 * `GET /metrics`, where there are any. Web pages are refused on the same connections as by the gate itself. Everybody may ask
 * where nothing says who may not.
 */
export function openAdminServer(
  address: TcpAddress,
  origins: Origins,
  pages: AdminPages,
  refuseCaller?: RefuseCaller,
): Promise<AdminServer> {
  const open = new Set<Socket>();
  const takeTurn = turns();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    keepNewest(open, socket);
    const isBrowser = mayBeBrowser(origins, socket.remoteAddress);
    new AdminConnection(
      socket,
      async (request) => {
        await takeTurn();
        const reason =
          (await refuseCaller?.(socket)) ?? (isBrowser ? pageReason(origins, request.fields) : undefined);
        return answerTo(request, reason, pages);
      },
      refuseUnread,
    ).begin();
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
          for (const socket of open) socket.destroy();
        },
      });
    });
  });
}

/** One a round of the event loop: who asks again and again leaves what the gate is for its part of the one thread. */
function turns(): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return last;
  };
}

/**
 * Closes the oldest connection where there is one too many. Whoever opens many and reads nothing takes no memory without bound
 * then, and no place from a health check, which lasts a moment.
 */
function keepNewest(open: Set<Socket>, socket: Socket): void {
  open.add(socket);
  socket.once("close", () => open.delete(socket));
  const [oldest] = open;
  if (open.size > MOST_CONNECTIONS) oldest?.destroy();
}

/** `reason` says why who asks may not; undefined where it may. */
async function answerTo(
  { method, path, fields }: RequestHead,
  reason: string | undefined,
  { readHealth, readMetrics }: AdminPages,
): Promise<Answer> {
  if (reason !== undefined) return refuse(403, `the request is refused: ${reason}`);
  const isMetrics = path === "/metrics" && readMetrics !== undefined;
  if (path !== "/health" && !isMetrics) {
    const served = readMetrics === undefined ? "GET /health" : "GET /health and GET /metrics";
    return refuse(404, `the admin address serves ${served}`);
  }
  if (method !== "GET" && method !== "HEAD") {
    return refuseMethod(path);
  }
  try {
    if (!isMetrics) {
      const health = await readHealth();
      return { status: isHealthy(health) ? 200 : 503, ...pageOf(health) };
    }
    const accept = fields.filter(({ key }) => key === "accept").map(({ value }) => value);
    return { status: 200, ...(await readMetrics(accept.length === 0 ? undefined : accept.join(", "))) };
  } catch (error) {
    return refuse(500, `${path.slice(1)} can't be read: ${String(error)}`);
  }
}

/** What can't be read as a request, or has a method that nothing here is read with. */
function refuseUnread({ code, reason }: Fault): Answer {
  return code === "unsupported_method"
    ? refuseMethod("what is here")
    : refuse(400, `the request is refused: ${reason}`);
}

function refuseMethod(what: string): Answer {
  return { ...refuse(405, `${what} is read with GET`), allow: "GET, HEAD" };
}

function refuse(status: number, reason: string): Answer {
  return { status, ...pageOf({ message: `quaygate: ${reason}` }) };
}

function pageOf(body: object): Page {
  return { contentType: "application/json", text: `${JSON.stringify(body)}\n` };
}
