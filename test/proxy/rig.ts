import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { tecnativaSwitches } from "../../src/config/tecnativa.ts";
import type { SocketAddress } from "../../src/kernel/address.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import type { TraceStarter } from "../../src/proxy/gate-parts.ts";
import type { ClientObjects } from "../../src/policy/scope/object-terms.ts";
import { Authority } from "../support/certificates.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { eventually, type Message, RawPeer } from "../support/raw-peer.ts";
import { type EngineScript, type Place, ScriptedEngine, SILENT } from "../support/scripted-engine.ts";

/** Settings that allow every operation that a setting can. */
export const OPEN: Readonly<Record<string, string>> = Object.fromEntries(
  [...tecnativaSwitches.keys()].map((name) => [name, "1"]),
);

/** Settings that allow to read containers, and the few things that are on by default. */
export const READ_CONTAINERS: Readonly<Record<string, string>> = { CONTAINERS: "1" };

/** How a client comes in. */
export type Way = Place | "tls";

/** All kinds of socket on both sides. */
export const PLACES: readonly { readonly client: Way; readonly engine: Place }[] = [
  { client: "tcp", engine: "unix" },
  { client: "unix", engine: "tcp" },
  { client: "tcp", engine: "tcp" },
  { client: "unix", engine: "unix" },
  { client: "tls", engine: "unix" },
];

/** What a test says of its rig. */
export interface RigOptions {
  readonly client?: Way;
  readonly engine?: Place;
  readonly env?: Readonly<Record<string, string>>;
  readonly script?: EngineScript;
  readonly clock?: Clock;
  readonly connectionLimit?: number;
  readonly judgedMemory?: number;
  /** To which objects the client is kept, and what it sees of them. */
  readonly objects?: ClientObjects;
  readonly trace?: TraceStarter | undefined;
}

/** A gate between raw clients and a scripted engine, gone when the test is over. */
export interface Rig {
  readonly gate: TestGate;
  readonly engine: ScriptedEngine;
  readonly address: SocketAddress;
  /** Connects, over TCP from an address of this host's own where `from` says one. */
  connect(from?: string): Promise<RawPeer>;
  /** Sends one request on a connection of its own, and reads the answer. */
  ask(request: string, from?: string): Promise<Message>;
  /** Waits until so many records have been made. */
  untilRecords(count: number): Promise<void>;
}

/** Opens a rig; without settings everything is allowed, and without a script the engine is silent. */
export async function openRig(options: RigOptions = {}): Promise<Rig> {
  const { client = "tcp", engine: enginePlace = "unix", env = OPEN, script = SILENT, ...rest } = options;
  const engine = await ScriptedEngine.open(enginePlace, script);
  onTestFinished(() => engine.close());
  return { engine, ...(await openGate(client, env, engine.address, rest)) };
}

/** Opens the gate of a rig alone, for tests that bring their own engine or none. */
export async function openGate(
  client: Way,
  env: Readonly<Record<string, string>>,
  engineSocket: string,
  options: Pick<RigOptions, "clock" | "connectionLimit" | "judgedMemory" | "objects" | "trace"> = {},
): Promise<Omit<Rig, "engine">> {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-gate-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const listen = client === "unix" ? { QUAYGATE_LISTEN: `unix://${join(folder, "gate.sock")}` } : {};
  const authority = client === "tls" ? Authority.make() : undefined;
  const tls = authority?.certify("gate");
  const gate = await openTestGate({ env: { ...listen, ...env }, engineSocket, tls, ...options });
  onTestFinished(() => gate.close());
  const [address] = gate.gate.listening;
  if (address === undefined) {
    throw new Error("the gate listens nowhere");
  }
  const connect = async (from?: string): Promise<RawPeer> => {
    const peer =
      authority === undefined || address.kind !== "tcp"
        ? await RawPeer.connect(address, from)
        : await RawPeer.connectTls(address, { ca: readFileSync(authority.path) }, from);
    onTestFinished(() => {
      peer.socket.destroy();
    });
    return peer;
  };
  const ask = async (request: string, from?: string): Promise<Message> => {
    const peer = await connect(from);
    await peer.send(request);
    return peer.next({ toHead: request.startsWith("HEAD ") });
  };
  const untilRecords = (count: number): Promise<void> =>
    eventually(
      () => gate.records.length >= count,
      () => `${count} records; there are ${gate.records.length}`,
    );
  return { gate, address, connect, ask, untilRecords };
}
