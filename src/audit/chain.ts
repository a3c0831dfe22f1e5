import { crypto } from "../kernel/late-modules.ts";

/** What the first line of a chain goes on from. */
export const CHAIN_START: string = "0".repeat(64);

/** The field as it stands at the end of a line. */
const FIELD = /,"chain":"([0-9a-f]{64})"\}$/u;
const FIELD_LENGTH: number = ',"chain":""}'.length + CHAIN_START.length;

/**
 * Chains lines of JSON: the last field of each, `chain`, is the SHA-256 of the `chain` of the line before it, in hexadecimal, and
 * the line without that field.
 */
export class Chain {
  #last: string;

  /** Goes on from the `chain` of a line, or begins. */
  constructor(last: string = CHAIN_START) {
    this.#last = last;
  }

  /** The line with its `chain`; both end with a line end. */
  link(line: string): string {
    const end = "}\n".length;
    this.#last = chainOf(this.#last, line.slice(0, -1));
    return `${line.slice(0, -end)},"chain":"${this.#last}"}\n`;
  }
}

/** A line that has a `chain`. */
export interface ChainedLine {
  readonly chain: string;
  /** The bytes of the line as it was before it was chained, without its end. */
  readonly body: Buffer;
}

/** Reads a line without its end, by its bytes: what is no text is changed where it is read as one. Undefined where it has no chain. */
export function readChainedLine(line: Buffer): ChainedLine | undefined {
  const at = line.length - FIELD_LENGTH;
  const chain = at > 0 ? FIELD.exec(line.toString("latin1", at))?.[1] : undefined;
  return chain === undefined
    ? undefined
    : { chain, body: Buffer.concat([line.subarray(0, at), Buffer.from("}")]) };
}

/** The chain of a line that comes after the one with the chain `last`. */
export function chainOf(last: string, body: string | Buffer): string {
  return crypto().createHash("sha256").update(last).update(body).digest("hex");
}
