import type { SocketAddress } from "../kernel/address.ts";
import { connectError } from "./connect-error.ts";
import { EngineSocket } from "./engine-socket.ts";
import { GateError } from "./gate-error.ts";
import { CONNECT_DEADLINE, KEEP_ALIVE_DELAY } from "./limits.ts";

/** Who uses a connection to the engine. */
export interface EngineListener {
  engineOnData(chunk: Buffer): void;
  /** The engine sends no more. */
  engineOnEnd(): void;
  /** All that was written has gone out, after a write that did not. */
  engineOnDrain(): void;
  /** The connection could not be opened, or broke. */
  engineOnFail(error: GateError): void;
}

/** One connection to the engine. It is opened at once; what is written before it is open waits. */
export class EngineConnection {
  readonly socket: EngineSocket;
  readonly #address: SocketAddress;
  #listener: EngineListener;
  #opened = false;
  #reused = false;

  constructor(address: SocketAddress, listener: EngineListener) {
    this.#address = address;
    this.#listener = listener;
    this.socket = new EngineSocket({ allowHalfOpen: true });
    // The path is resolved at each connect, so a restarted engine is found again.
    this.socket.connect(
      address.kind === "unix"
        ? { path: address.path }
        : {
            host: address.host,
            port: address.port,
            noDelay: true,
            keepAlive: true,
            keepAliveInitialDelay: KEEP_ALIVE_DELAY,
          },
    );
    this.socket.on("data", (chunk: Buffer) => this.#listener.engineOnData(chunk));
    this.socket.on("end", () => this.#listener.engineOnEnd());
    this.socket.on("drain", () => this.#listener.engineOnDrain());
    this.socket.on("error", (error: NodeJS.ErrnoException) => this.#fail(error));
    this.socket.on("connect", () => {
      this.#opened = true;
    });
    if (address.kind === "tcp") {
      // Connecting to a unix socket never waits: it succeeds or fails at once.
      this.#limitConnecting();
    }
  }

  /** Whether it has carried a complete exchange before this one, so that the engine may have closed it meanwhile. */
  get reused(): boolean {
    return this.#reused;
  }

  /** Gives the connection to the listener of the next exchange. */
  reuse(listener: EngineListener): void {
    this.#reused = true;
    this.#listener = listener;
  }

  /** Sends what happens from now on to another listener. */
  handOver(listener: EngineListener): void {
    this.#listener = listener;
  }

  /** Cuts the connection; the listener hears no more of it. */
  destroy(): void {
    this.#listener = DEAF;
    this.socket.destroy();
  }

  #fail(error: NodeJS.ErrnoException): void {
    const failure = this.#opened
      ? new GateError("engine_closed", "the Docker engine broke the connection", { cause: error })
      : connectError(this.#address, error);
    this.#listener.engineOnFail(failure);
  }

  #limitConnecting(): void {
    const timer = setTimeout(() => {
      const seconds = CONNECT_DEADLINE / 1000;
      this.socket.destroy(new Error(`no answer within ${seconds} seconds`));
    }, CONNECT_DEADLINE);
    this.socket.once("connect", () => clearTimeout(timer));
    this.socket.once("close", () => clearTimeout(timer));
  }
}

const DEAF: EngineListener = {
  engineOnData: () => undefined,
  engineOnEnd: () => undefined,
  engineOnDrain: () => undefined,
  engineOnFail: () => undefined,
};
