import { parseJson } from "../docker/json/parse.ts";
import type { Lookup } from "../docker/powers/asking.ts";
import { lookupTarget, powersOfLookup, powersOfUnknown } from "../docker/powers/lookup.ts";
import type { Power } from "../docker/powers/power.ts";
import type { Result } from "../kernel/result.ts";
import type { EnginePool } from "./engine-pool.ts";
import { askEngine } from "./engine-question.ts";
import { GateError } from "./gate-error.ts";

const OK = 200;
const NOT_FOUND = 404;

type Outcome = Result<readonly Power[], GateError>;

/**
 * Asks the engine what the volumes and networks are that a request names, and works out what they give. `version` is
 * the request's own. One after the other: a client has no more connections to the engine than to the gate.
 */
export async function resolveLookups(
  lookups: readonly Lookup[],
  version: string | undefined,
  engine: EnginePool,
  signal: AbortSignal,
): Promise<Outcome> {
  const powers: Power[] = [];
  for (const lookup of lookups) {
    const outcome = await resolveLookup(lookup, version, engine, signal);
    if (!outcome.ok) return outcome;
    powers.push(...outcome.value);
  }
  return { ok: true, value: powers };
}

async function resolveLookup(
  lookup: Lookup,
  version: string | undefined,
  engine: EnginePool,
  signal: AbortSignal,
): Promise<Outcome> {
  const target = lookupTarget(lookup, version);
  if (target === undefined) return { ok: true, value: powersOfUnknown(lookup) };
  const answer = await askEngine(engine, target, signal);
  if (!answer.ok) return answer;
  const { status, content } = answer.value;
  if (status === NOT_FOUND) return { ok: true, value: powersOfLookup(lookup, undefined) };
  const inspected = parseJson(content);
  if (status !== OK || !inspected.ok) {
    const message = `the Docker engine did not say what the ${lookup.kind} is that the request names`;
    return { ok: false, error: new GateError("engine_answer", `${message} (status ${status})`) };
  }
  return { ok: true, value: powersOfLookup(lookup, inspected.value) };
}
