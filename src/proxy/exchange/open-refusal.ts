import { gateAddressOf } from "../../clients/address.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import { cureOfBuilder } from "../../policy/buildx-builder.ts";
import { explainVerdict } from "../../policy/explain.ts";
import type { Deny, Refuse } from "../../policy/verdict.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { Refusal } from "./refusal.ts";

/** An exchange that the policy does not let through, with the sentence that says why. */
export function openRefusal(ledger: ExchangeLedger, head: RequestHead, verdict: Deny | Refuse): Refusal {
  const { grant } = ledger.parts;
  const cure = verdict.kind === "deny" ? cureOfBuilder(grant, verdict, head.query) : undefined;
  return openCuredRefusal(ledger, head, verdict, cure);
}

/** The same where it is known what to do instead of opening it, or that there is nothing. */
export function openCuredRefusal(
  ledger: ExchangeLedger,
  head: RequestHead,
  verdict: Deny | Refuse,
  cure: string | undefined,
): Refusal {
  const { client } = ledger;
  const isOfPowers = verdict.kind === "deny" && verdict.code === "power_denied";
  const gate = isOfPowers ? gateAddressOf(client.socket, client.address) : undefined;
  const message = explainVerdict(verdict, head.method, client.address, { gate, cure });
  return new Refusal(ledger, head, verdict.code, message);
}
