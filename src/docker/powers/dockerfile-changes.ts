import { Asking } from "./asking.ts";
import { judgeLabel } from "./identity.ts";
import { listOf, type Meaning, text } from "./meaning.ts";
import { encodeValue } from "./power.ts";
import { askForText } from "./template.ts";

// Engines join all changes by line ends: a line may go on in the next, and the first may say by which mark. Their own
// white space is wider than what is plain here.
const PLAIN = /^[\t\x20-\x5b\x5d-\x5f\x61-\x7e]*$/u;
const INSTRUCTION = /^[\t ]*([a-z]+)[\t ]+(.*)$/iu;
/** Instructions whose effect containers ask for themselves when they are created, or that no container meets. */
const HARMLESS: ReadonlySet<string> = new Set([
  "cmd",
  "entrypoint",
  "expose",
  "healthcheck",
  "maintainer",
  "shell",
  "stopsignal",
  "user",
  "volume",
  "workdir",
]);
/** Instructions of which a dollar sign is for the shell of a container: the builder replaces variables in all others. */
const VERBATIM: ReadonlySet<string> = new Set(["cmd", "entrypoint", "healthcheck", "maintainer", "shell"]);
// One instruction sets several names: `a=1 b="2 3"`, or one: `a 1 and more`. Each is looked for only where the last one
// ended, so that a long text is read once.
const SETTING = /([\w./-]+)=(?:"[^"$]*"|'[^'$]*'|[^\s"'$]*)(?:\s+|$)/uy;
const SINGLE_SETTING = /^([\w./-]+)(?:[\t ].*)?$/u;
const UNKNOWN = "(unknown)";

/**
 * `?changes=`: instructions of a Dockerfile for an image that is committed or imported. Labels and variables go over to
 * its containers without a word, so they are asked for here; what is not beyond doubt may set any. The engine replaces
 * variables by their values, of which a line may have very many.
 */
export const changesField: Meaning = listOf(text(["label", "env", "template"], judgeChange));

function judgeChange(change: string, asking: Asking): void {
  const isPlain = PLAIN.test(change);
  const [, word = "", settings = ""] = isPlain ? (INSTRUCTION.exec(change) ?? []) : [];
  const instruction = word.toLowerCase();
  if (change.includes("$") && !VERBATIM.has(instruction)) askForText(change, asking);
  // It may make a part of its own line of what follows.
  if (!isPlain) asking.ask("template", UNKNOWN);
  if (HARMLESS.has(instruction)) return;
  if (instruction === "label" || instruction === "env") {
    for (const name of namesIn(settings.trimEnd())) {
      if (instruction === "label") judgeLabel(name, asking);
      else asking.ask(instruction, encodeValue(name));
    }
    return;
  }
  asking.ask("label", UNKNOWN);
  asking.ask("env", UNKNOWN);
}

function namesIn(words: string): readonly string[] {
  const single = SINGLE_SETTING.exec(words)?.[1];
  if (single !== undefined) return [single];
  const names: string[] = [];
  SETTING.lastIndex = 0;
  while (SETTING.lastIndex < words.length) {
    const name = SETTING.exec(words)?.[1];
    if (name === undefined) return [UNKNOWN];
    names.push(name);
  }
  return names;
}

/** The labels that instructions set, by their keys; undefined where it is not beyond doubt. */
export function labelsOfChange(change: string): readonly string[] | undefined {
  const asking = new Asking();
  judgeChange(change, asking);
  const { powers } = asking.asked;
  const keys = powers.filter(({ noun }) => noun === "label").map(({ value }) => value);
  return asking.fault !== undefined || keys.includes(UNKNOWN) ? undefined : keys;
}
