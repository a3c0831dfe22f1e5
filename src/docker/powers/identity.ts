import { isJsonArray, type JsonValue, stringOf } from "../json/value.ts";
import { longestCommand } from "../limits.ts";
import { OWN_LABELS } from "../objects/owner-label.ts";
import type { Asking } from "./asking.ts";
import { listOf, mapOf, type Meaning, meaning, readingsOf, text } from "./meaning.ts";
import { encodeValue } from "./power.ts";

/** Stands for what the image says where the request says nothing; no real value can be spelt so. */
const FROM_IMAGE = "(image)";

/** A user, and the group behind a colon. Absent or empty it is whom the image names. */
export const userField: Meaning = text(["user", "group"], (value, asking) => {
  const [user = "", group = ""] = value.split(":", 2);
  // Only a group: the user is root, not whom the image names.
  asking.ask("user", canonicalId(user === "" ? "root" : user), value);
  if (group !== "") asking.ask("group", canonicalId(group), value);
});

/** Asks for the image's user where a request names none. */
export function judgeAbsentUser(value: JsonValue | undefined, asking: Asking): void {
  if (value === undefined || value === null || value === "") asking.ask("user", FROM_IMAGE);
}

/** Groups by name or number. Podman takes one word for all groups of its own user on the host. */
export const groupsField: Meaning = listOf(
  text(["group", "host"], (value, asking) => {
    if (value === "keep-groups") asking.ask("host", "groups", value);
    else asking.ask("group", canonicalId(value), value);
  }),
);

/** A number in its one spelling; `root` is 0 in every image that means no harm. */
function canonicalId(id: string): string {
  if (id === "root") return "0";
  if (!/^[+-]?[0-9]+$/u.test(id)) return encodeValue(id);
  const digits = id.replace(/^[+-]/u, "").replace(/^0+(?=[0-9])/u, "");
  return encodeValue(id.startsWith("-") && digits !== "0" ? `-${digits}` : digits);
}

/** One without `CAP_`: with another behind the first no engine knows it, and an entry of a list would mean more. */
const CAPABILITY = /^(?!CAP_)[0-9A-Z_]+$/u;

/** Capabilities to add: asked for without `CAP_`, in capitals, as engines read them in any case. */
export const capabilitiesField: Meaning = listOf(
  text(["cap"], (name, asking) => {
    const canonical = name.toUpperCase().replace(/^CAP_/u, "");
    if (CAPABILITY.test(canonical)) asking.ask("cap", canonical, name);
    else asking.refuse("must be a capability, such as NET_ADMIN");
  }),
);

/** `NAME=value`, of which the value is nobody's business. Podman takes off blanks before the name. */
export const environmentField: Meaning = listOf(
  text(["env"], (variable, asking) => {
    const name = nameOf(variable);
    asking.ask("env", encodeValue(name));
    if (name !== withoutBlanks(name)) asking.ask("env", encodeValue(withoutBlanks(name)));
  }),
);

/** Stands for variables that only the engine knows. */
const ANY = "(any)";

/**
 * The variables of a container, or of an image from which containers get theirs. One without a value is unset for Docker;
 * Podman copies that of its own process, and all that begin so before a star at the end.
 */
export const containerEnvironmentField: Meaning = listOf(
  text(["env", "engine-env"], (variable, asking) => {
    environmentField.judge(variable, asking);
    if (variable.includes("=")) return;
    const isMany = variable.endsWith("*");
    asking.ask("engine-env", isMany ? ANY : encodeValue(withoutBlanks(variable)));
    if (isMany) asking.ask("env", ANY);
  }),
);

function nameOf(variable: string): string {
  return variable.split("=", 1)[0] ?? "";
}

function withoutBlanks(name: string): string {
  return name.replace(/^[ \t]+/u, "");
}

/** Labels by key. */
export const labelsField: Meaning = mapOf(["label"], (key, _value, asking) => {
  for (const reading of readingsOf(key)) judgeLabel(reading, asking);
});

/** Asks for one label. Those that say whose a thing is are the gate's to set. */
export function judgeLabel(key: string, asking: Asking): void {
  if (key.startsWith(OWN_LABELS)) asking.refuse("is the gate's own label");
  else asking.ask("label", encodeValue(key));
}

/** The words of a command, or nothing. */
export const commandField: Meaning = meaning(["command"], (value, asking) => {
  const words = wordsOf(value, asking);
  if (words.length > 0) asking.ask("command", commandText(words));
});

/**
 * What replaces the image's program. An empty list says that there is none, and the command is run by itself. Podman reads
 * a single word as JSON where it can.
 */
export const entrypointField: Meaning = meaning(["entrypoint"], (value, asking) => {
  if (value === null) return;
  const words = wordsOf(value, asking);
  if (words.length === 1) refuseJsonList(words, asking);
  asking.ask("entrypoint", commandText(words));
});

function refuseJsonList(words: readonly string[], asking: Asking): void {
  if (/^\s*\[.*\]\s*$/su.test(words.join(" "))) asking.refuse("must be a list of words, not one as JSON");
}

/** Asks for the image's own program and command where a request names none. */
export function judgeAbsentCommand(
  entrypoint: JsonValue | undefined,
  command: JsonValue | undefined,
  asking: Asking,
): void {
  if (entrypoint === undefined || entrypoint === null) asking.ask("entrypoint", FROM_IMAGE);
  if (wordsOf(command ?? null, asking).length === 0) asking.ask("command", FROM_IMAGE);
}

/**
 * A health check's command: `["NONE"]`, `["CMD", ...]` or `["CMD-SHELL", "..."]`, which a shell reads. Docker has no other
 * kinds. Podman takes these in any letters and gives everything else to the shell; versions before 5.8 join all with
 * spaces and part it again, or read it as JSON where they can.
 */
export const healthTestField: Meaning = meaning(["command"], (value, asking) => {
  const all = wordsOf(value, asking);
  refuseJsonList(all, asking);
  const joined = all.join(" ");
  const [first = ""] = joined.split(" ", 1);
  const ask = (...words: readonly string[]): void => asking.ask("command", commandText(words));
  if (joined.length > longestCommand) {
    // It is cut, and not parted before: that could make it short.
    ask(joined);
    return;
  }
  switch (first.toUpperCase()) {
    case "NONE":
      return;
    case "CMD": {
      const words = all.slice(1);
      const parted = joined.split(/\s+/u).slice(1);
      if (first === all[0]) ask(...words);
      // Another program, where the first of the words has a space.
      if (first !== all[0] || parted[0] !== words[0]) ask(...parted);
      return;
    }
    case "CMD-SHELL":
      ask(...SHELL, ...(first === all[0] ? all.slice(1) : [joined.slice(first.length + 1)]));
      return;
    default:
      if (all.length > 0) ask(...SHELL, joined);
  }
});

const SHELL = ["/bin/sh", "-c"] as const;

/**
 * Words with spaces between them; a word that has one, or a mark of its own, stands in quotes. As soon as it is known to
 * be too long, no more of it is read.
 */
function commandText(words: readonly string[]): string {
  const quoted: string[] = [];
  let length = 0;
  for (const word of words) {
    const start = word.slice(0, longestCommand + 1);
    const whole = /^[^\s"'\\()]+$/u.test(start) ? start : JSON.stringify(start);
    length += whole.length + 1;
    quoted.push(whole);
    if (length > longestCommand + 1) break;
  }
  return encodeValue(quoted.length === 0 ? '""' : quoted.join(" "), longestCommand);
}

/** Engines before 29 take a single string for a list of one. */
function wordsOf(value: JsonValue, asking: Asking): readonly string[] {
  if (typeof value === "string") return [value];
  if (value === null) return [];
  if (!isJsonArray(value)) {
    asking.refuse("must be a list of strings");
    return [];
  }
  return value.map((word) => {
    if (typeof word !== "string") asking.refuse("must be a list of strings");
    return stringOf(word);
  });
}
