import type { JsonValue } from "../../docker/json/value.ts";
import { askedWord, type FoundObject } from "../../docker/objects/meant-object.ts";
import type { UseOfOne } from "../../docker/objects/object-use.ts";
import type { EnginePath } from "../../docker/path.ts";
import type { AnswerRoom } from "../../engine/answer-room.ts";
import { findObject } from "../../engine/find-object.ts";
import { copyText } from "../../kernel/copy-text.ts";
import { recordedLabels } from "../../policy/recorded-labels.ts";
import { describeMade } from "../../policy/scope/making.ts";
import { namedBy } from "../../policy/scope/object-named.ts";
import type { Allow } from "../../policy/verdict.ts";
import { RECORDED_NAME_LIMIT } from "../limits.ts";
import type { ExchangeLedger } from "./ledger.ts";

/** Notes which object was found, of a client that learns with its labels. */
export function noteFound(
  ledger: ExchangeLedger,
  { object, keeper }: FoundObject,
  isOutOfScope: boolean,
): void {
  const { kind, id } = object;
  const isLearning = ledger.parts.grant.learns !== undefined;
  const labels = isLearning ? { labels: recordedLabels(keeper.labels) } : {};
  ledger.noteObject({ kind, id, name: keeper.names[0], ...labels }, isOutOfScope);
}

/** Asks the engine which object a path means, for the record alone: where it does not say so, nothing is noted. */
export async function learnObject(
  ledger: ExchangeLedger,
  path: EnginePath,
  use: UseOfOne,
  query: string | undefined,
  room: AnswerRoom,
  signal: AbortSignal,
): Promise<void> {
  const word = askedWord(namedBy({ path, objects: { use } }, query));
  const found = await findObject(use.kind, word, ledger.parts.engine, room, signal);
  if (found.ok && found.value !== undefined) noteFound(ledger, found.value, false);
}

/** Notes what a request makes by its own words, where its client learns; what is there already is not what it makes. */
export function noteMade(
  ledger: ExchangeLedger,
  verdict: Pick<Allow, "operation" | "restricted">,
  query: string | undefined,
  body: JsonValue | undefined,
): void {
  const { learns } = ledger.parts.grant;
  if (learns === undefined || learns.named.has(verdict.operation.name)) return;
  const made = describeMade(verdict, query, body);
  if (made === undefined) return;
  ledger.noteObject(
    {
      kind: made.kind,
      id: undefined,
      name: recordedName(made.names[0]),
      labels: recordedLabels(made.labels),
    },
    false,
  );
}

/** A name as a record has it: one that no engine gives is left out and not cut, since half of it is another one. */
function recordedName(name: string | undefined): string | undefined {
  return name === undefined || name.length > RECORDED_NAME_LIMIT ? undefined : copyText(name);
}
