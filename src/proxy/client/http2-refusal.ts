import type { ErrorCode } from "../../gate-error.ts";
import { EMPTY } from "../../http1/bytes.ts";
import { HTTP2_SETTINGS, Http2StreamFinder, serializeHttp2Refusal } from "../../http1/http2.ts";
import type { ClientListener, ClientSide } from "../client-side.ts";
import { BODY_DEADLINE } from "../limits.ts";

/** RFC 9110 §15.6.6. gRPC clients print it, and give up: others they take for a reason to try again. */
const HTTP_VERSION_NOT_SUPPORTED = 505;

/**
 * Says to a client of HTTP/2 that HTTP/1.1 is spoken here, as the answer to its first request: of what comes before
 * that, clients show nothing. What it sends is passed over, and nothing of it goes anywhere.
 */
export class Http2Refusal implements ClientListener {
  readonly awaitsInput: boolean = false;
  readonly #client: ClientSide;
  readonly #code: ErrorCode;
  readonly #message: string;
  readonly #finder: Http2StreamFinder = new Http2StreamFinder();

  constructor(client: ClientSide, code: ErrorCode, message: string) {
    this.#client = client;
    this.#code = code;
    this.#message = message;
  }

  /** Begins with the bytes behind the preface's first line. */
  begin(bytes: Buffer): void {
    this.#client.setDeadline(BODY_DEADLINE);
    this.#client.socket.write(HTTP2_SETTINGS);
    this.clientOnData(bytes);
  }

  clientOnData(chunk: Buffer): Buffer {
    const stream = this.#finder.read(chunk);
    if (stream !== undefined) {
      this.#client.socket.write(
        serializeHttp2Refusal(stream, {
          status: HTTP_VERSION_NOT_SUPPORTED,
          fields: [
            ["content-type", "application/json"],
            ["x-quaygate-code", this.#code],
          ],
          body: `${JSON.stringify({ message: this.#message })}\n`,
          debug: this.#message,
        }),
      );
      this.#close();
    }
    return EMPTY;
  }

  clientOnEnd(): void {
    this.#close();
  }

  clientOnDrain(): void {
    // One short answer is all that is written.
  }

  clientOnDeadline(): void {
    this.#close();
  }

  clientOnClose(): void {
    // The record was made when it was refused.
  }

  gateOnStop(): void {
    this.#close();
  }

  #close(): void {
    this.#client.exchangeOnDone(false, false);
  }
}
