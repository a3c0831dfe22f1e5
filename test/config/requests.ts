import type { Method } from "../../src/docker/operation.ts";
import type { JudgedRequest } from "../../src/policy/decide.ts";

const methods: readonly Method[] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];

/** A request without a body, as the policy sees it. */
export function requestOf(word: string, path: string): JudgedRequest {
  const method = methods.find((known) => known === word);
  if (method === undefined) {
    throw new Error(`${word} is no method`);
  }
  return { method, path, hasBody: false, contentTypes: [] };
}
