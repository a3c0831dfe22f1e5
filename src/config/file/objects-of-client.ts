import type { Content } from "../../docker/answers/content.ts";
import type { OperationName } from "../../docker/operations.ts";
import type { Grant } from "../../policy/grant.ts";
import { makeScope } from "../../policy/scope/make-scope.ts";
import type { ClientObjects } from "../../policy/scope/object-terms.ts";
import { stampsOf } from "../../policy/scope/stamps.ts";
import { makeView } from "../../policy/view/make-view.ts";
import type { View } from "../../policy/view/view.ts";
import { openingOf } from "../open-operations.ts";
import type { Preset } from "../preset.ts";
import type { FileClient } from "./policy-file.ts";
import { NOTHING } from "./view-definition.ts";

/** What takes back as a whole what was read before: with a part of that hidden, the part would be gone. */
const REMAKING: readonly OperationName[] = [
  "ContainerCreate",
  "ContainerCreateLibpod",
  "ServiceCreate",
  "ServiceUpdate",
  "ConfigCreate",
  "ConfigUpdate",
  "SecretCreate",
  "SecretUpdate",
  "NodeUpdate",
];

/** On which objects a client of the file acts, what it reads of them, and what marks those that it makes; undefined where it is all. */
export function objectsOfClient(
  client: FileClient,
  presets: readonly Preset[],
  grant: Grant,
): ClientObjects | undefined {
  const { name, scope: entries, labels } = client;
  const view = viewOf(client, presets, grant);
  if (entries === undefined && labels === undefined && view === undefined) return undefined;
  return {
    scope: entries === undefined ? undefined : makeScope(name, entries),
    view,
    stamps: stampsOf(name, entries ?? [], new Map(Object.entries(labels ?? {}))),
  };
}

/** A list of its own adds to what presets hide, but for `only`, which says all. */
function viewOf(
  { only, hide, mode }: FileClient,
  presets: readonly Preset[],
  grant: Grant,
): View | undefined {
  if (only !== undefined) return makeView({ only });
  const isNothing = hide?.includes(NOTHING) === true || mode === "warn";
  const hidden = isNothing ? [] : [...new Set([...(hide ?? []), ...hiddenByPresets(presets, grant)])];
  return hidden.length === 0 ? undefined : makeView({ hide: hidden });
}

/** What none of the presets has a use for, and nothing of it where the client may make anew what it read. */
function hiddenByPresets([first, ...others]: readonly Preset[], grant: Grant): readonly Content[] {
  if (first === undefined || REMAKING.some((name) => openingOf(grant, name) !== undefined)) return [];
  return first.hide.filter((content) => others.every(({ hide }) => hide.includes(content)));
}
