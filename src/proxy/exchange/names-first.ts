import { LOOKUP_DEADLINE } from "../../engine/limits.ts";
import { type Findings, resolveLookups } from "../../engine/lookups.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import type { Judged, Restricted } from "../../policy/judge.ts";
import type { Exchange } from "../client-side.ts";
import { EngineWait } from "./engine-wait.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { openLookupRoom } from "./lookup-room.ts";

/**
 * An exchange whose head names things, for a client with a scope, and whose body nobody looks into: the engine is asked
 * before any of it goes on. `open` goes on with what was found.
 */
export function openNamesFirst(
  ledger: ExchangeLedger,
  { framing }: RequestHead,
  { path, objects }: Restricted,
  lookups: Judged<unknown>["lookups"],
  open: (found: Findings) => Exchange,
): Exchange {
  return new EngineWait(ledger, {
    learn: async (signal) => {
      const room = openLookupRoom(ledger);
      const { engine } = ledger.parts;
      const sees = objects?.scope?.sees;
      const value = await resolveLookups(lookups, path.version, engine, room, signal, sees);
      ledger.releaseMemory();
      return { ok: true, value };
    },
    deadline: LOOKUP_DEADLINE,
    body: framing,
    open,
  });
}
