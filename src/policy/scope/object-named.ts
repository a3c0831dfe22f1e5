import type { Meant, Named } from "../../docker/objects/meant-object.ts";
import type { UseOfOne } from "../../docker/objects/object-use.ts";
import { withWord, wordInPath } from "../../docker/objects/object-path.ts";
import type { EnginePath } from "../../docker/path.ts";
import { parseQuery } from "../../docker/query.ts";
import type { Allow } from "../verdict.ts";
import type { ObjectTerms } from "./object-terms.ts";
import type { Scope } from "./scope.ts";

/** What a client may do with one object. */
export interface ScopedTerms extends ObjectTerms {
  readonly scope: Scope;
  readonly use: UseOfOne;
}

/** An allowed request that acts on an object of which it has to be known whether it is in scope. */
export type Scoped = Allow & { readonly objects: ScopedTerms };

/** Tells whether a request is one. */
export function isScoped(verdict: Allow): verdict is Scoped {
  const { objects } = verdict;
  return objects?.scope !== undefined && objects.use.use === "one";
}

/** What a request names. A query that can't be read has no tag; what it is to the engine is judged later. */
export function namedBy(
  { path, objects: { use } }: { readonly path: EnginePath; readonly objects: Pick<ScopedTerms, "use"> },
  query: string | undefined,
): Named {
  const { tagKey } = use;
  const values = tagKey === undefined ? undefined : parseQuery(query ?? "", (key) => key !== tagKey);
  const tag = values?.ok === true ? values.value.get(tagKey ?? "") : undefined;
  return { word: wordInPath(path, use), tag: typeof tag === "string" ? tag : "" };
}

/** The same request with the object's whole id in its path, or with the whole name that was judged. */
export function withMeant(verdict: Scoped, { word }: Meant): Scoped {
  return { ...verdict, path: withWord(verdict.path, verdict.objects.use, word) };
}
