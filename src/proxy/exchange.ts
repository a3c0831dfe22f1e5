import type { OperationName } from "../docker/operations.ts";
import type { RequestHead } from "../http1/request-head.ts";
import { decide } from "../policy/decide.ts";
import { explainVerdict } from "../policy/explain.ts";
import type { ClientListener, ClientSide } from "./client-side.ts";
import { engineHead } from "./engine-head.ts";
import { ExchangeLedger } from "./exchange-ledger.ts";
import { Forward } from "./forward.ts";
import type { GateParts } from "./gate-parts.ts";
import { Refusal } from "./refusal.ts";
import { Upgrade } from "./upgrade.ts";
import { UpgradeBody, upgradeProtocol } from "./upgrade-body.ts";

/** An exchange that has been decided and not yet begun. */
export interface Exchange extends ClientListener {
  /** Begins with the bytes that came behind the head, and gives back those that are not of this request. */
  begin(bytes: Buffer): Buffer;
}

/** The operations whose connection turns raw and whose body says how. */
const EXEC_STARTS: ReadonlySet<OperationName> = new Set(["ExecStart", "ExecStartLibpod"]);

/**
 * The journey of one request: it is judged, and then it is refused, forwarded, or asks for an upgrade. Only what was
 * judged goes on: the engine's head is written from the verdict's canonical path and the parsed fields.
 */
export function openExchange(head: RequestHead, client: ClientSide, parts: GateParts): Exchange {
  const { method, path, contentType, framing } = head;
  const verdict = decide(parts.grant, { method, path, contentType, hasBody: framing.kind !== "none" });
  const ledger = new ExchangeLedger(head, client, parts, verdict);
  if (verdict.kind !== "allow") {
    const code = verdict.kind === "deny" ? "operation_denied" : verdict.code;
    return new Refusal(ledger, head, code, explainVerdict(verdict, method, client.address));
  }
  if (parts.isDraining()) {
    return new Refusal(ledger, head, "draining", "quaygate: the gate is stopping and takes no new request");
  }
  const protocol = upgradeProtocol(verdict.operation.hijack, head.upgrade);
  if (protocol === undefined) {
    return new Forward(ledger, head, verdict);
  }
  // An engine reads the body of exec start; that of attach it never reads, and late bytes would become input.
  const body = new UpgradeBody(framing, EXEC_STARTS.has(verdict.operation.name));
  return body.fault === undefined
    ? new Upgrade(
        ledger,
        engineHead(head, verdict, body.framing, protocol),
        protocol,
        body,
        head.expectsContinue,
      )
    : new Refusal(ledger, head, body.fault.code, `quaygate: ${body.fault.message}`);
}
