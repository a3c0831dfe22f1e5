import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectionOver, eventually, type Message, RawPeer } from "./raw-peer.ts";

/** What an engine does with one connection; `index` counts from 0. */
export type EngineScript = (connection: RawPeer, index: number) => void | Promise<void>;

/** Where a peer listens. */
export type Place = "unix" | "tcp";

/** Says nothing; the test speaks for the engine. */
export const SILENT: EngineScript = () => undefined;

/** Answers every request on every connection, as soon as it is complete. */
export function answerEach(
  answer: string | ((request: Message, connection: number) => string),
): EngineScript {
  return async (connection, index) => {
    for (;;) {
      const request = await connection.next({ mayNeverCome: true });
      await connection.send(typeof answer === "string" ? answer : answer(request, index));
    }
  };
}

/** A complete answer with a length. */
export function answerOf(body: string, status = "200 OK"): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** An engine that keeps every byte it gets, and answers what a test tells it to, in the chunks that the test says. */
export class ScriptedEngine {
  /** For `QUAYGATE_ENGINE`. */
  readonly address: string;
  readonly #server: Server;
  readonly #folder: string;
  readonly #connections: RawPeer[] = [];
  readonly #failures: unknown[] = [];

  private constructor(server: Server, folder: string, address: string) {
    this.#server = server;
    this.#folder = folder;
    this.address = address;
  }

  static async open(place: Place, script: EngineScript = SILENT): Promise<ScriptedEngine> {
    const folder = mkdtempSync(join(tmpdir(), "quaygate-engine-"));
    const server = createServer({ allowHalfOpen: true });
    const path = join(folder, "engine.sock");
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(place === "unix" ? { path } : { host: "127.0.0.1", port: 0 }, resolve);
    });
    const bound = server.address();
    const address = typeof bound === "object" && bound !== null ? `tcp://127.0.0.1:${bound.port}` : path;
    const engine = new ScriptedEngine(server, folder, address);
    server.on("connection", (socket) => {
      const connection = new RawPeer(socket);
      engine.#connections.push(connection);
      engine.#run(script, connection, engine.#connections.length - 1).catch((error: unknown) => {
        engine.#failures.push(error);
      });
    });
    return engine;
  }

  /** Every connection so far. */
  get connections(): readonly RawPeer[] {
    return this.#connections;
  }

  /** The bytes of all connections. */
  get bytes(): number {
    return this.#connections.reduce((sum, { count }) => sum + count, 0);
  }

  /** Waits for a connection; `index` counts from 0. */
  async connection(index = 0): Promise<RawPeer> {
    await eventually(() => this.#connections.length > index, `connection ${index} to the engine`);
    const connection = this.#connections[index];
    if (connection === undefined) {
      throw new Error("unreachable: the connection was there");
    }
    return connection;
  }

  /** Takes no new connection and cuts those there are. */
  close(): void {
    this.#server.close();
    for (const { socket } of this.#connections) {
      socket.destroy();
    }
    rmSync(this.#folder, { recursive: true, force: true });
    if (this.#failures.length > 0) {
      throw new Error("the engine's script failed", { cause: this.#failures[0] });
    }
  }

  async #run(script: EngineScript, connection: RawPeer, index: number): Promise<void> {
    try {
      await script(connection, index);
    } catch (error) {
      // The gate may close at any time.
      if (!(error instanceof ConnectionOver)) {
        throw error;
      }
    }
  }
}
