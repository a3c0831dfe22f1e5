import type { Viewer } from "../../docker/answers/viewer.ts";
import type { ObjectKind } from "../../docker/objects/object-kind.ts";
import { OWN_LABELS } from "../../docker/objects/owner-label.ts";
import type { ClientObjects } from "../scope/object-terms.ts";

/** The ids of what is in scope, of each kind that was asked about. */
export type KnownIds = ReadonlyMap<ObjectKind, ReadonlySet<string>>;

const NONE: KnownIds = new Map();

/**
 * Who reads answers under a scope and a view. The gate's own labels are not there for who has a scope; of a kind that is not
 * in `known`, no id is.
 */
export function viewerOf(
  { scope, view }: Pick<ClientObjects, "scope" | "view">,
  known: KnownIds = NONE,
): Viewer {
  return {
    isScoped: scope !== undefined,
    sees: (object) => scope?.sees(object) ?? true,
    knows: (kind, id) => scope === undefined || known.get(kind)?.has(id) === true,
    hides: (content) => view?.hides(content) ?? false,
    hidesLabel: (key) =>
      (scope !== undefined && key.startsWith(OWN_LABELS)) || (view?.hidesLabel(key) ?? false),
    isStrict: view?.isStrict ?? false,
  };
}
