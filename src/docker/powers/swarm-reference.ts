import { isJsonObject, type JsonValue, stringOf } from "../json/value.ts";
import type { Asking, ReferenceLookup } from "./asking.ts";
import { harmless, type Meaning, named, struct, text } from "./meaning.ts";
import { encodeValue } from "./power.ts";

/** A swarm's ids, which are never given twice. */
const SWARM_ID = /^[0-9a-z]{25}$/u;

/**
 * A file of the swarm in a container: by its id, and by the name that the swarm holds it to. The name alone is asked
 * for where the engine says that the id has it; else both, for one of them would be a lie.
 */
export function referenceField(kind: "secret" | "config", idField: string, nameField: string): Meaning {
  return struct(
    {
      // Judged together with the name.
      [idField]: text([kind], () => undefined),
      [nameField]: named(kind),
      File: harmless,
      // Says that the configuration is for the engine itself: the CredentialSpec of a service names it then.
      ...(kind === "config" ? { Runtime: harmless } : {}),
    },
    {
      nouns: [],
      judge: (members, asking) => {
        const [id, name] = [stringOf(members.get(idField)), stringOf(members.get(nameField))];
        if (id !== "") asking.within(idField, () => asking.lookUpReference(kind, id, name));
      },
    },
  );
}

/** The id of a configuration that is named by nothing else. */
export const configIdField: Meaning = text(["config"], (id, asking) =>
  asking.lookUpReference("config", id, undefined),
);

/** Returns where to ask the engine what an id stands for; nowhere for what is no id, though it may be a name. */
export function referenceTargets({ kind, name }: ReferenceLookup): readonly string[] {
  return SWARM_ID.test(name) ? [`/${kind}s/${name}`] : [];
}

/** Asks for what an id gives, from what the engine says of it, if anything: it takes names and parts of ids too. */
export function judgeReference(lookup: ReferenceLookup, found: JsonValue | undefined, asking: Asking): void {
  const { kind, name: id, called } = lookup;
  const members = found !== undefined && isJsonObject(found) ? found : new Map<string, JsonValue>();
  const spec = members.get("Spec") ?? null;
  const name = isJsonObject(spec) && members.get("ID") === id ? stringOf(spec.get("Name")) : "";
  if (name === "" || (called !== undefined && called !== name)) asking.ask(kind, encodeValue(id));
  else if (called === undefined) asking.ask(kind, encodeValue(name));
}
