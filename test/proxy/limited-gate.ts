import { onTestFinished } from "vitest";
import type { AuditRecord } from "../../src/audit/record.ts";
import { EnginePool } from "../../src/engine/pool.ts";
import type { ClientLimits } from "../../src/policy/client-limits.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { ClientUsages } from "../../src/proxy/client-usage.ts";
import type { Connections } from "../../src/proxy/client/connections.ts";
import { openListener } from "../../src/proxy/client/listener.ts";
import { loadObjectExchanges } from "../../src/proxy/exchange/late-objects.ts";
import { JudgedMemory } from "../../src/proxy/judged-memory.ts";
import type { SharedParts } from "../../src/proxy/gate-parts.ts";
import { partsOf, takingAllFor } from "../../src/proxy/terms.ts";
import { grantOf } from "../policy/grants.ts";
import { eventually, type Message, RawPeer } from "../support/raw-peer.ts";
import { type EngineScript, ScriptedEngine, SILENT } from "../support/scripted-engine.ts";
import { openConnections } from "./open-connections.ts";

/** A gate that takes whoever calls for `ci`, on terms with limits. */
export interface LimitedGate {
  readonly engine: ScriptedEngine;
  readonly records: readonly AuditRecord[];
  readonly connections: Connections;
  readonly clock: { milliseconds: number };
  connect(): Promise<RawPeer>;
  /** Sends one request on a connection of its own, and reads the answer. */
  ask(request: string): Promise<Message>;
  /** Serves all that comes from now on by other limits, as a new policy does. */
  limit(limits: Partial<ClientLimits> | undefined): void;
  /** How many exchanges and streams are counted as under way. */
  counted(): readonly [exchanges: number, streams: number];
  untilCounted(exchanges: number, streams: number): Promise<void>;
  /** Stops to take new requests, as a gate that drains. */
  drain(): void;
}

/** Opens one to the end of the test. Its clock stands still. */
export async function openLimitedGate(
  limits: Partial<ClientLimits>,
  {
    script = SILENT,
    grant = grantOf("everything"),
    judgedMemory = new JudgedMemory(),
  }: { script?: EngineScript; grant?: Grant; judgedMemory?: JudgedMemory } = {},
): Promise<LimitedGate> {
  await loadObjectExchanges();
  const engine = await ScriptedEngine.open("unix", script);
  onTestFinished(() => engine.close());
  const records: AuditRecord[] = [];
  const clock = { milliseconds: 0 };
  const now = { now: () => clock.milliseconds };
  const usages = new ClientUsages();
  const usage = usages.of("ci");
  let isDraining = false;
  let shared: SharedParts | undefined;
  const recogniserOf = (parts: SharedParts, bounds: Partial<ClientLimits> | undefined) =>
    takingAllFor(partsOf(parts, "ci", grant, false, bounds && { ...UNLIMITED, ...bounds }));
  const connections = openConnections({
    grant,
    usages,
    judgedMemory,
    engine: new EnginePool({ kind: "unix", path: engine.address }, now),
    audit: (record) => records.push(record),
    clock: now,
    isDraining: () => isDraining,
    recogniser: (parts) => {
      shared = parts;
      return recogniserOf(parts, limits);
    },
  });
  const listener = await openListener({ kind: "tcp", host: "127.0.0.1", port: 0 }, (socket, place) =>
    connections.accept(socket, place),
  );
  onTestFinished(() => listener.close());
  const connect = async (): Promise<RawPeer> => {
    const peer = await RawPeer.connect(listener.address);
    onTestFinished(() => {
      peer.socket.destroy();
    });
    return peer;
  };
  const counted = (): readonly [number, number] => [usage.exchanges, usage.streams];
  return {
    engine,
    records,
    connections,
    clock,
    connect,
    ask: async (request) => {
      const peer = await connect();
      await peer.send(request);
      return peer.next({ toHead: request.startsWith("HEAD ") });
    },
    limit: (bounds) => {
      if (shared !== undefined) connections.recogniseBy(recogniserOf(shared, bounds));
    },
    counted,
    untilCounted: (exchanges, streams) =>
      eventually(
        () => usage.exchanges === exchanges && usage.streams === streams,
        () => `counts ${exchanges} and ${streams}; they are ${counted().join(" and ")}`,
      ),
    drain: () => {
      isDraining = true;
    },
  };
}

const UNLIMITED: ClientLimits = {
  requests: undefined,
  concurrent: undefined,
  streams: undefined,
  body: undefined,
};
