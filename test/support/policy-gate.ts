import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { docker, dockerOutput, temporaryFolder, uniqueName } from "./docker-cli.ts";
import type { Engine } from "./engine.ts";
import { eventually } from "./engine-gate.ts";
import { buildGateImage, importNodeImage } from "./image-build.ts";

/** The image that it builds. */
export const GATE_IMAGE = "quaygate:policy";

/** A network that a gate's container is on, and its address there. */
export interface GateNetwork {
  readonly name: string;
  /** The network as `10.77.1.0/24`. */
  readonly subnet: string;
  /** The address of the gate. */
  readonly gate: string;
}

/** What a gate with a policy is started from. */
export interface PolicyGateOptions {
  /** The text of the file. */
  readonly policy: string;
  /** Further files of its folder, `/etc/quaygate`, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The first is that which it is started on; what it publishes is reached over it. */
  readonly networks: readonly [GateNetwork, ...GateNetwork[]];
  /** Further words of `docker run`. */
  readonly runArguments: readonly string[];
}

/** A gate that serves the clients of a policy, in a container of the built image, as users run it. */
export interface PolicyGate {
  /** Where its sockets are, as this machine sees it: a volume at `/run/quaygate`. */
  readonly socketFolder: string;
  /** All it has logged until now. */
  log(): Promise<string>;
  /** Takes away the files it was started from; the container goes with its engine. */
  close(): void;
}

/** Builds the image, makes the networks on an engine that is the test's own, and resolves when the gate listens. */
export async function startPolicyGate(
  { socketPath }: Engine,
  { policy, files, networks, runArguments }: PolicyGateOptions,
): Promise<PolicyGate> {
  const host = `unix://${socketPath}`;
  const [name, volume] = [uniqueName("gate"), uniqueName("volume")];
  await importNodeImage(host, "node:test");
  await buildGateImage(host, GATE_IMAGE, "node:test");
  const folder = temporaryFolder();
  for (const [file, text] of Object.entries({ ...files, "policy.yaml": policy })) {
    writeFileSync(join(folder.path, file), text);
  }
  for (const network of networks) {
    await dockerOutput(host, ["network", "create", `--subnet=${network.subnet}`, network.name]);
  }
  const [first, ...others] = networks;
  await dockerOutput(host, [
    "run",
    "--detach",
    `--name=${name}`,
    `--network=${first.name}`,
    `--ip=${first.gate}`,
    "--read-only",
    "--cap-drop=ALL",
    "--cap-add=SETUID",
    "--cap-add=SETGID",
    "--security-opt=no-new-privileges:true",
    `--volume=${socketPath}:/var/run/docker.sock:ro`,
    `--volume=${folder.path}:/etc/quaygate:ro`,
    `--volume=${volume}:/run/quaygate`,
    "--env=QUAYGATE_POLICY=/etc/quaygate/policy.yaml",
    ...runArguments,
    GATE_IMAGE,
  ]);
  for (const network of others) {
    await dockerOutput(host, ["network", "connect", `--ip=${network.gate}`, network.name, name]);
  }
  const log = async (): Promise<string> => {
    const { stdout, stderr } = await docker(host, ["logs", name]);
    return stdout + stderr;
  };
  await eventually("the gate listens", async () => (await log()).includes("listening on")).catch(
    async (error: unknown) => {
      throw new Error(`the log is: ${await log()}`, { cause: error });
    },
  );
  const socketFolder = await dockerOutput(host, ["volume", "inspect", "--format={{.Mountpoint}}", volume]);
  return { socketFolder, log, close: () => folder.remove() };
}
