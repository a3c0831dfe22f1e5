import type { OperationName } from "../../docker/operations.ts";
import { minorVersionOf } from "../../docker/path.ts";
import { editQuery } from "../../docker/query-edit.ts";
import type { ErrorCode } from "../../gate-error.ts";
import { NO_BODY, type RequestFraming } from "../../http1/framing.ts";
import { type RequestHead, takesBody } from "../../http1/request-head.ts";
import { type ShimScope, translateVersion } from "../../policy/api-shim.ts";
import {
  asEarly,
  decideEarly,
  decidePowers,
  decideWithoutBody,
  isDecidedByStart,
  isRestricted,
  type Judged,
  judgeHead,
  type Restricted,
} from "../../policy/judge.ts";
import { observedOf } from "../../policy/learn/observed.ts";
import { isScoped } from "../../policy/scope/object-named.ts";
import type { Allow, Deny, DenyOperation, Refuse } from "../../policy/verdict.ts";
import type { Exchange } from "../client-side.ts";
import type { DecidedHead } from "../decided-heads.ts";
import { engineHead } from "../engine-head.ts";
import type { ApiShim } from "../gate-parts.ts";
import { EngineWait } from "./engine-wait.ts";
import { Forward } from "./forward.ts";
import { IgnoredBody } from "./ignored-body.ts";
import { Inspection } from "./inspection.ts";
import { keepToLimits } from "./limits-kept.ts";
import { objectExchangesOf } from "./late-objects.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { noteMade } from "./learned-object.ts";
import { openNamesFirst } from "./names-first.ts";
import { openObserved } from "./observed-request.ts";
import type { ObjectExchanges } from "./object-exchanges.ts";
import { openCuredRefusal, openRefusal } from "./open-refusal.ts";
import { Refusal, sayFailure } from "./refusal.ts";
import { openForward } from "./open-forward.ts";
import { StartInspection } from "./start-inspection.ts";
import { UpgradeBody, upgradeProtocol } from "./upgrade-body.ts";
import { Upgrade } from "./upgrade.ts";

/** The operations whose connection turns raw and whose body says how. */
const EXEC_STARTS: ReadonlySet<OperationName> = new Set(["ExecStart", "ExecStartLibpod"]);

/**
 * The journey of one request: it is judged, and then it is refused, forwarded, or asks for an upgrade. Only what was
 * judged goes on: the engine's head is written from the verdict's canonical path and the parsed fields.
 */
export function openExchange(decided: DecidedHead, ledger: ExchangeLedger): Exchange {
  const { head, verdict, forEngine } = decided;
  const { parts } = ledger;
  if (decided.isOwnProbe) {
    return openFailure(ledger, head, "engine_loop", "the address of the engine leads back to this gate");
  }
  const { limits } = parts;
  const beyond = limits === undefined ? undefined : keepToLimits(ledger, decided, limits);
  if (beyond !== undefined) {
    return beyond;
  }
  if (verdict.kind !== "allow") {
    return parts.grant.learns === undefined
      ? openCuredRefusal(ledger, head, verdict, decided.cure)
      : openLearntRefusal(ledger, head, verdict, decided.cure);
  }
  if (parts.isDraining()) {
    return openFailure(ledger, head, "draining", "the gate is stopping and takes no new request");
  }
  const { apiShim } = parts;
  if (forEngine !== undefined && apiShim === undefined) {
    return new Forward(ledger, head, verdict, forEngine);
  }
  const open = (whole: RequestHead): Exchange =>
    apiShim === undefined ? openJudged(ledger, whole, verdict) : openShimmed(ledger, whole, verdict, apiShim);
  const isIgnored = head.framing.kind !== "none" && !takesBody(head.method);
  return isIgnored ? new IgnoredBody(ledger, head, open) : open(head);
}

/** What a client that learns is denied is looked into all the same: its record says what it would take. */
function openLearntRefusal(
  ledger: ExchangeLedger,
  head: RequestHead,
  verdict: DenyOperation | Refuse,
  cure: string | undefined,
): Exchange {
  const observed = verdict.kind === "deny" ? observedOf(ledger.parts.grant, verdict) : undefined;
  const refuse = (rest: RequestHead): Exchange => openCuredRefusal(ledger, rest, verdict, cure);
  // Nobody asks for a body that is only to be refused.
  if (observed === undefined || head.expectsContinue) return refuse(head);
  // What the client sends while the engine is asked may be input: it must never be read as a request.
  if (observed.operation.hijack !== "none") ledger.dropConnection();
  return openObserved(ledger, head, observed, refuse);
}

/**
 * A request in a version goes on in one that the engine speaks. While it is not known which that are, one with a body
 * goes on as it came: the engine says then what it thinks of it.
 */
function openShimmed(ledger: ExchangeLedger, head: RequestHead, verdict: Allow, shim: ApiShim): Exchange {
  const { known } = shim.floor;
  if (minorVersionOf(verdict.path) === undefined || (known === undefined && head.framing.kind !== "none")) {
    return openJudged(ledger, head, verdict);
  }
  const open = (oldest: number): Exchange => openTranslated(ledger, head, verdict, shim.scope, oldest);
  return known === undefined
    ? new EngineWait(ledger, { learn: () => shim.floor.learn(), deadline: undefined, body: NO_BODY, open })
    : open(known);
}

function openTranslated(
  ledger: ExchangeLedger,
  head: RequestHead,
  verdict: Allow,
  scope: ShimScope,
  oldest: number,
): Exchange {
  const sent = translateVersion(verdict, head.query, scope, oldest);
  if (sent.kind !== "allow") {
    return openDenial(ledger, head, sent);
  }
  if (sent !== verdict) {
    const { oldClients } = ledger.parts;
    oldClients.noteTranslation(ledger.client.address, verdict.path, sent.path, scope);
    ledger.noteTranslation(sent);
  }
  return openJudged(ledger, head, sent);
}

/** Which object it acts on is known before anything else is said of it: a refusal would tell that there is one. */
function openJudged(ledger: ExchangeLedger, head: RequestHead, verdict: Allow): Exchange {
  const observed = observedOf(ledger.parts.grant, verdict);
  if (observed !== undefined) {
    return openObserved(ledger, head, observed, (rest) => openFound(ledger, rest, verdict));
  }
  const objects = objectExchangesOf(verdict);
  if (objects === undefined || !isScoped(verdict)) {
    return openFound(ledger, head, verdict);
  }
  const busy = objects.holdInPath(ledger, verdict, head.query);
  return busy === undefined
    ? objects.openScoping(ledger, head, verdict, (found, meant) => {
        const held = objects.holdFreedById(ledger, verdict, head.query, meant);
        return held === undefined
          ? openFound(ledger, head, found)
          : openFailure(ledger, head, held.code, held.message);
      })
    : openFailure(ledger, head, busy.code, busy.message);
}

function openFound(ledger: ExchangeLedger, head: RequestHead, verdict: Allow): Exchange {
  return isRestricted(verdict) ? openRestricted(ledger, head, verdict) : openAllowed(ledger, head, verdict);
}

/** What the request asks for decides as well: at once where its head says all, else when its body is whole or its start known. */
function openRestricted(ledger: ExchangeLedger, head: RequestHead, verdict: Restricted): Exchange {
  const { grant } = ledger.parts;
  const judged = judgeHead(grant, verdict, head.query);
  if (!judged.ok) {
    return openDenial(ledger, head, judged.error);
  }
  const { powers, lookups, canonical: query, most } = judged.value;
  const counted = withMost(verdict, most);
  const judgedHead = { ...head, query };
  const { framing } = head;
  noteMade(ledger, counted, query, undefined);
  const objects = objectExchangesOf(counted);
  const isMaking = objects?.madeBy(counted, query, undefined) !== undefined;
  // A body that is not looked into goes on as it comes: nothing waits for what the engine says of a name then.
  const isInspected =
    framing.kind === "none" ? lookups.length > 0 || isMaking : verdict.restricted.body !== undefined;
  if (isInspected) {
    const early = decideEarly(grant, counted, powers);
    return early.kind === "deny"
      ? openDenial(ledger, head, early)
      : new Inspection(ledger, judgedHead, framing, counted, { powers, lookups });
  }
  if (objects !== undefined && counted.objects?.scope !== undefined && (lookups.length > 0 || isMaking)) {
    return openNamed(ledger, judgedHead, counted, objects, { powers, lookups });
  }
  return openUnread(ledger, judgedHead, counted, { powers, lookups });
}

/** The query says how many entries of a list are wanted: of those that the client sees. */
function withMost(verdict: Restricted, most: number | undefined): Restricted {
  const { objects } = verdict;
  return most === undefined || objects === undefined
    ? verdict
    : { ...verdict, objects: { ...objects, most } };
}

/** For a client with a scope nothing of a body goes on before it is known what the head names. */
function openNamed(
  ledger: ExchangeLedger,
  head: RequestHead,
  verdict: Restricted,
  objects: ObjectExchanges,
  { powers, lookups }: Pick<Judged<unknown>, "powers" | "lookups">,
): Exchange {
  const { grant } = ledger.parts;
  const early = decideEarly(grant, verdict, powers);
  if (early.kind === "deny") {
    return openDenial(ledger, head, early);
  }
  const busy = objects.holdUsed(ledger, lookups);
  if (busy !== undefined) {
    return openFailure(ledger, head, busy.code, busy.message);
  }
  return openNamesFirst(ledger, head, verdict, lookups, ({ powers: found, failure, base, hidden, edits }) => {
    ledger.noteHidden(hidden);
    const all = [...powers, ...found];
    const decided = decidePowers(grant, verdict, all);
    const denial = decided.kind === "deny" ? decided : undefined;
    if (denial === undefined && failure !== undefined) {
      return openFailure(ledger, head, failure.code, failure.message);
    }
    const refused =
      denial ?? objects.judgeMade(verdict, objects.madeBy(verdict, head.query, undefined), base);
    const edited = { ...head, query: editQuery(head.query, edits) };
    return refused === undefined
      ? openUnread(ledger, edited, verdict, { powers: all, lookups: [] })
      : openDenial(ledger, head, refused);
  });
}

/** A body that nobody looks into, but at its start. */
function openUnread(
  ledger: ExchangeLedger,
  head: RequestHead,
  verdict: Restricted,
  judged: Pick<Judged<unknown>, "powers" | "lookups">,
): Exchange {
  const { grant } = ledger.parts;
  const decided = decideWithoutBody(grant, verdict, judged);
  const { framing } = head;
  const saysMore = framing.kind !== "none" && verdict.restricted.content !== undefined;
  if (decided.kind !== "allow") {
    return openDenial(ledger, head, saysMore && decided.kind === "deny" ? asEarly(decided) : decided);
  }
  if (framing.kind !== "none" && isDecidedByStart(grant, verdict)) {
    return new StartInspection(ledger, head, framing, verdict, decided.powers ?? []);
  }
  // What its start asks for is held, so nobody knows.
  const known = saysMore ? { ...decided, powers: undefined } : decided;
  ledger.decideAnew(known);
  return openAllowed(ledger, head, known);
}

function openDenial(ledger: ExchangeLedger, head: RequestHead, verdict: Deny | Refuse): Exchange {
  ledger.decideAnew(verdict);
  return openRefusal(ledger, head, verdict);
}

function openAllowed(ledger: ExchangeLedger, head: RequestHead, verdict: Allow): Exchange {
  const { operation, objects } = verdict;
  const busy = objectExchangesOf(verdict)?.holdPruned(ledger, objects);
  if (busy !== undefined) {
    return openFailure(ledger, head, busy.code, busy.message);
  }
  const protocol = upgradeProtocol(operation.hijack, head.upgrade);
  if (protocol === undefined && operation.hijack !== "raw") {
    return openForward(ledger, head, verdict);
  }
  // An engine reads the body of exec start; that of attach it never reads, and late bytes would become input.
  const bound = ledger.parts.limits?.body;
  const body = new UpgradeBody(head.framing, EXEC_STARTS.has(operation.name), bound);
  const headOf = (framing: RequestFraming): string =>
    engineHead(head, verdict, framing, protocol, ledger.trace);
  const turnsRaw = protocol === undefined;
  return new Upgrade(ledger, headOf, protocol, body, head.expectsContinue, (goOn) =>
    objectExchangesOf(verdict)?.readAnswer(ledger, head, verdict, { turnsRaw, goOn }),
  );
}

/** What the policy lets through and the gate can't carry. */
function openFailure(ledger: ExchangeLedger, head: RequestHead, code: ErrorCode, reason: string): Exchange {
  ledger.noteReason(reason);
  return new Refusal(ledger, head, code, sayFailure(code, reason));
}
