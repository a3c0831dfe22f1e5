import { afterAll, beforeAll } from "vitest";
import { docker, dockerOutput, temporaryFolder, uniqueName } from "../support/docker-cli.ts";
import { startEngine } from "../support/engine.ts";
import type { Engine } from "../support/engine.ts";
import { engineHost } from "../support/engine-gate.ts";
import type { EngineGate } from "../support/engine-gate.ts";
import { openTestGate } from "../support/gate.ts";
import { settingsOf } from "./example.ts";
import { writeLoopbackPolicy } from "./loopback-policy.ts";

/** A container that does nothing until it is told to end, and says so when it gets USR1. */
export const IDLE =
  "trap 'exit 0' TERM; trap 'echo rotated' USR1; echo ready; while :; do sleep 1 & wait $!; done";

/** Runs one idle container for all tests of a block, behind the gate's back; read its name inside the tests only. */
export function useContainer(host: () => string = () => engineHost): () => string {
  const name = uniqueName("web");
  beforeAll(async () => {
    const setting = ["--detach", "--network=none", `--name=${name}`, "--label=app=web"];
    await dockerOutput(host(), ["run", ...setting, "busybox:test", "sh", "-c", IDLE]);
  });
  afterAll(async () => {
    await docker(host(), ["rm", "--force", name]);
  });
  return () => name;
}

/** A real engine that manages a swarm of one, with a service `web` whose task runs. */
export interface SwarmEngine {
  readonly engine: Engine;
  /** The engine without a gate. */
  readonly host: string;
  readonly node: string;
  /** The container of the service's task. */
  readonly task: string;
}

/** Starts a swarm for this block alone; look at it inside the tests only. */
export function useSwarm(): () => SwarmEngine {
  let swarm: SwarmEngine | undefined;
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await startEngine();
    const host = `unix://${engine.socketPath}`;
    await dockerOutput(host, ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
    // Without --detach the command waits until the task runs.
    const quietly = ["--quiet", "--no-resolve-image", "--name=web", "--label=app=web"];
    await dockerOutput(host, ["service", "create", ...quietly, "busybox:test", "sh", "-c", IDLE]);
    const node = await dockerOutput(host, ["node", "ls", "--quiet"]);
    const label = "label=com.docker.swarm.service.name=web";
    const task = await dockerOutput(host, ["ps", "--quiet", "--no-trunc", `--filter=${label}`]);
    swarm = { engine, host, node, task };
  });
  afterAll(async () => {
    await engine?.stop();
  });
  return () => {
    if (swarm === undefined) throw new Error("the swarm is there only while tests run");
    return swarm;
  };
}

/** Which gate of an example, and as whom a test calls it. */
export interface Deployed {
  /** The service that is the gate. */
  readonly service?: string;
  /** Of a gate with a policy: the client that calls. */
  readonly client?: string;
}

/**
 * Opens a gate with exactly the settings of an example before an engine; look at it inside the tests only. Of a policy all
 * clients can call at the same time, each from its own address of this machine.
 */
export function useDeployedGate(
  engineSocket: () => string,
  file: string,
  { service = "socket-proxy", client }: Deployed = {},
): () => EngineGate {
  const folder = temporaryFolder();
  let gate: EngineGate | undefined;
  beforeAll(async () => {
    const settings = settingsOf(file, service);
    const { QUAYGATE_POLICY: policy, QUAYGATE_ADMIN: admin } = settings;
    const env = {
      ...settings,
      // Its address is one of the deployment's own network.
      ...(admin === undefined ? {} : { QUAYGATE_ADMIN: "tcp://127.0.0.1:0" }),
      ...(policy === undefined ? {} : { QUAYGATE_POLICY: writeLoopbackPolicy(policy, folder.path, client) }),
    };
    gate = await openTestGate({ env, engineSocket: engineSocket() });
  });
  afterAll(async () => {
    await gate?.close();
    folder.remove();
  });
  return () => {
    if (gate === undefined) throw new Error("the gate is open only while tests run");
    return gate;
  };
}
