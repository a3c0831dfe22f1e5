import type { HijackKind } from "../docker/operation.ts";
import { EMPTY } from "../http1/bytes.ts";
import { NO_BODY, type RequestFraming } from "../http1/framing.ts";
import { GateError } from "./gate-error.ts";
import { UPGRADE_BODY_LIMIT } from "./limits.ts";

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

/** The body of a request that asks for an upgrade, taken whole: after the upgrade there is no framing any more. */
export class UpgradeBody {
  /** Why such a body is not taken. */
  readonly fault: GateError | undefined;
  readonly #keepsContent: boolean;
  readonly #length: number;
  readonly #parts: Buffer[] = [];
  #bytes = 0;

  /** With `keepsContent` false the body is read and dropped. */
  constructor(framing: RequestFraming, keepsContent: boolean) {
    this.#keepsContent = keepsContent;
    this.#length = framing.kind === "length" ? framing.length : 0;
    if (framing.kind === "chunked") {
      this.fault = new GateError("upgrade_body", "a request that upgrades must tell the length of its body");
    } else if (this.#length > UPGRADE_BODY_LIMIT) {
      const message = `the body of a request that upgrades is longer than ${UPGRADE_BODY_LIMIT} bytes`;
      this.fault = new GateError("body_too_large", message);
    }
  }

  /** Bytes received so far. */
  get bytes(): number {
    return this.#bytes;
  }

  get done(): boolean {
    return this.#bytes === this.#length;
  }

  /** The whole body, once it is done and if it was to be kept. */
  get content(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** How the kept content is framed. */
  get framing(): RequestFraming {
    return this.#keepsContent && this.#length > 0 ? { kind: "length", length: this.#length } : NO_BODY;
  }

  /** Takes its part of the bytes and gives back the rest. */
  read(bytes: Buffer): Buffer {
    const taken = bytes.subarray(0, this.#length - this.#bytes);
    this.#bytes += taken.length;
    if (this.#keepsContent && taken.length > 0) {
      this.#parts.push(taken);
    }
    return taken.length === bytes.length ? EMPTY : bytes.subarray(taken.length);
  }
}
