import Dockerode from "dockerode";
import { onTestFinished } from "vitest";
import { uniqueName } from "./docker-cli.ts";
import { engineHost, engineSocket } from "./engine-gate.ts";

/** What a client made, by name. */
export interface Made {
  readonly containers?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly images?: readonly string[];
}

/** What kinds of objects an engine keeps. */
export type MadeKind = "container" | "network" | "volume" | "image";

/** An object as the engine shows it. */
export interface Inspected {
  readonly kind: MadeKind;
  readonly name: string;
  readonly value: unknown;
}

/** What was made, by kind and name, without what may differ. */
export type Portrait = Readonly<Record<string, unknown>>;

/**
 * What differs between two objects of one kind that the same request made, one after the other: `*` is one key or
 * index, `**` at the end is everything below. All else has to be the same, ids replaced by whose they are.
 */
const differences: Readonly<Record<MadeKind, readonly string[]>> = {
  container: [
    ...[
      "Created",
      "State.Pid",
      "State.StartedAt",
      "State.FinishedAt",
      "State.Health.Log",
      "State.Health.Log.**",
    ],
    // A health check that runs just now is one.
    ...["ExecIDs", "ExecIDs.**"],
    ...["GraphDriver.Data.**", "NetworkSettings.SandboxID", "NetworkSettings.SandboxKey"],
    ...["EndpointID", "Gateway", "IPAddress", "IPPrefixLen", "MacAddress"].flatMap((key) => [
      `NetworkSettings.${key}`,
      `NetworkSettings.Networks.*.${key}`,
    ]),
  ],
  // The subnet is the next free one where the request chooses none.
  network: ["Created", "IPAM.Config.*.Subnet", "IPAM.Config.*.Gateway", "Containers.**"],
  volume: ["CreatedAt"],
  image: [
    ...["Id", "Created", "Parent", "RootFS.Layers.*", "GraphDriver.Data.**", "Metadata.LastTagTime"],
    // The container that it was made from.
    ...["Container", "ContainerConfig.Hostname", "Config.Hostname"],
  ],
};

/** Stands for what may differ. */
const MAY_DIFFER = "(may differ)";
/** Ports from here up are those that engines choose from. */
const FIRST_FREE_PORT = 32_768;
const SHORT_ID_LENGTH = 12;
const UNNAMED = /^[0-9a-f]{64}$/u;

/** A client of the shared engine behind this host, a gate's or the engine's own. */
export function dockerodeFor(host: string): Dockerode {
  if (host === engineHost) return new Dockerode({ socketPath: engineSocket });
  const { hostname, port } = new URL(host);
  return new Dockerode({ protocol: "http", host: hostname, port: Number(port) });
}

/** Has the same made through a gate and then on the bare socket, and gives the portraits of both. */
export async function makeBothWays(
  gateHost: string,
  make: (host: string) => Promise<Made>,
): Promise<{ readonly throughGate: Portrait; readonly direct: Portrait }> {
  const throughGate = await makeOnce(gateHost, make);
  return { throughGate, direct: await makeOnce(engineHost, make) };
}

async function makeOnce(host: string, make: (host: string) => Promise<Made>): Promise<Portrait> {
  const made = await make(host);
  const portrait = paint(await inspectMade(made));
  await removeMade(made);
  return portrait;
}

/** Looks at what was made, behind the gate's back. */
export async function inspectMade(made: Made): Promise<readonly Inspected[]> {
  const engine = new Dockerode({ socketPath: engineSocket });
  const inspected: Inspected[] = [];
  for (const name of made.containers ?? [])
    inspected.push({ kind: "container", name, value: await engine.getContainer(name).inspect() });
  for (const name of made.networks ?? [])
    inspected.push({ kind: "network", name, value: await engine.getNetwork(name).inspect() });
  for (const name of made.volumes ?? [])
    inspected.push({ kind: "volume", name, value: await engine.getVolume(name).inspect() });
  for (const name of made.images ?? [])
    inspected.push({ kind: "image", name, value: await engine.getImage(name).inspect() });
  return inspected;
}

/** Removes what was made, behind the gate's back; what is not there any more is no failure. */
export async function removeMade(made: Made): Promise<void> {
  const engine = new Dockerode({ socketPath: engineSocket });
  for (const name of made.containers ?? [])
    await unlessMissing(engine.getContainer(name).remove({ force: true, v: true }));
  for (const name of made.networks ?? []) await unlessMissing(engine.getNetwork(name).remove());
  for (const name of made.volumes ?? []) await unlessMissing(engine.getVolume(name).remove());
  for (const name of made.images ?? []) await unlessMissing(engine.getImage(name).remove({ force: true }));
}

async function unlessMissing(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof Error && /\b(?:404|409)\b/u.test(error.message))) throw error;
  }
}

/** Returns a new name for a network or a volume; when the test ends, both are removed. */
export function transientName(kind: "network" | "volume" | "container"): string {
  const name = uniqueName(kind);
  onTestFinished(() => removeMade({ containers: [name], networks: [name], volumes: [name] }));
  return name;
}

/** Everything that was inspected in one object, with ids replaced by whose they are and without what may differ. */
export function paint(inspected: readonly Inspected[]): Portrait {
  const names = inspected.flatMap(namesOfIds);
  return Object.fromEntries(
    inspected.map(({ kind, name, value }) => [
      `${kind} ${name}`,
      paintValue(value, [], differences[kind], names),
    ]),
  );
}

/** Tells whether the portrait of an object of this kind leaves out what stands at this path. */
export function mayDiffer(kind: MadeKind, path: readonly string[]): boolean {
  return isListed(path, differences[kind]);
}

type IdName = readonly [id: string, name: string];

function namesOfIds({ kind, name, value }: Inspected): readonly IdName[] {
  if (!isRecord(value)) return [];
  const { Id: id, Mounts: mounts } = value;
  const unnamed = Array.isArray(mounts) ? mounts.flatMap(nameOfUnnamedVolume) : [];
  if (typeof id !== "string" || kind === "image") return unnamed;
  return [[id, `(id of ${name})`], [id.slice(0, SHORT_ID_LENGTH), `(short id of ${name})`], ...unnamed];
}

function nameOfUnnamedVolume(mount: unknown): readonly IdName[] {
  if (!isRecord(mount)) return [];
  const { Name: name, Destination: destination } = mount;
  return typeof name === "string" && UNNAMED.test(name) ? [[name, `(volume at ${String(destination)})`]] : [];
}

function paintValue(
  value: unknown,
  path: readonly string[],
  listed: readonly string[],
  names: readonly IdName[],
): unknown {
  if (isListed(path, listed)) return MAY_DIFFER;
  if (typeof value === "string") return isFreePort(path, value) ? MAY_DIFFER : replaceIds(value, names);
  if (Array.isArray(value)) {
    const painted = value.map((item, index) => paintValue(item, [...path, String(index)], listed, names));
    return isUnordered(path) ? painted.toSorted(byText) : painted;
  }
  if (!isRecord(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [
    replaceIds(key, names),
    paintValue(member, [...path, key], listed, names),
  ]);
  return Object.fromEntries(members);
}

function replaceIds(text: string, names: readonly IdName[]): string {
  return names.reduce((replaced, [id, name]) => replaced.replaceAll(id, name), text);
}

function isFreePort(path: readonly string[], value: string): boolean {
  return (
    path[0] === "NetworkSettings" &&
    path.at(-1) === "HostPort" &&
    /^[0-9]+$/u.test(value) &&
    Number(value) >= FIRST_FREE_PORT
  );
}

/** The engine keeps mounts and ports in maps, the docker command variables and volumes, Compose aliases. */
function isUnordered(path: readonly string[]): boolean {
  return /^(?:Mounts|Config\.Env|HostConfig\.Binds|NetworkSettings\.(?:Ports\.[^.]+|Networks\.[^.]+\.Aliases))$/u.test(
    path.join("."),
  );
}

function isListed(path: readonly string[], listed: readonly string[]): boolean {
  return listed.some((pattern) => {
    const steps = pattern.split(".");
    const isDeep = steps.at(-1) === "**";
    const fixed = isDeep ? steps.slice(0, -1) : steps;
    const isLength = isDeep ? path.length > fixed.length : path.length === fixed.length;
    return isLength && fixed.every((step, index) => step === "*" || step === path[index]);
  });
}

function byText(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}

/** Tells whether a value is an object with members. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
