import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { SampleWorld } from "./world.ts";

/** One request to the sample engine, with all that a handler needs to answer it. */
export interface Call {
  readonly world: SampleWorld;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Present when the client sent `Upgrade`: whatever came after the head waits in it. */
  readonly tunnel: Socket | undefined;
  readonly query: URLSearchParams;
  /** What the route's `name` and `verb` stood for. */
  readonly name: string;
  readonly verb: string;
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
