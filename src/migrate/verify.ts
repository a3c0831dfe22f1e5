import { type Document, parseDocument } from "yaml";
import type { Result } from "../kernel/result.ts";
import { ALIAS_LIMIT } from "./limits.ts";

/** The settings of a service that a conversion may change. */
const MAY_CHANGE: ReadonlySet<string> = new Set([
  "image",
  "volumes",
  "environment",
  "networks",
  "depends_on",
  "links",
  "command",
  "entrypoint",
  "cap_add",
  "healthcheck",
]);

/** What the document means, setting by setting; an error says which alias or merge makes no sense. */
export function readMeaning(document: Document.Parsed): Result<ReadonlyMap<string, unknown>, string> {
  try {
    const plain: unknown = document.toJS({ maxAliasCount: ALIAS_LIMIT });
    return { ok: true, value: entriesOf(plain) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

/** What a conversion did, by the names of services, networks and configs. */
export interface Changes {
  readonly changed: ReadonlySet<string>;
  readonly added: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
}

/**
 * Compares what the two texts mean, and names what changed although it should not: an anchor can carry a change to a
 * service that has nothing to do with it. Empty when all is well.
 */
export function findSideEffects(
  before: ReadonlyMap<string, unknown>,
  text: string,
  { changed, added, removed }: Changes,
): readonly string[] {
  const parsed = parseDocument(text, { merge: true });
  const after = readMeaning(parsed);
  if (parsed.errors.length > 0 || !after.ok) {
    return ["syntax of the file"];
  }
  const partsOf = (key: string): readonly [ReadonlyMap<string, unknown>, ReadonlyMap<string, unknown>] => [
    entriesOf(before.get(key)),
    entriesOf(after.value.get(key)),
  ];
  const [oldServices, newServices] = partsOf("services");
  return [
    ...differences(before, after.value).filter((key) => !/^(?:services$|networks$|configs$|x-)/u.test(key)),
    ...["networks", "configs"].flatMap((key) =>
      differences(...partsOf(key)).filter((name) => !added.has(name)),
    ),
    ...differences(oldServices, newServices)
      .filter((name) => !added.has(name) && !(removed.has(name) && !newServices.has(name)))
      .flatMap((name) =>
        differences(entriesOf(oldServices.get(name)), entriesOf(newServices.get(name)))
          .filter((key) => !changed.has(name) || !MAY_CHANGE.has(key))
          .map((key) => `${key} of ${name}`),
      ),
  ];
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function differences(
  left: ReadonlyMap<string, unknown>,
  right: ReadonlyMap<string, unknown>,
): readonly string[] {
  return [...new Set([...left.keys(), ...right.keys()])].filter(
    (key) => JSON.stringify(left.get(key)) !== JSON.stringify(right.get(key)),
  );
}
