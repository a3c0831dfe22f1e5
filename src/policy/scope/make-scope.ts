import type { Identity } from "../../docker/objects/identity.ts";
import { ownerLabelOf } from "../../docker/objects/owner-label.ts";
import { PROJECT_LABELS } from "../../docker/objects/project-labels.ts";
import { matchesGlob, parseGlob } from "../power-glob.ts";
import { parseImagePattern } from "../power-image.ts";
import type { Matcher } from "../power-pattern.ts";
import type { Scope, ScopeEntry } from "./scope.ts";

type Test = (object: Identity) => boolean;

/**
 * Prepares a scope: what any of its entries matches is in it. A text that can't be understood matches nothing, and so does
 * an entry that says nothing.
 */
export function makeScope(client: string, entries: readonly ScopeEntry[]): Scope {
  const tests = entries.map((entry) => entryTest(client, entry));
  return { client, entries, sees: (object) => tests.some((test) => test(object)) };
}

function entryTest(client: string, { own, label, name, project, image }: ScopeEntry): Test {
  const tests = [
    own === true ? ownTest(client) : undefined,
    label === undefined ? undefined : any(label, labelTest),
    name === undefined ? undefined : any(name, nameTest),
    project === undefined ? undefined : any(project, projectTest),
    image === undefined ? undefined : any(image, imageTest),
  ].filter((test) => test !== undefined);
  return (object) => tests.length > 0 && tests.every((test) => test(object));
}

function any(texts: readonly string[], prepare: (text: string) => Test): Test {
  const tests = texts.map((text) => prepare(text));
  return (object) => tests.some((test) => test(object));
}

function ownTest(client: string): Test {
  return ({ kind, labels }) => labels.get(ownerLabelOf(kind)) === client;
}

function labelTest(label: string): Test {
  const at = label.indexOf("=");
  if (at === -1) return ({ labels }) => labels.has(label);
  const [key, value] = [label.slice(0, at), label.slice(at + 1)];
  return ({ labels }) => labels.get(key) === value;
}

/** Images go by {@link imageTest}: their names have parts and versions. */
function nameTest(pattern: string): Test {
  const glob = parseGlob(pattern);
  return ({ kind, names }) =>
    kind !== "image" && glob !== undefined && names.some((name) => matchesGlob(glob, name));
}

function projectTest(project: string): Test {
  return ({ labels }) => PROJECT_LABELS.some((key) => labels.get(key) === project);
}

function imageTest(pattern: string): Test {
  const parsed = parseImagePattern("image", pattern, "grant");
  return ({ kind, id, names }) => kind === "image" && parsed.ok && matchesImage(parsed.value, [...names, id]);
}

function matchesImage({ isEverything, matches }: Matcher, texts: readonly string[]): boolean {
  return isEverything || texts.some((text) => matches(text));
}
