import { GateError } from "../gate-error.ts";
import type { SocketAddress } from "../kernel/address.ts";
import { connectError } from "./connect-error.ts";
import { CONNECT_DEADLINE, FIRST_READ, KEEP_ALIVE_DELAY, LONGEST_READ, READ_GROWTH } from "./limits.ts";
import { EngineSocket } from "./socket.ts";

/** Who uses a connection to the engine. */
export interface EngineListener {
  /**
   * Takes bytes that are lent for the time of the call. Tells whether any of them is kept beyond it, such as by a client's
   * socket that could not write them all: they are left alone then, and the next ones come in another buffer.
   */
  engineOnData(chunk: Buffer): boolean;
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
  /** What the socket reads into: one for all its reads, as a fresh one for each makes most of the garbage of a stream. */
  #lent: Buffer = Buffer.allocUnsafeSlow(FIRST_READ);
  #opened = false;
  #reused = false;

  constructor(address: SocketAddress, listener: EngineListener) {
    this.#address = address;
    this.#listener = listener;
    this.socket = new EngineSocket({
      buffer: () => this.#lent,
      callback: (length) => this.#read(length),
    });
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

  /** Returns that the socket reads on; to pause is up to the listener. */
  #read(length: number): true {
    const isKept = this.#listener.engineOnData(this.#lent.subarray(0, length));
    const { length: size } = this.#lent;
    const isFull = length === size && size < LONGEST_READ;
    if (isKept || isFull) {
      this.#lent = Buffer.allocUnsafeSlow(isFull ? READ_GROWTH * size : size);
    }
    return true;
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
  engineOnData: () => false,
  engineOnEnd: () => undefined,
  engineOnDrain: () => undefined,
  engineOnFail: () => undefined,
};
