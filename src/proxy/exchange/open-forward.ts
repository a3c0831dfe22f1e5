import type { RequestHead } from "../../http1/request-head.ts";
import type { Allow } from "../../policy/verdict.ts";
import type { Exchange } from "../client-side.ts";
import { Forward } from "./forward.ts";
import { objectExchangesOf } from "./late-objects.ts";
import type { ExchangeLedger } from "./ledger.ts";

/** Goes on with what was judged: at once, or when what the answer will name is known. */
export function openForward(ledger: ExchangeLedger, head: RequestHead, verdict: Allow): Exchange {
  const waiting = objectExchangesOf(verdict)?.openKnowing(
    ledger,
    head,
    verdict,
    (known) => new Forward(ledger, head, verdict, undefined, known),
  );
  return waiting ?? new Forward(ledger, head, verdict);
}
