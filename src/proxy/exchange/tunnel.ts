import type { Socket } from "node:net";
import type { ExchangeEnd } from "../../kernel/log-words.ts";
import type { EngineConnection, EngineListener } from "../../engine/connection.ts";
import { EMPTY } from "../../http1/bytes.ts";
import type { ClientListener } from "../client-side.ts";

/** What a tunnel carried, and who ended it. */
export interface TunnelOutcome {
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly end: ExchangeEnd;
}

/**
 * Carries bytes both ways after the engine has agreed to change the protocol. The end of one direction is passed on
 * alone, because `docker run -i` ends its input and then waits for output; a reset ends both. No direction has a
 * deadline: a shell may be silent for days.
 */
export class Tunnel implements ClientListener, EngineListener {
  readonly awaitsInput: boolean = true;
  readonly #client: Socket;
  readonly #engine: EngineConnection;
  readonly #onDone: (outcome: TunnelOutcome) => void;
  readonly #inBefore: number;
  readonly #outBefore: number;
  #clientEnded = false;
  #engineEnded = false;
  #engineGone = false;
  #done = false;

  constructor(client: Socket, engine: EngineConnection, onDone: (outcome: TunnelOutcome) => void) {
    this.#client = client;
    this.#engine = engine;
    this.#onDone = onDone;
    this.#inBefore = engine.socket.bytesWritten;
    this.#outBefore = client.bytesWritten;
  }

  clientOnData(chunk: Buffer): Buffer {
    if (!this.#engineGone && !this.#engine.socket.write(chunk)) {
      this.#client.pause();
    }
    return EMPTY;
  }

  clientOnEnd(): void {
    this.#clientEnded = true;
    this.#engine.socket.end();
  }

  clientOnDrain(): void {
    this.#engine.socket.resume();
  }

  clientOnDeadline(): void {
    // A tunnel sets none.
  }

  clientOnClose(by: "client" | "gate"): void {
    this.#finish(this.#engineEnded ? "complete" : by);
    if (by === "client" && this.#clientEnded && this.#engineEnded) {
      // The last input may still be on its way to a slow engine: the socket closes itself behind it.
      this.#engine.socket.unref();
    } else {
      this.#engine.destroy();
    }
  }

  engineOnData(chunk: Buffer): boolean {
    if (!this.#client.write(chunk)) {
      this.#engine.socket.pause();
    }
    return this.#client.writableLength > 0;
  }

  engineOnEnd(): void {
    this.#engineEnded = true;
    this.#client.end();
  }

  engineOnDrain(): void {
    this.#client.resume();
  }

  engineOnFail(): void {
    this.#engineGone = true;
    if (this.#engineEnded) {
      // Only input was lost, which nobody reads any more; the output may still be on its way to a slow client.
      this.#client.resume();
      return;
    }
    this.#finish("engine");
    this.#client.destroy();
  }

  #finish(end: ExchangeEnd): void {
    if (!this.#done) {
      this.#done = true;
      this.#onDone({
        bytesIn: this.#engine.socket.bytesWritten - this.#inBefore,
        bytesOut: this.#client.bytesWritten - this.#outBefore,
        end,
      });
    }
  }
}
