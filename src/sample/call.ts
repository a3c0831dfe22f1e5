import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { minorOf, release } from "./release.ts";
import type { SampleWorld } from "./world.ts";

/** The first version of the API in which framed streams have a name of their own. */
const FIRST_NAMED = 42;

/** One request to the sample engine, with all that a handler needs to answer it. */
export interface Call {
  readonly world: SampleWorld;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Present when the client sent `Upgrade`: whatever came after the head waits in it. */
  readonly tunnel: Socket | undefined;
  /** The version of the API that is spoken: 44 of v1.44. */
  readonly minor: number;
  readonly query: URLSearchParams;
  /** What the route's `name` and `verb` stood for. */
  readonly name: string;
  readonly verb: string;
}

/** What is known of a request before its target was read. */
export type UnreadCall = Omit<Call, "minor" | "query" | "name" | "verb">;

/** The target of a request, read. */
export type Target = Pick<Call, "minor" | "query"> & { readonly path: string };

/** Reads the target of a request, of which a version may stand in front: without one the newest is spoken. */
export function readTarget({ request: { url = "" } }: UnreadCall): Target {
  const [target = "", query] = url.split("?", 2);
  const [, minor, path = ""] = /^(?:\/v1\.(\d+)(?=\/))?(.*)$/.exec(target) ?? [];
  return {
    minor: Number(minor ?? minorOf(release.api)),
    query: new URLSearchParams(query),
    path: decodeURIComponent(path),
  };
}

/** What a command's or a container's output is called: since API 1.42 a name tells that it is framed, as without a terminal. */
export function outputType({ minor }: Call, isTerminal = false): string {
  const isNamed = minor >= FIRST_NAMED && !isTerminal;
  return `application/vnd.docker.${isNamed ? "multiplexed" : "raw"}-stream`;
}

/** An answer in dockerd's shape for errors, thrown by a handler. */
export class EngineError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads a query value as Docker does: anything is true but nothing, 0, no, false and none. */
export function readFlag({ query }: Call, name: string): boolean {
  return !/^(|0|no|false|none)$/i.test((query.get(name) ?? "").trim());
}

/** Reads `filters={"status":["exited"]}`, or the older `{"status":{"exited":true}}`. */
export function readFilters({ query }: Call): Partial<Record<string, readonly string[]>> {
  const filters: unknown = JSON.parse(query.get("filters") || "{}");
  return Object.fromEntries(
    Object.entries(filters ?? {}).map(([name, values]: [string, unknown]) => [
      name,
      Array.isArray(values) ? values.map(String) : Object.keys(values ?? {}),
    ]),
  );
}
