import { isOn } from "../../docker/bool-value.ts";
import {
  askedWord,
  type FoundObject,
  type Meant,
  meantObject,
  type Named,
} from "../../docker/objects/meant-object.ts";
import { missingText } from "../../docker/objects/missing-text.ts";
import { findObject } from "../../engine/find-object.ts";
import { LOOKUP_DEADLINE } from "../../engine/limits.ts";
import type { ErrorCode } from "../../gate-error.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import { namedBy, type Scoped, withMeant } from "../../policy/scope/object-named.ts";
import type { Exchange } from "../client-side.ts";
import { EngineWait } from "./engine-wait.ts";
import { noteFound } from "./learned-object.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { openLookupRoom } from "./lookup-room.ts";
import { Refusal } from "./refusal.ts";

/** What an exchange is that acts on one object, and what its path and query say of that. */
interface Acting {
  readonly ledger: ExchangeLedger;
  readonly head: RequestHead;
  readonly verdict: Scoped;
  readonly named: Named;
}

/**
 * An exchange that acts on one object. The engine is asked which one the path means, and the request goes on with the whole
 * id in the place of the name: by the time that it is used, a name may be another's. What is out of scope gets the
 * answer of what is not there, after the same question. The body, if any, waits where it is. `open` goes on with what is in
 * scope.
 */
export function openScoping(
  ledger: ExchangeLedger,
  head: RequestHead,
  verdict: Scoped,
  open: (verdict: Scoped, meant: Meant) => Exchange,
): Exchange {
  const { kind } = verdict.objects.use;
  const acting = { ledger, head, verdict, named: namedBy(verdict, head.query) };
  return new EngineWait(ledger, {
    learn: async (signal) => {
      const room = openLookupRoom(ledger);
      const found = await findObject(kind, askedWord(acting.named), ledger.parts.engine, room, signal);
      ledger.releaseMemory();
      return found;
    },
    deadline: LOOKUP_DEADLINE,
    asked: `what the ${kind} is that the request names`,
    body: head.framing,
    awaitsInput: verdict.operation.hijack !== "none",
    open: (found) => judge(acting, found, open),
  });
}

function judge(
  acting: Acting,
  found: FoundObject | undefined,
  open: (verdict: Scoped, meant: Meant) => Exchange,
): Exchange | undefined {
  const { ledger, verdict, named } = acting;
  const { scope, use } = verdict.objects;
  if (found === undefined) return answerMissing(acting);
  const meant = meantObject(use, named, found);
  const touched = meant?.touched ?? [found.keeper];
  const isInScope = touched.every((identity) => scope.sees(identity));
  noteFound(ledger, found, !isInScope);
  if (!isInScope) return answerMissing(acting);
  return meant === undefined
    ? refuse(acting, "scope_denied", EVERY_TAG, `quaygate: ${EVERY_TAG}`)
    : open(withMeant(verdict, meant), meant);
}

/** What an engine says of an object that it does not have. */
function answerMissing(acting: Acting): Exchange | undefined {
  const { ledger, head, verdict, named } = acting;
  const { operation, objects } = verdict;
  if (operation.name === "VolumeDelete" && isForced(head.query)) {
    ledger.replyNoContent();
    ledger.finish("complete", 0, 0);
    return undefined;
  }
  const message = missingText(objects.use.kind, askedWord(named), operation.name);
  return refuse(acting, "no_such_object", message, message);
}

function refuse(
  { ledger, head, verdict }: Acting,
  code: ErrorCode,
  reason: string,
  message: string,
): Exchange {
  if (verdict.operation.hijack !== "none") {
    // What the client sent early may be input: it must never be read as a request.
    ledger.dropConnection();
  }
  ledger.noteReason(reason);
  return new Refusal(ledger, head, code, message);
}

/** An engine takes every tag where a name has none: all that have the name would have to be in scope. */
const EVERY_TAG =
  "without a tag this is about every tag of the name, which may be images out of scope: name one tag";

/** Whether an engine is told not to mind that there is no such volume; it reads the first of several. */
function isForced(query: string | undefined): boolean {
  return isOn(new URLSearchParams(query).get("force") ?? "");
}
