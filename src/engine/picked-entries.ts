import type { Element } from "../docker/json/gather.ts";
import { ElementSplitter } from "../docker/json/split.ts";
import type { ContentCollector } from "./answer-collector.ts";
import type { AnswerRoom } from "./answer-room.ts";
import { ListContent } from "./list-content.ts";
import type { EngineAnswer } from "./question.ts";

/**
 * Collects of a list only what `pick` takes of its entries: what others have takes no room, and can't keep a client from what it
 * names. `pick` gives what is kept of an entry, in memory of its own; it gets undefined for one longer than `most`, in bytes.
 */
export function pickedEntries(
  room: AnswerRoom,
  most: number,
  pick: (entry: Element) => Buffer | undefined,
): ContentCollector<EngineAnswer> {
  const picked: Buffer[] = [];
  return new ListContent(
    new ElementSplitter<never>("list", { most, hold: (bytes) => room.lend(bytes) }),
    (entry) => {
      const kept = pick(entry);
      if (kept === undefined) return undefined;
      picked.push(kept);
      return room.take(kept.length);
    },
    (status) => ({ status, content: listOf(picked) }),
  );
}

const OPEN = Buffer.from("[");
const COMMA = Buffer.from(",");
const CLOSE = Buffer.from("]");

function listOf(entries: readonly Buffer[]): Buffer {
  const parts = entries.flatMap((entry, at) => (at === 0 ? [entry] : [COMMA, entry]));
  return Buffer.concat([OPEN, ...parts, CLOSE]);
}
