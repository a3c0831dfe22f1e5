import type { AuditRecord } from "../../src/audit/record.ts";
import { loadSettings } from "../../src/config/load-settings.ts";
import { Gate } from "../../src/gate.ts";
import type { TlsFiles } from "../../src/kernel/address.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import type { TraceStarter } from "../../src/proxy/gate-parts.ts";
import type { ClientObjects } from "../../src/policy/scope/object-terms.ts";
import { restrictTo } from "../../src/policy/scope/restrict-to.ts";

/** What a test says of the gate that it wants. */
export interface TestGateOptions {
  /** The environment, as a user would set it. */
  readonly env: Readonly<Record<string, string>>;
  /** The engine's unix socket, or an address like `tcp://127.0.0.1:1234`. */
  readonly engineSocket: string;
  /** What makes TLS of its TCP ports. */
  readonly tls?: TlsFiles | undefined;
  /** To which objects its client is kept, and what it sees of them. */
  readonly objects?: ClientObjects | undefined;
  /** Called between the opening of places and the first byte, as the command gives up root there. */
  readonly beforeServing?: () => void;
  readonly trace?: TraceStarter | undefined;
  readonly clock?: Clock;
  readonly connectionLimit?: number;
  readonly judgedMemory?: number;
}

/** A gate for one test, on a free loopback port. */
export interface TestGate {
  readonly gate: Gate;
  readonly port: number;
  /** For `DOCKER_HOST`. */
  readonly host: string;
  /** One for each exchange that has ended. */
  readonly records: readonly AuditRecord[];
  /** The sentences of its own that the log got. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** It has one log, in which nothing is missing. */
const NOTHING_DROPPED: ReadonlyMap<string, number> = new Map([["test", 0]]);

/** Opens a gate with settings read from `env`, as the command does. */
export async function openTestGate({
  env,
  engineSocket,
  tls,
  objects,
  trace,
  ...options
}: TestGateOptions): Promise<TestGate> {
  const settings = await loadSettings(
    { QUAYGATE_LISTEN: "tcp://127.0.0.1:0", QUAYGATE_ADMIN: "off", QUAYGATE_ENGINE: engineSocket, ...env },
    { terminal: false },
  );
  if (!settings.ok) {
    throw new Error(settings.error.map(({ setting, message }) => `${setting}: ${message}`).join("\n"));
  }
  const listen = settings.value.listen.map((address) =>
    address.kind === "tcp" && tls !== undefined ? { ...address, tls } : address,
  );
  const [client, ...others] = settings.value.clients;
  const grant = objects === undefined ? client.grant : restrictTo(client.grant, objects);
  const records: AuditRecord[] = [];
  const notes: string[] = [];
  const gate = await Gate.open(
    { ...settings.value, listen, clients: [{ ...client, grant }, ...others] },
    {
      audit: (record) => records.push(record),
      note: (level, message) => notes.push(`${level}: ${message}`),
      droppedLines: () => NOTHING_DROPPED,
      ...(trace === undefined ? {} : { trace }),
      ...options,
    },
  );
  const [address] = gate.listening;
  const port = address?.kind === "tcp" ? address.port : 0;
  return {
    gate,
    port,
    host: `tcp://127.0.0.1:${port}`,
    records,
    notes,
    close: () => {
      gate.close();
      return Promise.resolve();
    },
  };
}
