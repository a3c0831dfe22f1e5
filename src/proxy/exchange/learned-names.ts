import type { AnswerRoom } from "../../engine/answer-room.ts";
import { LOOKUP_DEADLINE } from "../../engine/limits.ts";
import { resolveLookups } from "../../engine/lookups.ts";
import type { Judged } from "../../policy/judge.ts";
import type { ExchangeLedger } from "./ledger.ts";

/** What was found in a part of a request. */
export type Found = Pick<Judged<unknown>, "powers" | "lookups">;

/** What the names that a request has ask for; undefined where the engine does not say it. Of what is not there it is what the words ask for. */
export async function powersOfNames(
  ledger: ExchangeLedger,
  version: string | undefined,
  lookups: Found["lookups"],
  room: AnswerRoom,
  signal: AbortSignal,
): Promise<Found["powers"] | undefined> {
  if (lookups.length === 0) return [];
  const { powers, failure } = await resolveLookups(lookups, version, ledger.parts.engine, room, signal);
  return failure === undefined || failure.source === "client" ? powers : undefined;
}

/** Aborts when the signal does, or when the engine has had as long as for any other question: a request goes on without an answer. */
export function withDeadline(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(LOOKUP_DEADLINE)]);
}
