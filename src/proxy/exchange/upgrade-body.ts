import type { HijackKind } from "../../docker/operation.ts";
import { GateError } from "../../gate-error.ts";
import type { BodyReader } from "../../http1/body-reader.ts";
import type { BodyBound } from "../../http1/bounded-reader.ts";
import { NO_BODY, type RequestFraming } from "../../http1/framing.ts";
import { GatheredBytes } from "../../kernel/gathered-bytes.ts";
import { openBodyReader } from "../../http1/open-body-reader.ts";
import type { Result } from "../../kernel/result.ts";
import { UPGRADE_BODY_LIMIT } from "../limits.ts";

/**
 * The protocol to ask the engine for, if the operation can change to it and the client wants to. For attach and exec
 * dockerd looks only whether there is an `Upgrade` at all; the other routes want their own protocol by name.
 */
export function upgradeProtocol(hijack: HijackKind, wanted: string | undefined): string | undefined {
  switch (hijack) {
    case "none":
      return undefined;
    case "raw":
      return wanted === undefined ? undefined : "tcp";
    case "websocket":
    case "h2c":
      return wanted?.toLowerCase() === hijack ? hijack : undefined;
  }
}

/**
 * The body of a request whose connection turns raw, taken whole: behind it there is no framing any more. dockerode sends
 * an empty one in chunks.
 */
export class UpgradeBody {
  readonly #keepsContent: boolean;
  readonly #reader: BodyReader | undefined;
  readonly #isTooLong: boolean;
  readonly #content: GatheredBytes = new GatheredBytes(UPGRADE_BODY_LIMIT);
  #bytes = 0;
  #done: boolean;

  /** With `keepsContent` false the body is read and dropped. `bound` is the client's own, if it has one. */
  constructor(framing: RequestFraming, keepsContent: boolean, bound?: BodyBound) {
    this.#keepsContent = keepsContent;
    this.#reader = framing.kind === "none" ? undefined : openBodyReader(framing, false, bound);
    this.#isTooLong = framing.kind === "length" && framing.length > UPGRADE_BODY_LIMIT;
    this.#done = framing.kind === "none";
  }

  /** Bytes received so far. */
  get bytes(): number {
    return this.#bytes;
  }

  get done(): boolean {
    return this.#done;
  }

  /** The whole body, once it is done and if it was to be kept. */
  get content(): Buffer {
    return this.#content.whole;
  }

  /** How the kept content is framed, once it is done. */
  get framing(): RequestFraming {
    return this.#content.length > 0 ? { kind: "length", length: this.#content.length } : NO_BODY;
  }

  /** Takes its part of the bytes and gives back the rest. */
  read(bytes: Buffer): Result<Buffer, GateError> {
    if (this.#isTooLong) return tooLong();
    if (this.#reader === undefined || this.#done) return { ok: true, value: bytes };
    const progress = this.#reader.read(bytes);
    if (!progress.ok) {
      return { ok: false, error: new GateError(progress.error.code, progress.error.reason) };
    }
    const { data, done, rest } = progress.value;
    for (const part of data) {
      this.#bytes += part.length;
      if (this.#keepsContent && this.#bytes <= UPGRADE_BODY_LIMIT) this.#content.add(part);
    }
    this.#done = done;
    return this.#bytes > UPGRADE_BODY_LIMIT ? tooLong() : { ok: true, value: rest };
  }
}

function tooLong(): { readonly ok: false; readonly error: GateError } {
  const message = `the body of a request that upgrades is longer than ${UPGRADE_BODY_LIMIT} bytes`;
  return { ok: false, error: new GateError("body_too_large", message) };
}
