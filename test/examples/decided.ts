import { REQUEST_METHODS } from "../../src/http1/request-head.ts";
import { decide } from "../../src/policy/decide.ts";
import type { Grant } from "../../src/policy/grant.ts";

/** What a grant says to a request without a body, written as `GET /containers/json`. */
export function verdictOn(grant: Grant, request: string): ReturnType<typeof decide> {
  const [word = "", path = ""] = request.split(" ");
  const method = REQUEST_METHODS.find((known) => known === word);
  if (method === undefined) throw new Error(`${word} is no method`);
  return decide(grant, { method, path, hasBody: false, contentTypes: [] });
}

/** The operations that are open, by name. */
export function openIn({ decisions }: Grant): readonly string[] {
  return [...decisions].filter(([, { kind }]) => kind === "allow").map(([name]) => name);
}
