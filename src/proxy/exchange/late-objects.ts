import type { Allow } from "../../policy/verdict.ts";
import type { ObjectExchanges } from "./object-exchanges.ts";

let loaded: ObjectExchanges | undefined;

/**
 * Loads what exchanges under a scope, a view or labels are carried out with. Before any client that has one is served; rejects where
 * it can't be loaded, and then all stays as it was. Node tries one that was damaged again only when it is restarted.
 */
export async function loadObjectExchanges(): Promise<void> {
  const { objectExchanges } = await importObjectExchanges();
  // A file that was cut off may be a module still, and an empty one is.
  if (objectExchanges === undefined) throw damaged("it has nothing in it");
  loaded = objectExchanges;
}

async function importObjectExchanges(): Promise<{ readonly objectExchanges?: ObjectExchanges }> {
  try {
    return await import("./object-exchanges.ts");
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error), error);
  }
}

function damaged(reason: string, cause?: unknown): Error {
  const what = "the part for scopes, views and labels (object-exchanges.js) is missing or damaged";
  return new Error(`${what}; install quaygate anew and restart it: ${reason}`, { cause });
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
