import { matchOperation } from "../../../src/docker/match.ts";
import type { Method } from "../../../src/docker/operation.ts";
import type { Operation, OperationName } from "../../../src/docker/operations.ts";
import { acting } from "./acting.ts";
import { type Call, type PresetCalls, wholeCall } from "./calls.ts";
import { managing } from "./managing.ts";
import { readingLogs } from "./reading-logs.ts";
import { routing } from "./routing.ts";
import { watching } from "./watching.ts";

/** The calls of each preset's program. What is not in it, the program does not ask for. */
export const presetCalls: ReadonlyMap<string, PresetCalls> = new Map(
  [watching, routing, readingLogs, managing, acting].flatMap((table) => Object.entries(table)),
);

/** The calls of one preset's program; throws where there is no table of them. */
export function callsOf(preset: string): PresetCalls {
  const calls = presetCalls.get(preset);
  if (calls === undefined) throw new Error(`there is no table of the calls of ${preset}`);
  return calls;
}

/** The method of a call, and its path without the query. */
export function partsOf(call: Call): { readonly method: Method; readonly path: string } {
  const [method = "", target = ""] = wholeCall(call).call.split(" ");
  if (!isMethod(method)) throw new Error(`${target} has no method`);
  return { method, path: target.replace(/\?.*$/u, "") };
}

/** What a call does; throws for what is no endpoint. */
export function operationOf(call: Call): Operation {
  const { method, path } = partsOf(call);
  const segments = path
    .replace(/^\/v1\.[0-9]+/u, "")
    .slice(1)
    .split("/");
  const operation = matchOperation(method, segments);
  if (operation === undefined) throw new Error(`${method} ${path} is no endpoint`);
  return operation;
}

/** The operations that a preset's program asks for, whether its powers are enough or not: what the preset opens. */
export function operationsAskedBy(preset: string): ReadonlySet<OperationName> {
  const { passes, tooMuch = [] } = callsOf(preset);
  return new Set([...passes, ...tooMuch].map((call) => operationOf(call).name));
}

function isMethod(text: string): text is Method {
  return ["GET", "HEAD", "POST", "PUT", "DELETE"].includes(text);
}
