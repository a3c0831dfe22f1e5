import type { Edit } from "../json/edit.ts";
import { isJsonObject, type JsonValue, stringOf, valueAt } from "../json/value.ts";
import { objectTarget } from "../objects/object-target.ts";
import type { MentionLookup } from "./asking.ts";
import { readContainer } from "./container-name.ts";
import { networkTargets } from "./network-name.ts";

/** Where to ask the engine what is mentioned: nowhere where no path can carry it beyond doubt. */
export function mentionTargets({ object, name }: MentionLookup): readonly string[] {
  const target = objectTarget(object, name);
  if (target === undefined) return [];
  return object === "network" ? networkTargets(name) : [target];
}

/** How it goes on: a container by its whole id, so that no other one can be meant; all else in the client's words. */
export function editsOfMention({ object, at }: MentionLookup, answer: JsonValue = null): readonly Edit[] {
  const container = object === "container" ? readContainer(answer) : undefined;
  return container === undefined ? [] : [{ at, text: container.id }];
}

/**
 * What is mentioned by what was found: the networks of a container that starts. A network goes while a container on it does
 * not run, and another client may make one of its name; the one that it was on before is its own.
 */
export function mentionedBy(
  { role, place }: MentionLookup,
  answer: JsonValue = null,
): readonly MentionLookup[] {
  const networks = role === "started" ? valueAt(answer, ["NetworkSettings", "Networks"]) : null;
  if (!isJsonObject(networks)) return [];
  return [...networks].map(([name, endpoint]) => {
    const heldId = stringOf(valueAt(endpoint, ["NetworkID"]));
    return { kind: "mention", object: "network", role: "used", name, at: [], place, heldId };
  });
}
