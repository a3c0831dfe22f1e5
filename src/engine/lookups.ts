import type { Edit } from "../docker/json/edit.ts";
import { parseJson } from "../docker/json/parse.ts";
import type { JsonValue } from "../docker/json/value.ts";
import type { Lookup } from "../docker/powers/asking.ts";
import {
  lookupTargets,
  powersOfAbsent,
  powersOfUnknown,
  questionOf,
  resolveLookup,
} from "../docker/powers/lookup.ts";
import type { Power } from "../docker/powers/power.ts";
import { GateError } from "../gate-error.ts";
import type { Result } from "../kernel/result.ts";
import type { AnswerRoom } from "./answer-room.ts";
import type { EnginePool } from "./pool.ts";
import { askEngine } from "./question.ts";

const OK = 200;
const NOT_FOUND = 404;

/** What became of all the names of a request. */
export interface Findings {
  /** Of what could not be found it is what the client's word asks for. */
  readonly powers: readonly Power[];
  /** How names go on to the engine. */
  readonly edits: readonly Edit[];
  /** Why the request can't go on, even where all of the powers are held. */
  readonly failure: GateError | undefined;
}

/**
 * Asks the engine what the names stand for that a request has, and works out what they give. `version` is the request's
 * own. One after the other: a client has no more connections to the engine than to the gate.
 *
 * A failure is no reason to answer before it is clear that the client may name the thing at all: else it would learn of
 * things that are not its own which of them are there.
 */
export async function resolveLookups(
  lookups: readonly Lookup[],
  version: string | undefined,
  engine: EnginePool,
  room: AnswerRoom,
  signal: AbortSignal,
): Promise<Findings> {
  const powers: Power[] = [];
  const edits: Edit[] = [];
  let failure: GateError | undefined;
  let isSilent = false;
  // What was asked already: a request may name the same thing twice.
  const known = new Map<string, Buffer | undefined>();
  for (const lookup of lookups) {
    const targets = lookupTargets(lookup, version);
    if (targets.length === 0) {
      powers.push(...powersOfUnknown(lookup));
      continue;
    }
    const answers = isSilent ? undefined : await askAll(lookup, targets, known, engine, room, signal);
    if (answers?.ok !== true) {
      isSilent = true;
      failure = answers?.error ?? failure;
      powers.push(...powersOfAbsent(lookup));
      continue;
    }
    const resolved = resolveLookup(lookup, answers.value);
    powers.push(...resolved.powers);
    edits.push(...resolved.edits);
    if (resolved.isMissing) failure ??= missing(lookup, answers.value.length > 0);
  }
  return { powers, edits, failure };
}

/** A thing that is not there does not go on by its name, which may be another's when the engine reads it. */
function missing(lookup: Lookup, isAnswered: boolean): GateError {
  const { name } = lookup;
  return isAnswered ? unsaid(lookup, OK) : new GateError("no_such_container", `No such container: ${name}`);
}

/**
 * Asks for everything that one name could stand for. Parsed, answers take many times as much: not before all of them are
 * there, nor for longer than they are read.
 */
async function askAll(
  lookup: Lookup,
  targets: readonly string[],
  known: Map<string, Buffer | undefined>,
  engine: EnginePool,
  room: AnswerRoom,
  signal: AbortSignal,
): Promise<Result<readonly JsonValue[], GateError>> {
  for (const target of targets) {
    if (!known.has(target)) {
      const answer = await look(lookup, target, engine, room, signal);
      if (!answer.ok) return answer;
      known.set(target, answer.value);
    }
  }
  const answers: JsonValue[] = [];
  for (const target of targets) {
    const content = known.get(target);
    const parsed = content === undefined ? undefined : parseJson(content);
    if (parsed?.ok === false) return { ok: false, error: unsaid(lookup, OK) };
    if (parsed !== undefined) answers.push(parsed.value);
  }
  return { ok: true, value: answers };
}

/** Asks the engine one thing; undefined is that there is no such thing. */
async function look(
  lookup: Lookup,
  target: string,
  engine: EnginePool,
  room: AnswerRoom,
  signal: AbortSignal,
): Promise<Result<Buffer | undefined, GateError>> {
  const answer = await askEngine(engine, target, room, signal);
  if (!answer.ok) return answer;
  const { status, content } = answer.value;
  if (status === NOT_FOUND) return { ok: true, value: undefined };
  return status === OK ? { ok: true, value: content } : { ok: false, error: unsaid(lookup, status) };
}

function unsaid(lookup: Lookup, status: number): GateError {
  const message = `the Docker engine did not say ${questionOf(lookup)}`;
  return new GateError("engine_answer", `${message} (status ${status})`);
}
