import type { ObjectKind } from "../../docker/objects/object-kind.ts";
import { tooManyLargeBodies } from "../../engine/answer-room.ts";
import { listIds } from "../../engine/list-ids.ts";
import type { GateError } from "../../gate-error.ts";
import type { Result } from "../../kernel/result.ts";
import type { ObjectTerms } from "../../policy/scope/object-terms.ts";
import { listLabels } from "../../policy/scope/prune-labels.ts";
import type { KnownIds } from "../../policy/view/viewer.ts";
import { KNOWN_OBJECT_SIZE } from "../limits.ts";
import type { ExchangeLedger } from "./ledger.ts";

/** Which kinds of objects have to be known before an answer can be read: none where the client may know of all. */
export function kindsNeeded(objects: ObjectTerms | undefined): readonly ObjectKind[] {
  return objects?.scope === undefined ? NONE : (objects.answer?.needs ?? NONE);
}

const NONE: readonly ObjectKind[] = [];

/** Asks the engine which objects of these kinds are in scope now: one list after the other. */
export async function learnKnown(
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
