import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import type { Asking } from "./asking.ts";
import { environmentField } from "./identity.ts";
import { listOf, type Meaning, text } from "./meaning.ts";
import { serviceMountsField } from "./mount.ts";
import { hostnameField } from "./network-endpoint.ts";
import { isTemplate, judgeTemplate, taskFields } from "./template.ts";

// What a node executes before it starts a task is in swarmkit's `template/expand.go`: the values of variables, the host
// name, and of mounts sources, targets, labels and driver options.

/** `NAME=value`, of which the value may be a template. */
export const serviceEnvironment: Meaning = both(
  environmentField,
  listOf(
    text(["template"], (variable, asking) => {
      const at = variable.indexOf("=");
      if (at !== -1) judgeTemplate(variable.slice(at + 1), taskFields, asking);
    }),
  ),
);

/** A host name, which may be a template. */
export const serviceHostname: Meaning = both(
  hostnameField,
  text(["template"], (name, asking) => judgeTemplate(name, taskFields, asking)),
);

/**
 * Mounts, whose sources and options may be templates: `/data/{{.Node.Hostname}}`. What one becomes is known only where
 * it runs, and it can be any path and any type. A volume's name is looked up like others, and stands for no known one.
 */
export const serviceMounts: Meaning = {
  ...serviceMountsField,
  nouns: new Set([...serviceMountsField.nouns, "bind", "mount", "template"]),
  judge: (value, asking) => {
    for (const [index, entry] of (isJsonArray(value) ? value : []).entries()) {
      if (isJsonObject(entry)) asking.within(index, () => judgeTemplates(entry, asking));
    }
    serviceMountsField.judge(value, asking);
  },
};

function judgeTemplates(mount: JsonObject, asking: Asking): void {
  for (const [key, value] of mount) {
    asking.within(key, () => {
      for (const found of templatesIn(value)) judgeTemplate(found, taskFields, asking);
      if (templatesIn(choosing(key, value, mount)).length > 0) {
        asking.ask("bind", "/");
        asking.ask("mount", "(template)");
      }
    });
  }
}

/** What in a member of a mount chooses where it comes from: no place in the container, no volume's name, no label. */
function choosing(key: string, value: JsonValue, mount: JsonObject): JsonValue {
  if (key === "Target" || (key === "Source" && mount.get("Type") === "volume")) return null;
  const isLabelled = key === "VolumeOptions" && isJsonObject(value);
  return isLabelled ? new Map([...value].filter(([option]) => option !== "Labels")) : value;
}

/** All templates in a value, keys included: which of them a node executes is its own affair. */
function templatesIn(value: JsonValue): readonly string[] {
  if (typeof value === "string") return isTemplate(value) ? [value] : [];
  if (isJsonArray(value)) return value.flatMap((entry) => templatesIn(entry));
  if (!isJsonObject(value)) return [];
  return [...value].flatMap(([key, entry]) => [...templatesIn(key), ...templatesIn(entry)]);
}

/** What a value asks for as one thing and as another. */
function both(one: Meaning, other: Meaning): Meaning {
  return {
    nouns: new Set([...one.nouns, ...other.nouns]),
    judge: (value, asking) => {
      one.judge(value, asking);
      other.judge(value, asking);
    },
  };
}
