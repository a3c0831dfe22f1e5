import { type OnReadOpts, Socket } from "node:net";

type Done = (error?: Error | null) => void;

/**
 * A socket to the engine whose failed writes do not end it. dockerd may refuse a request and close while the body is
 * still on its way: the write fails, and the answer that says why is already there to be read. If nothing is there,
 * reading tells of the end by itself.
 */
export class EngineSocket extends Socket {
  #deaf = false;

  /** `onread` gives the buffers that are read into (node:net, `onread`); its end is passed on by itself. */
  constructor(onread: OnReadOpts) {
    // Node's types know this option of `connect` alone, which makes a socket with it just so.
    const options = { allowHalfOpen: true, onread };
    super(options);
  }

  /** Node's hook for one piece (node:stream, writable._write). */
  override _write(chunk: Buffer, encoding: BufferEncoding, done: Done): void {
    if (this.#deaf) {
      done();
      return;
    }
    super._write(chunk, encoding, (error) => this.#written(error, done));
  }

  /** Node's hook for several pieces at once (node:stream, writable._writev). */
  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: Done): void {
    if (this.#deaf) {
      done();
      return;
    }
    super._writev?.(chunks, (error) => this.#written(error, done));
  }

  #written(error: Error | null | undefined, done: Done): void {
    this.#deaf ||= error !== null && error !== undefined;
    done();
  }
}
