import type { AnswerPart } from "./answer-table.ts";
import type { Content } from "./content.ts";
import { is } from "./shape.ts";

/**
 * A step of a Dockerfile as the engine keeps it: `ENV` with its values, `LABEL`, `VOLUME`, `EXPOSE` and `RUN` alike, with
 * arguments of the build. Nobody can tell them apart for certain, so each of these words hides it.
 */
export const buildStep: AnswerPart = is("command", "env", "labels", "mounts", "addresses");

/** The whole line of Podman by which a container was made, with all its options. */
export const commandLine: AnswerPart = is(
  "command",
  "env",
  "labels",
  "mounts",
  "addresses",
  "names",
  "image",
  "networks",
  "resources",
  "security",
  "settings",
);

/** The kinds of what an engine's or a runtime's own words can tell, where something went wrong. */
const OF_TROUBLE = [
  ...(["state", "command", "mounts", "addresses", "networks", "names"] as const),
  ...(["image", "security", "settings", "host"] as const),
] as const;

/** What went wrong, in the engine's or the runtime's own words: the program, path, port or name that it was about stands there. */
export const trouble: AnswerPart = is(...OF_TROUBLE);

/** Whether somebody may not read all that such words can tell. */
export function hidesTrouble(hides: (content: Content) => boolean): boolean {
  return OF_TROUBLE.some((content) => hides(content));
}
