import { performance } from "node:perf_hooks";
import { onTestFinished } from "vitest";
import { EnginePool } from "../../src/engine/pool.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { ClientUsages } from "../../src/proxy/client-usage.ts";
import { Connections } from "../../src/proxy/client/connections.ts";
import { FairPlaces } from "../../src/proxy/fair-places.ts";
import type { Recogniser, SharedParts } from "../../src/proxy/gate-parts.ts";
import { HeldNames } from "../../src/proxy/held-names.ts";
import { JudgedMemory } from "../../src/proxy/judged-memory.ts";
import { OldClients } from "../../src/proxy/old-clients.ts";
import { RememberedLists } from "../../src/proxy/remembered-lists.ts";
import { partsOf, takingAllFor } from "../../src/proxy/terms.ts";
import { noOrigins } from "../support/no-origins.ts";

/** What a test says of the connections that it wants: who holds what, and what is not as usual. */
export interface Wanted extends Partial<SharedParts> {
  readonly grant: Grant;
  /** Says who calls; everybody is one client where it is not given. */
  readonly recogniser?: (shared: SharedParts) => Recogniser;
  /** How many there may be at one time. */
  readonly limit?: number;
}

/** Connections without a gate around them, to the end of the test; without an engine, where none is given. */
export function openConnections({ grant, recogniser, limit, ...given }: Wanted): Connections {
  const shared: SharedParts = {
    origins: noOrigins,
    engine: new EnginePool({ kind: "unix", path: "/nonexistent/engine.sock" }, performance),
    audit: () => undefined,
    largeHeads: new FairPlaces(1),
    judgedMemory: new JudgedMemory(),
    heldNames: new HeldNames(),
    rememberedLists: new RememberedLists(),
    usages: new ClientUsages(),
    oldClients: new OldClients(() => undefined),
    clock: performance,
    isDraining: () => false,
    ...given,
  };
  const recognise = recogniser?.(shared) ?? takingAllFor(partsOf(shared, "everybody", grant));
  const connections = new Connections(shared, recognise, limit);
  onTestFinished(() => connections.close());
  return connections;
}
