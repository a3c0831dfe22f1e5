import type { Field } from "../http1/fields.ts";
import { NO_BODY } from "../http1/framing.ts";
import { serializeRequestHead } from "../http1/serialize.ts";

/** The Host that the engine gets: it serves one API and looks at none. */
export const ENGINE_HOST = "docker";

/** The head of a question of the gate's own. */
export function ownRequest(target: string, fields: readonly Field[] = []): string {
  return serializeRequestHead({
    method: "GET",
    target,
    host: ENGINE_HOST,
    fields,
    framing: NO_BODY,
    upgrade: undefined,
  });
}
