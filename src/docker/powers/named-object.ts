import { isJsonArray, isJsonObject, type JsonValue } from "../json/value.ts";
import type { ObjectLookup } from "./asking.ts";
import { networksMeant, networkTargets } from "./network-name.ts";

/** Where to ask the engine which object a path means that names it by its name, its id, or the beginning of one. */
export function namedTargets({ noun, name }: ObjectLookup): readonly string[] {
  switch (noun) {
    case "network":
      return networkTargets(name);
    case "volume":
      // Podman deletes what the name is the beginning of, where no volume has the whole of it.
      return [
        `/volumes/${name}`,
        `/volumes?filters=${encodeURIComponent(JSON.stringify({ name: [`^${name}`] }))}`,
      ];
    case "secret":
    case "config":
      // Engines find what they show by the same way as what they delete.
      return [`/${noun}s/${name}`];
  }
}

/** The names of all objects that can be meant, of what the engine answered; undefined where it does not say one. */
export function namesMeant(
  { noun, name }: ObjectLookup,
  answers: readonly JsonValue[],
): readonly (string | undefined)[] {
  switch (noun) {
    case "network":
      return networksMeant(name, answers).map((network) => textAt(network, "Name"));
    case "volume":
      return volumesMeant(name, answers);
    case "secret":
    case "config":
      return answers.map((answer) => textAt(memberOf(answer, "Spec"), "Name"));
  }
}

/** A volume that has the whole name goes before all that only begin with it. */
function volumesMeant(name: string, answers: readonly JsonValue[]): readonly (string | undefined)[] {
  const names = answers.flatMap((answer) => {
    const listed = memberOf(answer, "Volumes");
    if (listed === undefined) return [textAt(answer, "Name")];
    return isJsonArray(listed) ? listed.map((volume) => textAt(volume, "Name")) : [];
  });
  return names.includes(name) ? [name] : names.filter((called) => called?.startsWith(name) !== false);
}

function memberOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return value !== undefined && isJsonObject(value) ? value.get(key) : undefined;
}

function textAt(value: JsonValue | undefined, key: string): string | undefined {
  const text = memberOf(value, key);
  return typeof text === "string" ? text : undefined;
}
