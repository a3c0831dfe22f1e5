import type { Viewer } from "../../docker/answers/viewer.ts";
import type { ObjectKind } from "../../docker/objects/object-kind.ts";
import { OWN_LABELS } from "../../docker/objects/owner-label.ts";
import type { ClientObjects } from "../scope/object-terms.ts";

/** The ids of what is in scope, of each kind that was asked about. */
export type KnownIds = ReadonlyMap<ObjectKind, ReadonlySet<string>>;

/**
 * Who reads answers under a scope and a view. The gate's own labels are not there for who has a scope, and no object of which an
 * answer has the id alone.
 */
export function viewerOf({ scope, view }: Pick<ClientObjects, "scope" | "view">): Viewer {
  return {
    isScoped: scope !== undefined,
    sees: (object) => scope?.sees(object) ?? true,
    knows: () => scope === undefined,
    hides: (content) => view?.hides(content) ?? false,
    hidesLabel: (key) =>
      (scope !== undefined && key.startsWith(OWN_LABELS)) || (view?.hidesLabel(key) ?? false),
    isStrict: view?.isStrict ?? false,
  };
}

/** The same with a scope, of which is known what is in it. */
export function knowing(viewer: Viewer, known: KnownIds): Viewer {
  return { ...viewer, knows: (kind, id) => known.get(kind)?.has(id) === true };
}
