import { OWNER_LABEL } from "../../src/docker/objects/owner-label.ts";
import { makeScope } from "../../src/policy/scope/make-scope.ts";
import type { ClientObjects } from "../../src/policy/scope/object-terms.ts";
import type { Message } from "../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript } from "../support/scripted-engine.ts";
import { jsonAnswer } from "./reviewed-gate.ts";

/** A client that may touch what it made itself. */
export const OWN: ClientObjects = {
  scope: makeScope("ci", [{ own: true }]),
  view: undefined,
  stamps: new Map(),
};

/** A container that the client made. */
export const MINE: string = "a1".repeat(32);
/** One that it did not make. */
export const OTHERS: string = "b2".repeat(32);

/** What an engine says of a container. */
function containerOf(id: string, name: string, owner: string): object {
  return { Id: id, Name: `/${name}`, Config: { Labels: { [OWNER_LABEL]: owner } } };
}

const web = containerOf(MINE, "web", "ci");
const db = containerOf(OTHERS, "db", "ops");

/** The answers of an engine by the path that it is asked for. */
export const CONTAINERS: Readonly<Record<string, object>> = {
  "/containers/web/json": web,
  [`/containers/${MINE}/json`]: web,
  "/containers/db/json": db,
  [`/containers/${OTHERS}/json`]: db,
};

/** Knows objects by the paths of the gate's own questions; `said` gets all else that comes, which is answered with 200. */
export function scopedEngine(
  objects: Readonly<Record<string, object>> = CONTAINERS,
  said: Message[] = [],
): EngineScript {
  return answerEach((request) => {
    const [method, path = ""] = request.startLine.split(" ");
    const found = method === "GET" ? objects[path] : undefined;
    if (found !== undefined) return answerOf(JSON.stringify(found));
    // The gate's own questions have no version, and the requests of these tests have one.
    if (!/^\/v[0-9]/u.test(path)) return answerOf('{"message":"of the engine"}', "404 Not Found");
    said.push(request);
    return jsonAnswer("{}");
  });
}
