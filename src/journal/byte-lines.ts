import type { LogLine } from "../audit/verify-chain.ts";
import { LONGEST_LINE } from "../kernel/log-words.ts";

const LINE_END = 0x0a;

/** The lines of a log by their bytes: as texts, other bytes could be the same line, and an empty line would be none. */
export async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<LogLine> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(LINE_END); end !== -1; end = piece.indexOf(LINE_END, from)) {
      const part = piece.subarray(from, end);
      const bytes = rest.length === 0 ? part : Buffer.concat([rest, part]);
      yield { bytes, isWhole: bytes.length <= LONGEST_LINE };
      rest = Buffer.alloc(0);
      from = end + 1;
    }
    // One byte more than a line can have is enough to know that it is too long.
    rest = Buffer.concat([rest, piece.subarray(from)]).subarray(0, LONGEST_LINE + 1);
  }
  if (rest.length > 0) yield { bytes: rest, isWhole: false };
}
