import { parseImagePattern } from "../../policy/power-image.ts";
import { isOnlyStars, parseGlob } from "../../policy/power-glob.ts";
import { BAD_ESCAPE } from "../../policy/power-pattern.ts";
import type { ScopeEntry } from "../../policy/scope/scope.ts";
import { parseViewWord } from "../../policy/view/view-word.ts";
import type { ClientDefinition } from "./client-definition.ts";
import { type FilePath, quoted } from "./file-problem.ts";
import type { Reporter } from "./policy-file.ts";
import { NOTHING } from "./view-definition.ts";

/** Looks at what a client may touch, know of and read, and what it marks. What is wrong is reported. */
export function checkScope(client: ClientDefinition, path: FilePath, reporter: Reporter): void {
  checkTogether(client, path, reporter);
  for (const [index, entry] of (client.scope ?? []).entries()) {
    checkEntry(entry, [...path, "scope", index], reporter);
  }
  for (const key of ["hide", "only"] as const) {
    for (const [index, word] of (client[key] ?? []).entries()) {
      reporter.report([...path, key, index], checkWordOfView(word));
    }
  }
  const { hide = [] } = client;
  if (hide.length > 1 && hide.includes(NOTHING)) {
    reporter.report(
      [...path, "hide", hide.indexOf(NOTHING)],
      `${NOTHING} stands alone: it hides nothing, what presets hide neither`,
    );
  }
}

function checkTogether({ mode }: ClientDefinition, path: FilePath, { report, keysAt }: Reporter): void {
  const keys = keysAt(path);
  if (keys.includes("hide") && keys.includes("only")) {
    report([...path, "only"], "says all that is read, and hide what is not: take one of them away", "key");
  }
  // Whoever is only warned does and reads all, what it makes is not looked into, and a promise would be none.
  for (const key of ["scope", "labels", "hide", "only"].filter(
    (each) => mode === "warn" && keys.includes(each),
  )) {
    report(
      [...path, key],
      "can't be kept with mode: warn, which lets through all: take one of them away",
      "key",
    );
  }
}

/** Which words there are is in the definition: this is about patterns of labels. */
function checkWordOfView(word: string): string | undefined {
  const read = word === NOTHING ? undefined : parseViewWord(word);
  return read?.ok === false && read.error.kind === "malformed"
    ? `${quoted(word)} ${read.error.reason}`
    : undefined;
}

function checkEntry(entry: ScopeEntry, path: FilePath, { report }: Reporter): void {
  if (entry.image !== undefined && Object.keys(entry).length > 1) {
    report(
      [...path, "image"],
      "stands alone: give it a mapping of its own, such as { image: busybox }",
      "key",
    );
  }
  const checks = { label: checkLabel, name: checkName, project: checkProject, image: checkImage };
  for (const key of ["label", "name", "project", "image"] as const) {
    for (const [index, text] of (entry[key] ?? []).entries()) {
      report([...path, key, index], checks[key](text));
    }
  }
}

function checkLabel(text: string): string | undefined {
  const [key = "", value] = text.split(/=(.*)/su, 2);
  if (key === "") return `${quoted(text)} has no key: a label is key or key=value`;
  if (/\s/u.test(key)) return `${quoted(text)} has white space in its key`;
  return key.includes("*") || value?.includes("*") === true
    ? `${quoted(text)} has a star, which stands for nothing in a label: the key alone is any value`
    : undefined;
}

function checkName(text: string): string | undefined {
  if (/\s/u.test(text)) return `${quoted(text)} has white space, which no name has`;
  if (text.startsWith("/")) return `names have no slash in front here: write ${text.slice(1)}`;
  const glob = parseGlob(text);
  if (glob === undefined) return `${quoted(text)} ${BAD_ESCAPE}`;
  return isOnlyStars(glob)
    ? "is every name there is: leave scope out, or begin the name with some letters"
    : undefined;
}

/** Compose writes small letters, digits, dashes and underscores; a stack may be called a little more. */
function checkProject(text: string): string | undefined {
  if (text.includes("*")) return "a project has its whole name here, without stars";
  return /^[A-Za-z0-9][\w.-]*$/u.test(text)
    ? undefined
    : `${quoted(text)} is no name of a Compose project or a stack`;
}

function checkImage(text: string): string | undefined {
  const pattern = parseImagePattern("image", text, "grant");
  // What it advises is written as a power.
  if (!pattern.ok) return `${quoted(text)} ${pattern.error.replaceAll(/\bimage:(?=\S)/gu, "")}`;
  return pattern.value.isEverything
    ? "is every image there is, those of others too: name a registry or a folder, such as docker.io/library/*"
    : undefined;
}
