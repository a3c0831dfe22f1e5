import type { Element, SplitFault } from "../docker/json/gather.ts";
import { parseJson } from "../docker/json/parse.ts";
import { ElementSplitter } from "../docker/json/split.ts";
import { MemberSplitter, type Piece } from "../docker/json/split-members.ts";
import { mostValues } from "../docker/limits.ts";
import type { Identity } from "../docker/objects/identity.ts";
import type { ObjectKind } from "../docker/objects/object-kind.ts";
import { listTarget } from "../docker/objects/list-target.ts";
import { readListed } from "../docker/objects/read-identity.ts";
import { type GateError, notUnderstood } from "../gate-error.ts";
import { copyText } from "../kernel/copy-text.ts";
import type { Result } from "../kernel/result.ts";
import { LISTED_ENTRY_LIMIT, LISTED_OBJECTS } from "./limits.ts";
import { type EntrySplitter, ListContent } from "./list-content.ts";
import type { EnginePool } from "./pool.ts";
import { askEngineBy } from "./question.ts";

/**
 * Asks the engine for all objects of a kind, and gives the ids of those that `sees` tells. One entry after the other: a list of
 * thousands takes no more memory than its ids. Where the engine has no such list, as one without a swarm, there are none.
 * `labels` are such as all have that `sees` tells, if there are any: of volumes, which come as a whole, no others are asked for.
 */
export async function listIds(
  kind: ObjectKind,
  sees: (object: Identity) => boolean,
  labels: readonly string[],
  pool: EnginePool,
  hold: (bytes: number) => boolean,
  signal: AbortSignal,
): Promise<Result<ReadonlySet<string>, GateError>> {
  const ids = new Set<string>();
  const target = listTarget(kind, labels);
  if (target === undefined) return { ok: true, value: ids };
  const hear = (entry: Element): GateError | undefined => {
    const listed = identityIn(kind, entry);
    if (listed !== undefined && sees(listed)) ids.add(copyText(listed.id));
    return ids.size > LISTED_OBJECTS ? notUnderstood("it lists more objects than can be known") : undefined;
  };
  const splitter =
    kind === "volume"
      ? new VolumeSplitter(hold)
      : new ElementSplitter("list", { most: LISTED_ENTRY_LIMIT, hold });
  return askEngineBy(pool, target, new ListContent(splitter, hear, () => ids), signal);
}

/** What can't be read is nobody's. */
function identityIn(kind: ObjectKind, entry: Element): Identity | undefined {
  const parsed = entry && parseJson(entry, { values: mostValues, takesNul: true });
  return parsed?.ok === true ? readListed(kind, parsed.value) : undefined;
}

/** Volumes stand in a list of an object. */
class VolumeSplitter implements EntrySplitter {
  readonly #splitter: MemberSplitter;

  constructor(hold: (bytes: number) => boolean) {
    const bounds = { entry: LISTED_ENTRY_LIMIT, value: LISTED_ENTRY_LIMIT, hold };
    this.#splitter = new MemberSplitter(new Map([["Volumes", { kind: "list" }]]), bounds);
  }

  read(chunk: Buffer): Result<readonly Element[], SplitFault> {
    return entriesIn(this.#splitter.read(chunk));
  }

  end(): Result<readonly Element[], SplitFault> {
    return entriesIn(this.#splitter.end());
  }
}

function entriesIn(cut: Result<readonly Piece[], SplitFault>): Result<readonly Element[], SplitFault> {
  if (!cut.ok) return cut;
  const entries = cut.value.flatMap((piece) =>
    piece.kind === "element" && piece.key === undefined ? [piece.element] : [],
  );
  return { ok: true, value: entries };
}
