import type { Needs } from "./matcher.ts";
import type { Facts } from "./recognise.ts";

/**
 * Says to a caller why it is nobody, and where it came from. It learns what of its own is missing, not what the policy asks
 * of others: no names, labels or addresses of it.
 */
export function explainNobody(facts: Facts, needs: Needs): string {
  const { address, names, labels, certificate, token } = facts;
  const unresolved = [...names.values()].filter(({ kind }) => kind === "failed").length;
  const reasons = [
    labels?.kind === "no-container" ? ["no container has it on a network that the gate shares"] : [],
    labels?.kind === "failed" ? [`the engine could not say whose it is: ${labels.reason}`] : [],
    unresolved === 0
      ? []
      : [`${unresolved === 1 ? "a name" : `${unresolved} names`} of the policy could not be resolved`],
    needs.certificate && certificate === undefined ? ["no client certificate was shown"] : [],
    needs.token && token === undefined ? ["no bearer token was sent"] : [],
  ].flat();
  const place = address === undefined ? "a unix socket" : `the address ${address.text}`;
  const told = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
  return `no client of the policy is recognised in who calls from ${place}${told}`;
}
