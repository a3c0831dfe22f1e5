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
import { saysNone } from "../docker/objects/absence.ts";
import type { NamedNetworks } from "../docker/objects/pinned-networks.ts";
import type { Identity } from "../docker/objects/identity.ts";
import { mentionedBy } from "../docker/powers/mention.ts";
import { listsNetworks, mayBeMeant } from "../docker/powers/network-name.ts";
import type { Power } from "../docker/powers/power.ts";
import { type Absence, type Sees, sight, unsighted } from "../docker/powers/scoped-lookup.ts";
import { type ErrorCode, GateError } from "../gate-error.ts";
import type { Result } from "../kernel/result.ts";
import type { AnswerRoom } from "./answer-room.ts";
import type { EnginePool } from "./pool.ts";
import { NAMED_ENTRY_LIMIT } from "./limits.ts";
import { pickedEntries } from "./picked-entries.ts";
import { askEngine, askEngineBy, type EngineAnswer } from "./question.ts";

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
  /** What the request says that something is made of; only looked for where the client has a scope, as all below. */
  readonly base: Identity | undefined;
  /** What it names and is not there for the client: for the record alone. */
  readonly hidden: Identity | undefined;
  readonly networks: NamedNetworks;
}

/**
 * Asks the engine what the names stand for that a request has, and works out what they give. `version` is the request's
 * own, and `sees` says what is there for the client, where that is not everything. One after the other: a client has no
 * more connections to the engine than to the gate.
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
  sees?: Sees,
): Promise<Findings> {
  const powers: Power[] = [];
  const edits: Edit[] = [];
  let failure: GateError | undefined;
  let base: Identity | undefined;
  let hidden: Identity | undefined;
  const networks = new Map<string, Identity>();
  let isSilent = false;
  // What was asked already: a request may name the same thing twice.
  const asked = new Map<string, Buffer | undefined>();
  const isAbsent = (status: number, word: string): boolean =>
    status === NOT_FOUND || (sees !== undefined && saysNone(status, word));
  const ask = (target: string, { name }: Lookup): Promise<Result<EngineAnswer, GateError>> => {
    if (!listsNetworks(target)) return askEngine(engine, target, room, signal);
    const pick = (entry: Buffer | undefined): Buffer | undefined =>
      entry !== undefined && mayBeMeant(name, entry) ? Buffer.from(entry) : undefined;
    return askEngineBy(engine, target, pickedEntries(room, NAMED_ENTRY_LIMIT, pick), signal);
  };
  const named = [...lookups];
  // What is found may name further things.
  for (const lookup of named) {
    const targets = lookupTargets(lookup, version);
    if (targets.length === 0) {
      powers.push(...powersOfUnknown(lookup));
      const absence = sees === undefined || lookup.kind === "engine" ? undefined : unsighted(lookup);
      if (absence !== undefined) failure ??= failureOf(absence);
      continue;
    }
    const answers = isSilent ? undefined : await askAll(lookup, targets, asked, isAbsent, ask);
    if (answers?.ok !== true) {
      isSilent = true;
      failure = answers?.error ?? failure;
      powers.push(...powersOfAbsent(lookup));
      continue;
    }
    const seen =
      sees === undefined || lookup.kind === "engine" ? undefined : sight(lookup, answers.value, sees);
    const known = seen?.answers ?? answers.value;
    const resolved = resolveLookup(lookup, known);
    powers.push(...resolved.powers);
    edits.push(...resolved.edits, ...(seen?.edits ?? []));
    if (lookup.kind === "mention") {
      named.push(...mentionedBy(lookup, known[0]));
      if (lookup.role === "base") base = seen?.object;
    }
    if (seen?.absence !== undefined) failure ??= failureOf(seen.absence);
    hidden ??= seen?.hidden;
    if (lookup.kind === "network" && seen?.object !== undefined) networks.set(lookup.name, seen.object);
    if (resolved.isMissing) failure ??= missing(lookup, known.length > 0);
  }
  return { powers, edits, failure, base, hidden, networks };
}

/** How a client is answered about what is not there for it: an image in the engine's own words, for clients pull it then. */
const CODES: Readonly<Record<Absence["kind"], ErrorCode>> = {
  container: "no_such_container",
  image: "no_such_object",
  thing: "no_such_reference",
  scope: "scope_denied",
};

function failureOf({ kind, reason }: Absence): GateError {
  return new GateError(CODES[kind], reason);
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
  isAbsent: (status: number, word: string) => boolean,
  ask: (target: string, lookup: Lookup) => Promise<Result<EngineAnswer, GateError>>,
): Promise<Result<readonly JsonValue[], GateError>> {
  for (const target of targets) {
    if (!known.has(target)) {
      const answer = found(lookup, isAbsent, await ask(target, lookup));
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

/** What an answer says; undefined is that there is no such thing. */
function found(
  lookup: Lookup,
  isAbsent: (status: number, word: string) => boolean,
  answer: Result<EngineAnswer, GateError>,
): Result<Buffer | undefined, GateError> {
  if (!answer.ok) return answer;
  const { status, content } = answer.value;
  if (isAbsent(status, lookup.name)) return { ok: true, value: undefined };
  return status === OK ? { ok: true, value: content } : { ok: false, error: unsaid(lookup, status) };
}

function unsaid(lookup: Lookup, status: number): GateError {
  const message = `the Docker engine did not say ${questionOf(lookup)}`;
  return new GateError("engine_answer", `${message} (status ${status})`);
}
