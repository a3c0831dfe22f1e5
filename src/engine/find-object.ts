import { parseJson } from "../docker/json/parse.ts";
import { isJsonObject, type JsonValue, stringOf } from "../docker/json/value.ts";
import type { FoundObject } from "../docker/objects/meant-object.ts";
import type { ObjectKind } from "../docker/objects/object-kind.ts";
import { objectTarget } from "../docker/objects/object-target.ts";
import { type Keeper, readInspected, readKeeper } from "../docker/objects/read-identity.ts";
import { GateError } from "../gate-error.ts";
import { copyText } from "../kernel/copy-text.ts";
import type { Result } from "../kernel/result.ts";
import type { AnswerRoom } from "./answer-room.ts";
import type { EnginePool } from "./pool.ts";
import { askEngine } from "./question.ts";

const OK = 200;
const BAD_REQUEST = 400;
const NOT_FOUND = 404;
const FAILED = 500;
const UNAVAILABLE = 503;

/**
 * Asks the engine which object a word means, and of what it is a part. Undefined is that there is none, or that the word
 * is for no one object. An answer that does not say for certain who the object is is an error. Id and names outlive the
 * answer: an exchange may last for days.
 */
export async function findObject(
  kind: ObjectKind,
  word: string,
  engine: EnginePool,
  room: AnswerRoom,
  signal: AbortSignal,
): Promise<Result<FoundObject | undefined, GateError>> {
  const inspected = await inspect(kind, word, engine, room, signal);
  if (!inspected.ok) return inspected;
  const answer = inspected.value;
  const read = answer === undefined ? undefined : readInspected(kind, answer);
  // An id that no path can carry beyond doubt can't go on in one: a volume's is what its driver calls it.
  const isKnown = read !== undefined && objectTarget(kind, read.id) !== undefined;
  if (answer !== undefined && !isKnown) return { ok: false, error: unsaid(kind, OK) };
  const object = read && { ...read, id: copyText(read.id), names: read.names.map((name) => copyText(name)) };
  const keeperKind = KEEPER_KINDS[kind];
  if (keeperKind === undefined) return { ok: true, value: object && { object, keeper: object } };
  // It takes as many questions to find that there is none. A task without a service is nobody's.
  const kept = answer === undefined ? undefined : readKeeper(kind, answer);
  const keeper = await findObject(keeperKind, kept?.id ?? word, engine, room, signal);
  if (!keeper.ok || keeper.value === undefined) return keeper;
  const isKept = object !== undefined && kept !== undefined;
  return { ok: true, value: isKept ? { object, keeper: keeper.value.object } : undefined };
}

/** Whose parts some objects are. */
const KEEPER_KINDS: Readonly<Partial<Record<ObjectKind, Keeper["kind"]>>> = {
  exec: "container",
  task: "service",
};

async function inspect(
  kind: ObjectKind,
  word: string,
  engine: EnginePool,
  room: AnswerRoom,
  signal: AbortSignal,
): Promise<Result<JsonValue | undefined, GateError>> {
  const target = objectTarget(kind, word);
  if (target === undefined) return { ok: true, value: undefined };
  const answer = await askEngine(engine, target, room, signal);
  if (!answer.ok) return answer;
  const { status, content } = answer.value;
  // What several ids begin with is an error of the word to some engines, and one of their own to older ones.
  const isNone = status === NOT_FOUND || status === BAD_REQUEST;
  if (isNone || (status === FAILED && ID_START.test(word))) return { ok: true, value: undefined };
  const parsed = parseJson(content);
  if (status === OK && parsed.ok) return parsed;
  const message = parsed.ok && isJsonObject(parsed.value) ? stringOf(parsed.value.get("message")) : "";
  return {
    ok: false,
    error:
      status === UNAVAILABLE && message !== "" && OF_SWARM.has(kind)
        ? new GateError("swarm_unavailable", message)
        : unsaid(kind, status),
  };
}

/** What may be the beginning of an id. */
const ID_START = /^[0-9a-f]{1,63}$/u;

/** An engine that is in no swarm, or not in the state for it, says so of all of them alike. */
const OF_SWARM: ReadonlySet<ObjectKind> = new Set<ObjectKind>([
  "service",
  "task",
  "secret",
  "config",
  "node",
]);

function unsaid(kind: ObjectKind, status: number): GateError {
  const message = `the Docker engine did not say what the ${kind} is that the request names`;
  return new GateError("engine_answer", `${message} (status ${status})`);
}
