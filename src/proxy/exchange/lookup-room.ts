import { AnswerRoom } from "../../engine/answer-room.ts";
import { LOOKUP_ROOM } from "../limits.ts";
import type { ExchangeLedger } from "./ledger.ts";

/**
 * Room for the engine's answers about what a request names, `beside` other bytes that the exchange holds. From the first of an
 * answer on it is as much for an object that is there as for none: where memory is short, that must not tell the one from the other.
 */
export function openLookupRoom(ledger: ExchangeLedger, beside = 0): AnswerRoom {
  return new AnswerRoom((bytes) =>
    ledger.holdMemory(beside + (bytes === 0 ? 0 : Math.max(bytes, LOOKUP_ROOM))),
  );
}
