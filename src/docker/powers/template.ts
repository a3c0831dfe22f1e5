import { longestTemplate } from "../limits.ts";
import type { Asking } from "./asking.ts";
import { encodeValue } from "./power.ts";

/** Names of facts that a text may show by `{{.Name}}`, each of which is short whatever a client does. */
type TemplateFields = ReadonlySet<string>;

/**
 * Docker's log tags (docs.docker.com, "Customize log driver output"); Podman reads those that it knows. Not the command,
 * which is as long as a client likes.
 */
export const logTagFields: TemplateFields = new Set(
  "ID FullID Name ImageID ImageFullID ImageName DaemonName".split(" "),
);

/** What swarmkit knows of a task (moby/swarmkit, `template/context.go`). Not the labels: a client may make them long. */
export const taskFields: TemplateFields = new Set([
  "Service.ID",
  "Service.Name",
  "Task.ID",
  "Task.Name",
  "Task.Slot",
  "Node.ID",
  "Node.Hostname",
  "Node.Platform.OS",
  "Node.Platform.Architecture",
]);

/** What begins an action of Go's text/template; a text without it stands for itself. */
const OPENING = "{{";
/** A field by itself: no function, no pipeline, no comment, and nothing that trims the text around it. */
const FIELD = /\{\{ *\.([A-Za-z]+(?:\.[A-Za-z]+)*) *\}\}/uy;
/** Real texts have one to four; a container's name, which has no bound but a head's, must not be repeated at will. */
const MOST_FIELDS = 16;

/** Tells whether the engine executes anything of the text. */
export function isTemplate(text: string): boolean {
  return text.includes(OPENING);
}

/**
 * Asks for what a Go template may do: a width in `printf`, or two loops, take all the memory of the engine's process,
 * and again at each boot where a container is started again. Plain fields ask for nothing.
 */
export function judgeTemplate(text: string, fields: TemplateFields, asking: Asking): void {
  if (!showsFieldsOnly(text, fields)) askForText(text, asking);
}

function showsFieldsOnly(text: string, fields: TemplateFields): boolean {
  let shown = 0;
  let at = text.indexOf(OPENING);
  while (at !== -1) {
    FIELD.lastIndex = at;
    const name = FIELD.exec(text)?.[1];
    shown += 1;
    if (name === undefined || !fields.has(name) || shown > MOST_FIELDS) return false;
    at = text.indexOf(OPENING, FIELD.lastIndex);
  }
  return true;
}

/** A pattern beyond this is no more read by people; without counted repetition its program is as long as itself. */
const LONGEST_PATTERN = 128;
/** Names, ids and references, which match themselves; a dot is any character. */
const LITERAL = /^[\w./:@-]*$/u;

/**
 * Asks for what a regular expression may do. Go matches in linear time, but `x{1000}` is a thousand steps, and engines
 * that were built before Go 1.19.2 put no bound on all of them together (CVE-2022-41715).
 */
export function judgePattern(pattern: string, asking: Asking): void {
  const isShort = pattern.length <= LONGEST_PATTERN && !pattern.includes("{");
  if (!isShort && !LITERAL.test(pattern)) askForText(pattern, asking);
}

/** Asks for a text that the engine executes. One that is too long to be written in a list is held only with all of them. */
export function askForText(text: string, asking: Asking): void {
  asking.ask("template", text.length > longestTemplate ? "(long)" : encodeValue(text));
}
