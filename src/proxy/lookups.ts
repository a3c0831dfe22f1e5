import { parseJson } from "../docker/json/parse.ts";
import type { JsonValue } from "../docker/json/value.ts";
import type { Lookup } from "../docker/powers/asking.ts";
import { lookupTarget, powersOfAbsent, powersOfLookup, powersOfUnknown } from "../docker/powers/lookup.ts";
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
  // What was answered already: one list of networks tells of all their names.
  const answers = new Map<string, JsonValue>();
  for (const lookup of lookups) {
    const target = lookupTarget(lookup, version);
    if (target === undefined) {
      powers.push(...powersOfUnknown(lookup));
      continue;
    }
    const known = answers.get(target);
    const answer = known === undefined ? await look(lookup, target, engine, signal) : present(known);
    if (!answer.ok) return answer;
    if (answer.value !== undefined) answers.set(target, answer.value);
    powers.push(
      ...(answer.value === undefined ? powersOfAbsent(lookup) : powersOfLookup(lookup, answer.value)),
    );
  }
  return { ok: true, value: powers };
}

/** What the engine has to say; undefined when there is no such thing. */
type Answer = Result<JsonValue | undefined, GateError>;

function present(value: JsonValue): Answer {
  return { ok: true, value };
}

async function look(
  { kind }: Lookup,
  target: string,
  engine: EnginePool,
  signal: AbortSignal,
): Promise<Answer> {
  const answer = await askEngine(engine, target, signal);
  if (!answer.ok) return answer;
  const { status, content } = answer.value;
  if (status === NOT_FOUND && kind === "volume") return { ok: true, value: undefined };
  const parsed = parseJson(content);
  if (status !== OK || !parsed.ok) {
    const message = `the Docker engine did not say what the ${kind} is that the request names`;
    return { ok: false, error: new GateError("engine_answer", `${message} (status ${status})`) };
  }
  return present(parsed.value);
}
