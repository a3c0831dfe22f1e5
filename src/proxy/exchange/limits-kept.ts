import { isStream } from "../../docker/watch.ts";
import { explainSubject } from "../../policy/explain.ts";
import type { DecidedHead } from "../decided-heads.ts";
import type { Demand, LimitedClient } from "../limited-client.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { Refusal } from "./refusal.ts";

/** What is not allowed is neither a stream nor does its body go anywhere. */
const SMALL: Demand = { isStream: false, length: 0 };

/**
 * Holds a request to its client's limits: gives the refusal of what is beyond them, or has it counted to its end. That comes
 * before the verdict, so that a flood is cheap, counts whatever it asks for, and learns nothing of what is allowed.
 */
export function keepToLimits(
  ledger: ExchangeLedger,
  decided: DecidedHead,
  limits: LimitedClient,
): Refusal | undefined {
  const { head, verdict } = decided;
  const demand = verdict.kind === "allow" ? demandOf(decided, verdict.operation) : SMALL;
  const excess = limits.enter(demand, ledger.parts.clock.now());
  if (excess === undefined) {
    ledger.onRecord(() => limits.leave(demand.isStream));
    return undefined;
  }
  const { code, reason, retryAfter } = excess;
  ledger.noteReason(reason);
  const message = `quaygate: ${explainSubject(verdict, head.method)} is refused: ${reason}`;
  return new Refusal(ledger, head, code, message, retryAfter);
}

function demandOf({ head }: DecidedHead, operation: Parameters<typeof isStream>[0]): Demand {
  const { framing, query } = head;
  return {
    isStream: isStream(operation, query),
    length: framing.kind === "length" ? framing.length : 0,
  };
}
