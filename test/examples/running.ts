import { dockerOutput } from "../support/docker-cli.ts";
import { eventually } from "../support/engine-gate.ts";
import { entriesOf } from "./example.ts";

/** The image looks every 15 seconds; a busy machine may start it late. */
const HEALTH_DEADLINE = 45_000;

/** What the kernel says of a gate that runs in a container. */
export interface Confinement {
  /** Lines of `/proc/PID/status`, by name. */
  readonly status: Readonly<Record<string, string>>;
  /** How the root and the socket are mounted: `ro` or `rw`. */
  readonly root: string;
  readonly socket: string;
  /** The errors of writing to /tmp, which is everybody's, and to /run/quaygate, which is the gate's own. */
  readonly writing: readonly string[];
}

const READ_CONFINEMENT = `
  const { readFileSync, writeFileSync } = require("node:fs");
  const linesOf = (file) => readFileSync(file, "utf8").trim().split("\\n");
  const mounts = linesOf("/proc/1/mountinfo").map((line) => line.split(" "));
  const modeOf = (path) => mounts.findLast(([, , , , place]) => place === path)[5].split(",")[0];
  const write = (path) => { try { writeFileSync(path, ""); return "written"; } catch ({ code }) { return code; } };
  JSON.stringify({
    status: Object.fromEntries(linesOf("/proc/1/status").map((line) => line.split(/:\\s*/u))),
    root: modeOf("/"),
    socket: modeOf("/var/run/docker.sock"),
    writing: [write("/tmp/written"), write("/run/quaygate/written")],
  })`;

/** Looks from inside a gate's container at what the gate is and what it may do there. */
export async function readConfinement(host: string, container: string): Promise<Confinement> {
  const text = await dockerOutput(host, ["exec", container, "node", "--print", READ_CONFINEMENT]);
  const read = entriesOf(JSON.parse(text));
  const { writing } = Object.fromEntries(read);
  return {
    status: Object.fromEntries(
      [...entriesOf(read.get("status"))].map(([name, value]) => [name, String(value)]),
    ),
    root: String(read.get("root")),
    socket: String(read.get("socket")),
    writing: Array.isArray(writing) ? writing.map(String) : [],
  };
}

/** Resolves to the one container that runs with these labels. */
export async function containerOf(host: string, ...labels: readonly string[]): Promise<string> {
  const filters = labels.map((label) => `--filter=label=${label}`);
  const found = (await dockerOutput(host, ["ps", "--quiet", "--no-trunc", ...filters])).split("\n");
  const [container = ""] = found;
  if (container === "" || found.length > 1) {
    throw new Error(`${found.length} containers with ${labels.join()}: ${found.join()}`);
  }
  return container;
}

/** Resolves when the image's own health check has found a container healthy. */
export async function untilHealthy(host: string, container: string): Promise<void> {
  const health = (): Promise<string> =>
    dockerOutput(host, ["inspect", "--format={{.State.Health.Status}}", container]);
  await eventually("it is healthy", async () => (await health()) === "healthy", HEALTH_DEADLINE).catch(
    async (error: unknown) => {
      const checks = ["inspect", "--format={{range .State.Health.Log}}{{.Output}}; {{end}}", container];
      throw new Error(`the health checks said: ${await dockerOutput(host, checks)}`, { cause: error });
    },
  );
}

/** The address of its gate that a consumer's container was given, in its environment or its command. */
export async function toldAddress(host: string, container: string): Promise<string> {
  const words = await dockerOutput(host, [
    "inspect",
    "--format={{json .Config.Env}} {{json .Config.Cmd}}",
    container,
  ]);
  return /tcp:\/\/([^"]+)/u.exec(words)?.[1] ?? "";
}

/** The networks that a container is on, with its address on each. */
export async function addressesOf(host: string, container: string): Promise<ReadonlyMap<string, string>> {
  const text = await dockerOutput(host, [
    "inspect",
    "--format={{json .NetworkSettings.Networks}}",
    container,
  ]);
  const networks = [...entriesOf(JSON.parse(text))];
  return new Map(networks.map(([name, network]) => [name, String(entriesOf(network).get("IPAddress"))]));
}

/** The ports of a container that the engine was told to publish, or does publish; those open inside do not count. */
export async function publishedPorts(host: string, container: string): Promise<readonly string[]> {
  const format = '--format={"told":{{json .HostConfig.PortBindings}},"done":{{json .NetworkSettings.Ports}}}';
  const ports = entriesOf(JSON.parse(await dockerOutput(host, ["inspect", format, container])));
  return [...entriesOf(ports.get("told")), ...entriesOf(ports.get("done"))]
    .filter(([, places]) => places !== null)
    .map(([port]) => port);
}
