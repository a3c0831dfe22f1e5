import { parseJson } from "../docker/json/parse.ts";
import type { JsonValue } from "../docker/json/value.ts";
import type { Lookup } from "../docker/powers/asking.ts";
import { lookupTargets, powersOfLookup, powersOfUnknown } from "../docker/powers/lookup.ts";
import type { Power } from "../docker/powers/power.ts";
import type { Result } from "../kernel/result.ts";
import type { AnswerRoom } from "./answer-room.ts";
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
  room: AnswerRoom,
  signal: AbortSignal,
): Promise<Outcome> {
  const powers: Power[] = [];
  // What was asked already: a request may name the same thing twice.
  const known = new Map<string, JsonValue | undefined>();
  for (const lookup of lookups) {
    const targets = lookupTargets(lookup, version);
    const answers: JsonValue[] = [];
    for (const target of targets) {
      if (!known.has(target)) {
        const answer = await look(lookup, target, engine, room, signal);
        if (!answer.ok) return answer;
        known.set(target, answer.value);
      }
      const answer = known.get(target);
      if (answer !== undefined) answers.push(answer);
    }
    powers.push(...(targets.length === 0 ? powersOfUnknown(lookup) : powersOfLookup(lookup, answers)));
  }
  return { ok: true, value: powers };
}

/** Asks the engine one thing; undefined is that there is no such thing. */
async function look(
  { kind }: Lookup,
  target: string,
  engine: EnginePool,
  room: AnswerRoom,
  signal: AbortSignal,
): Promise<Result<JsonValue | undefined, GateError>> {
  const answer = await askEngine(engine, target, room, signal);
  if (!answer.ok) return answer;
  const { status, content } = answer.value;
  if (status === NOT_FOUND) return { ok: true, value: undefined };
  const parsed = parseJson(content);
  if (status !== OK || !parsed.ok) {
    const message = `the Docker engine did not say what the ${kind} is that the request names`;
    return { ok: false, error: new GateError("engine_answer", `${message} (status ${status})`) };
  }
  return { ok: true, value: parsed.value };
}
