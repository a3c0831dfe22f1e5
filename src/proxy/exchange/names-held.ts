import { askedWord } from "../../docker/objects/meant-object.ts";
import { canonicalImage } from "../../docker/powers/image-reference.ts";
import type { Lookup } from "../../docker/powers/asking.ts";
import type { OperationName } from "../../docker/operations.ts";
import { GateError } from "../../gate-error.ts";
import { namedBy, type Scoped } from "../../policy/scope/object-named.ts";
import type { ObjectTerms } from "../../policy/scope/object-terms.ts";
import { EVERY_NAME, type HeldKind } from "../held-names.ts";
import type { ExchangeLedger } from "./ledger.ts";

/** By the path of these a name becomes free. */
const FREES: ReadonlySet<OperationName> = new Set<OperationName>([
  ...(["VolumeDelete", "VolumeDeleteLibpod"] as const),
  ...(["ImageDelete", "ImageDeleteLibpod"] as const),
]);

/** Holds what a request of a client with a scope names beside its path, or says why it can't go on. */
export function holdUsed(ledger: ExchangeLedger, lookups: readonly Lookup[]): GateError | undefined {
  const volumes = lookups.flatMap((lookup) => (lookup.kind === "volume" ? [lookup.name] : []));
  // What something is called anew is not used.
  const images = lookups.flatMap((lookup) =>
    lookup.kind === "mention" && lookup.object === "image" && lookup.role !== "given"
      ? [canonicalImage(lookup.name) ?? lookup.name]
      : [],
  );
  const isHeld =
    (volumes.length === 0 || ledger.holdNames("volume", "use", volumes)) &&
    (images.length === 0 || ledger.holdNames("image", "use", images));
  return isHeld ? undefined : busy();
}

/** The same of the name that its path makes free. */
export function holdFreed(
  ledger: ExchangeLedger,
  verdict: Scoped,
  query: string | undefined,
): GateError | undefined {
  const { operation, objects } = verdict;
  const { kind } = objects.use;
  if (!FREES.has(operation.name) || !isHeldKind(kind)) return undefined;
  const word = askedWord(namedBy(verdict, query));
  const name = kind === "image" ? (canonicalImage(word) ?? word) : word;
  return ledger.holdNames(kind, "free", [name]) ? undefined : busy();
}

/** The same of all the names that may become free where everything is deleted that nobody uses. */
export function holdPruned(ledger: ExchangeLedger, objects: ObjectTerms | undefined): GateError | undefined {
  if (objects?.scope === undefined || objects.use.use !== "prune" || !isHeldKind(objects.use.kind))
    return undefined;
  return ledger.holdNames(objects.use.kind, "free", [EVERY_NAME]) ? undefined : busy();
}

function isHeldKind(kind: string): kind is HeldKind["kind"] {
  return kind === "volume" || kind === "image";
}

function busy(): GateError {
  const message =
    "another request of this client that is under way deletes or uses what is called so: try again when it is over";
  return new GateError("scope_denied", message);
}
