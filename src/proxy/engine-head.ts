import type { RequestFraming } from "../http1/framing.ts";
import type { RequestHead } from "../http1/request-head.ts";
import { serializeRequestHead } from "../http1/serialize.ts";
import type { Allow } from "../policy/verdict.ts";

/** The Host that the engine gets: it serves one API and looks at none. */
const ENGINE_HOST = "docker";

/** The head that goes to the engine, written from what was judged and from none of the client's bytes. */
export function engineHead(
  { method, query, fields }: RequestHead,
  { path }: Allow,
  framing: RequestFraming,
  upgrade: string | undefined,
): string {
  const target = query === undefined ? path.canonical : `${path.canonical}?${query}`;
  return serializeRequestHead({ method, target, host: ENGINE_HOST, fields, framing, upgrade });
}
