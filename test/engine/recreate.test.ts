import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { containerName, engineHost, hasEngine, useGate } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { type Answer, send } from "./attacks/attack.ts";

const NETWORK = uniqueName("network");
const VOLUME = uniqueName("volume");

/** Ordinary lines of `docker run`, without the image. */
const lines: readonly (readonly [name: string, ...options: string[]])[] = [
  ["nothing but an image"],
  ["ports", "--publish=127.0.0.1:18480:80", "--publish=18481:81/udp", "--expose=82"],
  ["what it is told", "--env=A=b", "--label=org.example.a=b", "--workdir=/tmp", "--user=1000:1000"],
  ["volumes", `--volume=${VOLUME}:/data`, "--volume=/unnamed", "--tmpfs=/run:size=64k"],
  ["limits", "--memory=64m", "--cpus=0.5", "--pids-limit=50", "--ulimit=nofile=1024:2048"],
  ["a life of its own", "--restart=unless-stopped", "--log-opt=max-size=1m", "--log-opt=max-file=2"],
  ["a network of the user's", `--network=${NETWORK}`, "--network-alias=db", "--dns=9.9.9.9"],
  ["health", "--health-cmd=true", "--health-interval=30s", "--init", "--stop-timeout=1"],
  ["less than the default", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"],
  ["a terminal", "-it", "--hostname=web", "--add-host=one:192.0.2.1", "--shm-size=32m"],
];

interface Description {
  readonly Config: object;
  readonly HostConfig: object;
  readonly NetworkSettings: { readonly Networks: object };
}

/** Tools update a container by making it again from what they read of it, in an old version of the API or the newest. */
describe.runIf(hasEngine)("a container, read and made again with the default powers,", () => {
  const gate = useGate({ ...everySwitch, QUAYGATE_POWERS: "default" });
  beforeAll(async () => {
    await dockerOutput(engineHost, ["network", "create", NETWORK]);
    await dockerOutput(engineHost, ["volume", "create", VOLUME]);
  });
  afterAll(async () => {
    await docker(engineHost, ["network", "rm", NETWORK]);
    await docker(engineHost, ["volume", "rm", VOLUME]);
  });
  const versions = new Set(["1.41", inject("engineApiVersion")]);

  describe.each([...versions])("in version %s", (version) => {
    const ask = async (method: string, target: string, body?: object): Promise<Answer> =>
      send({ port: gate().port }, method, `/v${version}${target}`, JSON.stringify(body));
    const describeContainer = async (name: string): Promise<Description> => {
      const description: Description = JSON.parse((await ask("GET", `/containers/${name}/json`)).text);
      return description;
    };

    test.each(lines)("has again %s", async (_name, ...options) => {
      const name = containerName();
      const line = ["run", "--detach", `--name=${name}`, ...options, "busybox:test", "sleep", "60"];
      await dockerOutput(gate().host, line);
      const before = await describeContainer(name);

      const NetworkingConfig = { EndpointsConfig: before.NetworkSettings.Networks };
      const settings = { ...before.Config, HostConfig: before.HostConfig, NetworkingConfig };
      expect(await ask("DELETE", `/containers/${name}?force=true`)).toMatchObject({ status: 204 });
      expect(await ask("POST", `/containers/create?name=${name}`, settings)).toMatchObject({ status: 201 });
      expect(await ask("POST", `/containers/${name}/start`)).toMatchObject({ status: 204 });

      const after = await describeContainer(name);
      // What was chosen for the first is asked for in the second, and from engine 25 on shown here.
      expect({ ...after.Config, MacAddress: undefined }).toEqual({ ...before.Config, MacAddress: undefined });
      expect(after.HostConfig).toEqual(before.HostConfig);
      expect(Object.keys(after.NetworkSettings.Networks)).toEqual(
        Object.keys(before.NetworkSettings.Networks),
      );
    });
  });
});
