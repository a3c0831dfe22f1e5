import { createHash, randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { settle } from "../support/raw-peer.ts";

const PIECE = 16 * 1024;
const QUIET = 100;

/** Sends random bytes as fast as the other side takes them, one piece at a time, and counts those that were taken. */
export class Flood {
  readonly total: number;
  readonly #socket: Socket;
  readonly #hash = createHash("sha256");
  #taken = 0;

  /** Begins at once; `total` is a multiple of 16 KiB. */
  constructor(socket: Socket, total: number) {
    this.total = total;
    this.#socket = socket;
    this.#sendNext();
  }

  /** How many bytes the kernel has taken from the sender: what its receivers hold, and what is on the way. */
  get taken(): number {
    return this.#taken;
  }

  /** What identifies the bytes of a flood that is over. */
  get digest(): string {
    return this.#hash.copy().digest("hex");
  }

  /** Waits until nobody takes any more. */
  async untilStalled(): Promise<void> {
    let before = -1;
    while (before !== this.#taken) {
      before = this.#taken;
      await settle(QUIET);
    }
  }

  #sendNext(): void {
    if (this.#taken >= this.total) {
      return;
    }
    const piece = randomBytes(PIECE);
    this.#socket.write(piece, (error) => {
      if (error === undefined || error === null) {
        this.#hash.update(piece);
        this.#taken += piece.length;
        this.#sendNext();
      }
    });
  }
}

/** What identifies bytes, to compare with the digest of a flood. */
export function digestOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
