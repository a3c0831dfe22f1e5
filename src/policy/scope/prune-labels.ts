import type { ObjectKind } from "../../docker/objects/object-kind.ts";
import { OWNER_LABEL, ownerLabelOf } from "../../docker/objects/owner-label.ts";
import type { Result } from "../../kernel/result.ts";
import type { Scope, ScopeEntry } from "./scope.ts";

/**
 * The labels that an engine can be told to delete by, all of which a thing must have, so that it deletes nothing that is
 * out of scope; or why there are none.
 */
export function pruneLabels(
  kind: ObjectKind,
  { entries }: Scope,
  stamps: ReadonlyMap<string, string>,
): Result<readonly string[], string> {
  // What a client may only use by its name is not what it deletes.
  const [entry, ...others] = entries.filter(({ image }) => image === undefined);
  const labels = entry === undefined || others.length > 0 ? undefined : labelsOf(kind, entry, stamps);
  return labels === undefined
    ? {
        ok: false,
        error: "the engine can prune by labels alone, and no label says the whole of the client's scope",
      }
    : { ok: true, value: labels };
}

/**
 * The labels that all of a kind in scope has, and nothing else, where there are such: what an engine lists by them is no longer
 * for what others have.
 */
export function listLabels(
  kind: ObjectKind,
  scope: Scope,
  stamps: ReadonlyMap<string, string>,
): readonly string[] {
  // A project is known by either of two labels.
  const isByLabels = scope.entries.every(({ project }) => project === undefined);
  const labels = isByLabels ? pruneLabels(kind, scope, stamps) : undefined;
  return labels?.ok === true ? labels.value : [];
}

function labelsOf(
  kind: ObjectKind,
  { own, label = [], name, project = [] }: ScopeEntry,
  stamps: ReadonlyMap<string, string>,
): readonly string[] | undefined {
  const owner = stamps.get(OWNER_LABEL);
  const isOneOfEach = label.length <= 1 && project.length <= 1 && name === undefined;
  if (!isOneOfEach || (own === true && owner === undefined)) return undefined;
  const labels = [
    ...(own === true && owner !== undefined ? [`${ownerLabelOf(kind)}=${owner}`] : []),
    ...label,
    ...project.map((value) => `com.docker.compose.project=${value}`),
  ];
  return labels.length === 0 ? undefined : labels;
}
