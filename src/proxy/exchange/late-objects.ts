import type { Allow } from "../../policy/verdict.ts";
import type { ObjectExchanges } from "./object-exchanges.ts";

let loaded: ObjectExchanges | undefined;

/**
 * Loads what exchanges under a scope, a view or labels are carried out with. Before any client that has one is served; rejects where
 * it can't be loaded, and then all stays as it was. A build holds it to itself (scripts/one-build.mjs), so that it is whole and of the
 * same release. Node tries one that was damaged again only when it is restarted.
 */
export async function loadObjectExchanges(): Promise<void> {
  try {
    ({ objectExchanges: loaded } = await import("./object-exchanges.ts"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const what = "the part for scopes, views and labels (object-exchanges.js) can't be used";
    throw new Error(`${what}; install quaygate anew and restart it: ${reason}`, { cause: error });
  }
}

/**
 * What an allowed request is carried out with beside what all are; undefined where its client may touch and see everything, and marks
 * nothing. To ask before it was loaded is a mistake of the code that calls, and throws: nothing must pass without it.
 */
export function objectExchangesOf({ objects }: Pick<Allow, "objects">): ObjectExchanges | undefined {
  if (objects === undefined) return undefined;
  if (loaded === undefined) throw new Error("a client has a scope, a view or labels that were not loaded");
  return loaded;
}
