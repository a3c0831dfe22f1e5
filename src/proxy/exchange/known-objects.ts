import type { ObjectKind } from "../../docker/objects/object-kind.ts";
import { tooManyLargeBodies } from "../../engine/answer-room.ts";
import { LOOKUP_DEADLINE } from "../../engine/limits.ts";
import { listIds } from "../../engine/list-ids.ts";
import type { GateError } from "../../gate-error.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import type { Result } from "../../kernel/result.ts";
import type { ObjectTerms } from "../../policy/scope/object-terms.ts";
import { listLabels } from "../../policy/scope/prune-labels.ts";
import type { KnownIds } from "../../policy/view/viewer.ts";
import type { Allow } from "../../policy/verdict.ts";
import type { Exchange } from "../client-side.ts";
import { KNOWN_OBJECT_SIZE } from "../limits.ts";
import { EngineWait } from "./engine-wait.ts";
import type { ExchangeLedger } from "./ledger.ts";

/**
 * Where the answer has ids alone, it is asked before which of them are in scope: after the request came, so that nothing in it
 * is judged by what was. Nothing with a body needs that. `open` goes on with what is known; undefined where nothing has to be.
 */
export function openKnowing(
  ledger: ExchangeLedger,
  { framing }: RequestHead,
  { objects }: Allow,
  open: (known: KnownIds) => Exchange,
): Exchange | undefined {
  const kinds = kindsNeeded(objects);
  if (objects === undefined || kinds.length === 0 || framing.kind !== "none") return undefined;
  return new EngineWait(ledger, {
    learn: (signal) => learnKnown(ledger, kinds, objects, signal),
    deadline: LOOKUP_DEADLINE,
    body: framing,
    open,
  });
}

/** Which kinds of objects have to be known before an answer can be read: none where the client may know of all. */
function kindsNeeded(objects: ObjectTerms | undefined): readonly ObjectKind[] {
  return objects?.scope === undefined ? NONE : (objects.answer?.needs ?? NONE);
}

const NONE: readonly ObjectKind[] = [];

/** Asks the engine which objects of these kinds are in scope now: one list after the other. */
async function learnKnown(
  ledger: ExchangeLedger,
  kinds: readonly ObjectKind[],
  { scope, stamps }: ObjectTerms,
  signal: AbortSignal,
): Promise<Result<KnownIds, GateError>> {
  const known = new Map<ObjectKind, ReadonlySet<string>>();
  const hold = (bytes: number): boolean => ledger.holdMemory(bytes);
  let count = 0;
  for (const kind of kinds) {
    const sees = scope?.sees ?? nobodySees;
    const labels = scope === undefined ? [] : listLabels(kind, scope, stamps);
    const ids = await listIds(kind, sees, labels, ledger.parts.engine, hold, signal);
    if (!ids.ok) return ids;
    known.set(kind, ids.value);
    count += ids.value.size;
    if (!ledger.keepMemory(count * KNOWN_OBJECT_SIZE)) return { ok: false, error: tooManyLargeBodies() };
  }
  return { ok: true, value: known };
}

const nobodySees = (): boolean => false;
