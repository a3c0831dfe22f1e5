import type { UseOfOne } from "../../docker/objects/object-use.ts";
import { operationPowers } from "../../docker/powers/operations.ts";
import type { OperationPowers } from "../../docker/powers/operation-powers.ts";
import type { Grant } from "../grant.ts";
import type { Restricted } from "../judge.ts";
import { noPower } from "../power-set.ts";
import type { Allow, DenyOperation } from "../verdict.ts";

/** What of a request of a client that learns is found out for its record alone: nothing is decided by it. */
export interface Observed extends Pick<Allow, "operation" | "path"> {
  /** The request as if it were to be judged by what it asks for; undefined where that is judged anyway, or it can ask for nothing. */
  readonly judged: Restricted | undefined;
  /** Set where its path names an object of which nobody asks otherwise. */
  readonly use: UseOfOne | undefined;
}

/** Tells what is to be found out; undefined where nothing is, as for every client that does not learn. */
export function observedOf(grant: Grant, verdict: Allow | DenyOperation): Observed | undefined {
  const { learns, objects } = grant;
  if (learns === undefined) return undefined;
  const { operation, path, rule } = verdict;
  const isJudged = verdict.kind === "allow" && verdict.restricted !== undefined;
  const asks: OperationPowers | undefined = isJudged ? undefined : operationPowers.get(operation.name);
  // A client with a scope is told of nothing out of it, not even by how long a refusal takes.
  const use = objects?.scope === undefined ? learns.named.get(operation.name) : undefined;
  if (asks === undefined && use === undefined) return undefined;
  const judged: Restricted | undefined = asks && {
    kind: "allow",
    operation,
    path,
    rule,
    restricted: asks,
    powers: undefined,
    // Of whom holds something the engine is not asked what makes no difference to that: here it is to be known.
    held: noPower,
  };
  return { operation, path, judged, use };
}
