import type { Grant } from "../policy/grant.ts";
import { DecidedHeads } from "./decided-heads.ts";
import type { GateParts, Recogniser, SharedParts } from "./gate-parts.ts";

/** Puts what the exchanges of one client are carried out with together. */
export function partsOf(shared: SharedParts, client: string, grant: Grant): GateParts {
  const { origins, engine } = shared;
  return { ...shared, client, grant, heads: new DecidedHeads({ grant, origins, mark: engine.mark }) };
}

/** Takes whoever calls for one and the same client, and asks nothing. */
export function takingAllFor(parts: GateParts): Recogniser {
  return { unknown: parts, recognise: () => parts };
}
