import { LOOKUP_DEADLINE } from "../../engine/limits.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import type { Allow } from "../../policy/verdict.ts";
import type { Exchange } from "../client-side.ts";
import { EngineWait } from "./engine-wait.ts";
import { Forward } from "./forward.ts";
import { kindsNeeded, learnKnown } from "./known-objects.ts";
import type { ExchangeLedger } from "./ledger.ts";

/**
 * Where the answer has ids alone, it is asked before which of them are in scope: after the request came, so that nothing in it
 * is judged by what was. Nothing with a body needs that.
 */
export function openForward(ledger: ExchangeLedger, head: RequestHead, verdict: Allow): Exchange {
  const { objects } = verdict;
  const kinds = kindsNeeded(objects);
  if (objects === undefined || kinds.length === 0 || head.framing.kind !== "none") {
    return new Forward(ledger, head, verdict);
  }
  return new EngineWait(ledger, {
    learn: (signal) => learnKnown(ledger, kinds, objects, signal),
    deadline: LOOKUP_DEADLINE,
    body: head.framing,
    open: (known) => new Forward(ledger, head, verdict, undefined, known),
  });
}
