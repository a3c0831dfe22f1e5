import { type Grant, grantOfNobody } from "../policy/grant.ts";
import { DecidedHeads } from "./decided-heads.ts";
import type { GateParts, Recogniser, SharedParts } from "./gate-parts.ts";

/** What the log calls who is no client. */
const NOBODY = "nobody";

/** Puts what the exchanges of one client are carried out with together. */
export function partsOf(shared: SharedParts, client: string, grant: Grant): GateParts {
  const { origins, engine } = shared;
  return { ...shared, client, grant, heads: new DecidedHeads({ grant, origins, mark: engine.mark }) };
}

/** The same for one connection of who is no client: there may be as many as connections, so nothing is remembered. */
export function partsOfNobody(shared: SharedParts, reason: string): GateParts {
  const { origins, engine } = shared;
  const grant = grantOfNobody(reason);
  return {
    ...shared,
    client: NOBODY,
    grant,
    heads: new DecidedHeads({ grant, origins, mark: engine.mark }, 0),
  };
}

/** Takes whoever calls for one and the same client, and asks nothing. */
export function takingAllFor(parts: GateParts): Recogniser {
  return { unknown: parts, recognise: () => parts };
}
