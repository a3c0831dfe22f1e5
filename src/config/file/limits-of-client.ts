import type { ClientLimits } from "../../policy/client-limits.ts";
import type { FileClient } from "./policy-file.ts";

/** What bounds a client of the file. Without a burst as many requests may come at once as in a second, and one at least. */
export function limitsOfClient({ limits }: FileClient): ClientLimits | undefined {
  if (limits === undefined) return undefined;
  const { requests: rate, burst, concurrent, streams, body } = limits;
  return {
    requests: rate === undefined ? undefined : { rate, burst: burst ?? Math.max(1, Math.floor(rate)) },
    concurrent,
    streams,
    body,
  };
}
