import { askedWord, type Meant } from "../../docker/objects/meant-object.ts";
import { canonicalImage } from "../../docker/powers/image-reference.ts";
import type { Lookup, MentionLookup } from "../../docker/powers/asking.ts";
import { takenText } from "../../docker/powers/scoped-lookup.ts";
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
  const images = lookups.filter((lookup) => isOfImage(lookup)).filter(({ role }) => role !== "given");
  const isHeld =
    (volumes.length === 0 || ledger.holdNames("volume", "use", volumes)) &&
    (images.length === 0 || ledger.holdNames("image", "use", images.map(imageName)));
  return isHeld ? holdGiven(ledger, lookups) : busy();
}

/** The same of names that images get. Where another client's request is about to give one, it is as good as taken. */
function holdGiven(ledger: ExchangeLedger, lookups: readonly Lookup[]): GateError | undefined {
  const given = lookups.filter((lookup) => isOfImage(lookup)).filter(({ role }) => role === "given");
  const taken = given.find((lookup) => !ledger.holdNames("image", "give", [imageName(lookup)]));
  return taken && new GateError("scope_denied", takenText("image", taken.name));
}

function isOfImage(lookup: Lookup): lookup is MentionLookup {
  return lookup.kind === "mention" && lookup.object === "image";
}

function imageName({ name }: MentionLookup): string {
  return canonicalImage(name) ?? name;
}

/** The same of the name in its path, which becomes free, or by which an image is read. */
export function holdInPath(
  ledger: ExchangeLedger,
  verdict: Scoped,
  query: string | undefined,
): GateError | undefined {
  const { operation, objects } = verdict;
  const { kind, untagged } = objects.use;
  const isFreed = FREES.has(operation.name);
  if (!isHeldKind(kind) || !(isFreed || untagged !== undefined)) return undefined;
  const word = askedWord(namedBy(verdict, query));
  const name = kind === "image" ? (canonicalImage(word) ?? word) : word;
  const isHeld = isFreed ? ledger.holdNames(kind, "free", [name]) : ledger.holdToBeRead(kind, name);
  return isHeld ? undefined : busy();
}

/** The same of all names of the image that its path has an id of, once it is known which they are. */
export function holdFreedById(
  ledger: ExchangeLedger,
  verdict: Scoped,
  query: string | undefined,
  { touched }: Meant,
): GateError | undefined {
  const { operation, objects } = verdict;
  const isById = canonicalImage(askedWord(namedBy(verdict, query)))?.includes("/") === false;
  if (!FREES.has(operation.name) || objects.use.kind !== "image" || !isById) return undefined;
  const names = touched.flatMap((image) => image.names);
  return ledger.holdNames("image", "free", names) ? undefined : busy();
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
