import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { parse } from "yaml";
import { root } from "../../scripts/set-up.mjs";
import { entriesOf, wordsOf } from "../examples/example.ts";
import { docker, dockerOutput, uniqueName } from "./docker-cli.ts";
import type { Engine } from "./engine.ts";
import { eventually } from "./engine-gate.ts";

/** Where a client of the gate's container reaches it from outside the engine's network: a socket in a volume. */
const SOCKET = "/run/quaygate/gate.sock";
const LISTEN = `unix://${SOCKET}?mode=0666`;

/** What a container of the gate may differ in from `deploy/compose.yaml`. */
export interface ContainerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it starts as root, which takes the socket's group; else it is the image's user, without that group. */
  readonly root?: boolean;
  /** Whether the engine's socket is mounted. */
  readonly socket?: boolean;
  /** Further arguments of `docker run`. */
  readonly runArguments?: readonly string[];
}

/** A gate in a container, as `deploy/compose.yaml` has it. It is removed when the test ends. */
export interface GateContainer {
  readonly name: string;
  /** For `DOCKER_HOST`. */
  readonly host: string;
  /** The socket it makes in its volume, as this machine sees it. */
  readonly socketPath: string;
  /** All it has logged until now. */
  log(): Promise<string>;
  /** Resolves when the log holds this text. */
  untilLog(text: string): Promise<void>;
  /** A field of `docker inspect`. */
  inspect(template: string): Promise<string>;
}

/** Starts a gate's container from an image and returns at once. */
export async function startGateContainer(
  engine: Engine,
  image: string,
  options: ContainerOptions = {},
): Promise<GateContainer> {
  const host = `unix://${engine.socketPath}`;
  const [name, volume] = [uniqueName("gate"), uniqueName("volume")];
  onTestFinished(async () => {
    await docker(host, ["rm", "--force", name]);
    await docker(host, ["volume", "rm", volume]);
  });
  await dockerOutput(host, [
    "run",
    "--detach",
    `--name=${name}`,
    `--volume=${volume}:/run/quaygate`,
    ...composeArguments(engine.socketPath, options),
    ...(options.runArguments ?? ["--network=none"]),
    image,
  ]);
  const folder = await dockerOutput(host, ["volume", "inspect", "--format={{.Mountpoint}}", volume]);
  const socketPath = join(folder, "gate.sock");
  // The start report is on the one stream, a complaint about a setting on the other.
  const log = async (): Promise<string> => {
    const { stdout, stderr } = await docker(host, ["logs", name]);
    return stdout + stderr;
  };
  return {
    name,
    host: `unix://${socketPath}`,
    socketPath,
    log,
    untilLog: async (text) => {
      await eventually(`the log says "${text}"`, async () => (await log()).includes(text)).catch(
        async (error: unknown) => {
          throw new Error(`the log is: ${await log()}`, { cause: error });
        },
      );
    },
    inspect: (template) => dockerOutput(host, ["inspect", `--format=${template}`, name]),
  };
}

/** What `deploy/compose.yaml` says of the gate, in the words of `docker run`, with the socket of this engine. */
function composeArguments(
  socketPath: string,
  { environment = { QUAYGATE_LISTEN: LISTEN }, root: asRoot = true, socket = true }: ContainerOptions,
): readonly string[] {
  const compose: unknown = parse(readFileSync(join(root, "deploy", "compose.yaml"), "utf8"));
  const service = entriesOf(entriesOf(entriesOf(compose).get("services")).get("socket-proxy"));
  const words = (key: string, option: string): readonly string[] => {
    const values = wordsOf(service.get(key));
    if (values.length === 0) throw new Error(`deploy/compose.yaml says nothing of ${key}`);
    return values.map((value) => `--${option}=${value}`);
  };
  const settings = { ...Object.fromEntries(entriesOf(service.get("environment"))), ...environment };
  return [
    `--read-only=${String(service.get("read_only"))}`,
    ...words("cap_drop", "cap-drop"),
    ...words("cap_add", "cap-add"),
    ...words("security_opt", "security-opt"),
    ...Object.entries(settings).map(([key, value]) => `--env=${key}=${String(value)}`),
    ...(socket
      ? words("volumes", "volume").map((word) => word.replace("=/var/run/docker.sock:", `=${socketPath}:`))
      : []),
    ...(asRoot ? [] : ["--user=65532:65532"]),
  ];
}
