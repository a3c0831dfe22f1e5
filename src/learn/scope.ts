import { madeObjects } from "../docker/objects/made-objects.ts";
import { operationObjects } from "../docker/objects/operation-objects.ts";
import type { OperationName } from "../docker/operations.ts";
import type { ObservedClient } from "./observed-client.ts";

/** What a scope may say of one client's objects. */
export interface LearntScope {
  /** An entry of a scope as it is written: `{ project: shop }`. */
  readonly text: string;
  /** Why it is only proposed: the end of a sentence; undefined where it keeps nothing away that was used. */
  readonly doubt: string | undefined;
}

/** Labels of images and of the tools that made a thing, which say nothing of whose it is. */
const OF_TOOLS =
  /^(?:org\.opencontainers|org\.label-schema|com\.docker|desktop\.docker|io\.buildkit|io\.buildah)\./u;

/** Finds what all objects have in common on which a client acted; undefined where that is nothing, or not known. */
export function learnScope({ objects, used }: ObservedClient): LearntScope | undefined {
  const shared = objects.shared();
  if (shared === undefined) return undefined;
  const labels = shared.labels.filter((label) => /^[\w-]+\.[^=]*=./u.test(label) && !OF_TOOLS.test(label));
  const [first] = labels;
  if (shared.projects.length > 0) {
    return { text: `{ project: ${listOrOne(shared.projects)} }`, doubt: doubtOf([...used.keys()]) };
  }
  if (first === undefined || !objects.isSeveral) return undefined;
  const doubt = labels.length > 1 ? `they share ${labels.length} labels, of which it is one` : undefined;
  return { text: `{ label: ${JSON.stringify(first)} }`, doubt: doubtOf([...used.keys()]) ?? doubt };
}

/** What these name in a body or a query, beside the object in their path: the log does not tell of it. */
const NAMES_OTHERS: ReadonlySet<OperationName> = new Set<OperationName>([
  "NetworkConnect",
  "NetworkDisconnect",
  "ServiceUpdate",
  "ImageTag",
]);

/** With a scope some operations are closed, and what is made has to be in it as well. */
function doubtOf(used: readonly OperationName[]): string | undefined {
  for (const name of used) {
    const { use } = operationObjects[name];
    if (use === "closed") return `${name} is closed to a client with a scope`;
    if (use === "create") return `what ${name} makes would have to be in it too`;
    if (use === "prune") return `${name} would only delete what is in it`;
    if (madeObjects[name]?.labels.in === "body" && !NAMES_OTHERS.has(name))
      return `${name} may give other labels to what it acts on`;
    if (NAMES_OTHERS.has(name)) return `what ${name} names besides would have to be in it too`;
  }
  return undefined;
}

function listOrOne(texts: readonly string[]): string {
  const quoted = texts.map((text) => JSON.stringify(text));
  return quoted.length === 1 ? quoted.join("") : `[${quoted.join(", ")}]`;
}
