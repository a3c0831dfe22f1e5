import type { Allow } from "../../policy/verdict.ts";
import type { ObjectExchanges } from "./object-exchanges.ts";

let loaded: ObjectExchanges | undefined;

/**
 * Loads what exchanges under a scope, a view or labels are carried out with. Before any client that has one is served; rejects where
 * it can't be loaded.
 */
export async function loadObjectExchanges(): Promise<void> {
  const { objectExchanges } = await import("./object-exchanges.ts");
  loaded = objectExchanges;
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
