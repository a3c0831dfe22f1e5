import { AnswerRoom } from "../../engine/answer-room.ts";
import type { RequestFraming } from "../../http1/framing.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import { judgeHead, judgeNoBody, type Restricted } from "../../policy/judge.ts";
import type { Observed } from "../../policy/learn/observed.ts";
import type { Exchange } from "../client-side.ts";
import { JUDGED_BODY_LIMIT } from "../limits.ts";
import { BodyObservation } from "./body-observation.ts";
import { EngineWait } from "./engine-wait.ts";
import { type Found, powersOfNames, withDeadline } from "./learned-names.ts";
import { learnObject, noteMade } from "./learned-object.ts";
import type { ExchangeLedger } from "./ledger.ts";

/**
 * Finds out what a request asks for and what its path names, for the record alone, and goes on by `open` as if nobody had
 * looked: what can't be read or found out is not recorded, and nothing is refused for it. `open` gets the head of what is still
 * to come of the request.
 */
export function openObserved(
  ledger: ExchangeLedger,
  head: RequestHead,
  observed: Observed,
  open: (head: RequestHead) => Exchange,
): Exchange {
  const { judged, use, path, operation } = observed;
  const asked = judged === undefined ? undefined : foundInHead(ledger, head, judged);
  const goOn = (powers: Found["powers"] | undefined): Exchange => {
    if (asked === undefined || judged === undefined) return open(head);
    if (asked.body !== undefined) return new BodyObservation(ledger, head, asked.body, judged, powers, open);
    if (powers !== undefined) ledger.noteAskedFor(powers);
    return open(head);
  };
  const { lookups = [], powers = [] } = asked ?? {};
  if (use === undefined && lookups.length === 0) return goOn(powers);
  return new EngineWait(ledger, {
    learn: async (signal) => {
      const room = new AnswerRoom((bytes) => ledger.holdMemory(bytes));
      const patience = withDeadline(signal);
      if (use !== undefined) await learnObject(ledger, path, use, head.query, room, patience);
      const found = await powersOfNames(ledger, path.version, lookups, room, patience);
      ledger.releaseMemory();
      return { ok: true, value: found && [...powers, ...found] };
    },
    deadline: undefined,
    body: head.framing,
    awaitsInput: operation.hijack !== "none",
    open: goOn,
  });
}

interface FoundInHead extends Found {
  /** How the body comes that says more; undefined where none does. */
  readonly body: Exclude<RequestFraming, { readonly kind: "none" }> | undefined;
}

/** What a head asks for, with what the lack of a body does; undefined where it can't be known what the request asks for. */
function foundInHead(ledger: ExchangeLedger, head: RequestHead, judged: Restricted): FoundInHead | undefined {
  const { grant } = ledger.parts;
  const read = judgeHead(grant, judged, head.query);
  if (!read.ok) return undefined;
  const { powers, lookups } = read.value;
  const { framing } = head;
  noteMade(ledger, judged, head.query, undefined);
  const { body, content } = judged.restricted;
  if (framing.kind !== "none" && (body !== undefined || content !== undefined)) {
    const isReadable =
      judged.operation.hijack === "none" &&
      (body === undefined || framing.kind !== "length" || framing.length <= JUDGED_BODY_LIMIT);
    return isReadable ? { powers, lookups, body: framing } : undefined;
  }
  const absent = judgeNoBody(grant, judged);
  return absent.ok
    ? {
        powers: [...powers, ...absent.value.powers],
        lookups: [...lookups, ...absent.value.lookups],
        body: undefined,
      }
    : undefined;
}
