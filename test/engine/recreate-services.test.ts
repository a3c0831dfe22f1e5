import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { eventually, hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { type Answer, send } from "./attacks/attack.ts";

const NETWORK = "backend";

/** Ordinary lines of `docker service create`, without the image. */
const lines: readonly (readonly [name: string, ...options: string[]])[] = [
  ["nothing but an image"],
  ["ports", "--publish=18482:80", "--publish=mode=host,target=81,published=18483,protocol=udp"],
  ["what it is told", "--env=A=b", "--label=org.example.a=b", "--workdir=/tmp", "--user=1000:1000"],
  [
    "volumes",
    "--mount=type=volume,source=data,target=/data",
    "--mount=type=tmpfs,target=/run,tmpfs-size=65536",
  ],
  ["limits", "--limit-memory=64m", "--limit-cpu=0.5", "--reserve-memory=8m", "--limit-pids=50"],
  ["a life of its own", "--restart-condition=on-failure", "--log-opt=max-size=1m"],
  ["a network of the user's", `--network=${NETWORK}`, "--dns=9.9.9.9"],
  ["health", "--health-cmd=true", "--health-interval=30s", "--init", "--stop-grace-period=1s"],
  ["less than the default", "--read-only", "--cap-drop=ALL", "--replicas=2", "--update-parallelism=1"],
  ["names", "--hostname=web", "--host=one:192.0.2.1", "--container-label=org.example.b=c", "--tty"],
];

/** What an engine says of a service. */
interface Description {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: object;
}

/** Tools update a service by sending back what they read of it, or make it again from that. */
describe.runIf(hasEngine)("a service, read with the default powers,", () => {
  const own = useOwnEngine();
  let gate: TestGate | undefined;

  beforeAll(async () => {
    const { engine } = own();
    const host = `unix://${engine.socketPath}`;
    await dockerOutput(host, ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
    await dockerOutput(host, ["network", "create", "--driver=overlay", NETWORK]);
    const env = { ...everySwitch, QUAYGATE_POWERS: "default" };
    gate = await openTestGate({ env, engineSocket: engine.socketPath });
  });
  afterAll(() => gate?.close());

  const ask = async (method: string, target: string, body?: object): Promise<Answer> =>
    send({ port: gate?.port ?? 0 }, method, `/v1.41${target}`, JSON.stringify(body));
  const describeService = async (name: string): Promise<Description> => {
    const description: Description = JSON.parse((await ask("GET", `/services/${name}`)).text);
    return description;
  };

  test.each(lines)("is updated and made again as it was, with %s", async (_name, ...options) => {
    const name = uniqueName("service");
    const line = ["service", "create", "--detach", "--no-resolve-image", `--name=${name}`, ...options];
    await dockerOutput(gate?.host ?? "", [...line, "busybox:test", "sleep", "60"]);
    const { Spec } = await describeService(name);

    // The swarm counts a version more when it gives out addresses.
    await eventually("the service is updated", async () => {
      const { ID, Version } = await describeService(name);
      const update = await ask("POST", `/services/${ID}/update?version=${Version.Index}`, Spec);
      expect(update.code).toBeUndefined();
      return update.status === 200;
    });
    expect((await describeService(name)).Spec).toEqual(Spec);

    expect(await ask("DELETE", `/services/${name}`)).toMatchObject({ status: 200 });
    expect(await ask("POST", "/services/create", Spec)).toMatchObject({ status: 201 });
    expect((await describeService(name)).Spec).toEqual(Spec);
    await docker(gate?.host ?? "", ["service", "rm", name]);
  });
});
