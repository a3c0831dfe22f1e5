import { write } from "node:fs";
import { explainFileFailure } from "../../kernel/file-failure.ts";
import { systemFailure } from "../../kernel/system-error.ts";
import type { Target } from "./delivery.ts";
import { FULL_PAUSE } from "./limits.ts";
import { WholeLines } from "./whole-lines.ts";

/** A file descriptor that was open before: standard output, whatever it is. It is never closed. */
export class DescriptorTarget implements Target {
  readonly #descriptor: number;
  readonly #lines = new WholeLines();

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  /** Waits as long as its reader reads nothing: nobody but the reader knows for how long. */
  write(bytes: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#descriptor, this.#lines.leftOf(bytes), (error, written) => {
        if (error === null) {
          resolve(this.#lines.write(bytes, written));
        } else if (systemFailure(error).code === "EAGAIN") {
          setTimeout(resolve, FULL_PAUSE, 0);
        } else {
          reject(new Error(this.#explain(error)));
        }
      });
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #explain(error: Error): string {
    if (systemFailure(error).code !== "EPIPE") return explainFileFailure(error);
    // Another one may come, where the pipe has a name.
    this.#lines.lose();
    return "its reader is gone";
  }
}
