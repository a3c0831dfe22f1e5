import { NOBODY } from "../kernel/log-words.ts";
import type { ClientLimits } from "../policy/client-limits.ts";
import { type Grant, grantOfNobody } from "../policy/grant.ts";
import { DecidedHeads } from "./decided-heads.ts";
import type { GateParts, Recogniser, SharedParts } from "./gate-parts.ts";
import { LimitedClient } from "./limited-client.ts";

/**
 * Puts what the exchanges of one client are carried out with together. Whoever had this name before is the same client to its
 * limits.
 * @param takesAuthorization whether `Authorization` is for the gate, and so goes no further
 */
export function partsOf(
  shared: SharedParts,
  client: string,
  grant: Grant,
  takesAuthorization = false,
  limits?: ClientLimits,
): GateParts {
  const { origins, engine, usages } = shared;
  const heads = new DecidedHeads({ grant, origins, mark: engine.mark, takesAuthorization });
  const limited = limits === undefined ? undefined : new LimitedClient(client, limits, usages.of(client));
  return { ...shared, client, grant, heads, limits: limited };
}

/** The same for one connection of who is no client: there may be as many as connections, so nothing is remembered. */
export function partsOfNobody(shared: SharedParts, reason: string): GateParts {
  const { origins, engine } = shared;
  const grant = grantOfNobody(reason);
  const heads = new DecidedHeads({ grant, origins, mark: engine.mark }, 0);
  return { ...shared, client: NOBODY, grant, heads };
}

/** Takes whoever calls for one and the same client, and asks nothing. */
export function takingAllFor(parts: GateParts): Recogniser {
  return { unknown: parts, recognise: () => parts };
}
