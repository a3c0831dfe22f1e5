import { afterAll, describe, expect, test } from "vitest";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { containerName, engineHost, hasEngine, idleContainer, useGate } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { type Answer, send } from "./attacks/attack.ts";

// What real clients were seen to send in bodies: fields in other letters, nulls, and what no engine reads.

const network = uniqueName("network");

describe.runIf(hasEngine)(
  "what real clients write is served with the default powers as on the socket:",
  () => {
    const gate = useGate({ ...everySwitch, QUAYGATE_POWERS: "default" });
    afterAll(async () => {
      await docker(engineHost, ["network", "rm", network]);
    });
    const post = async (target: string, body: object): Promise<Answer> =>
      send({ port: gate().port }, "POST", target, JSON.stringify(body));

    test("docker-java's network, and what it connects", async () => {
      const body = {
        Name: network,
        Driver: null,
        IPAM: null,
        Internal: null,
        EnableIPv6: null,
        enableIPv6: null,
      };
      expect(await post("/networks/create", body)).toMatchObject({ status: 201 });
      const Container = containerName();
      const made = { Image: "busybox:test", Cmd: ["true"] };
      expect(await post(`/containers/create?name=${Container}`, made)).toMatchObject({ status: 201 });
      const endpoint = { Aliases: ["db"], IPAMConfig: null };
      const connected = { Container, EndpointConfig: endpoint, containerConfig: endpoint };
      expect(await post(`/networks/${network}/connect`, connected)).toMatchObject({ status: 200 });
      expect(
        await dockerOutput(engineHost, ["inspect", "-f", "{{json .NetworkSettings.Networks}}", Container]),
      ).toContain('"db"');
    });

    test("docker-java's container, with a login that goes no further", async () => {
      const name = containerName();
      const body = {
        ...{
          name,
          Image: "busybox:test",
          Cmd: ["true"],
          Hostname: null,
          HostConfig: { Binds: null, Memory: 67_108_864 },
        },
        ...{
          aliases: ["db"],
          ipv4Address: null,
          authConfig: { username: "u", password: "p" },
          platform: null,
        },
      };
      expect(await post(`/containers/create?name=${name}`, body)).toMatchObject({ status: 201 });
      expect(await dockerOutput(engineHost, ["inspect", "-f", "{{.HostConfig.Memory}}", name])).toBe(
        "67108864",
      );
    });

    test.each([
      ["docker-java's", { containerId: "x", Cmd: ["true"], AttachStdin: null, Env: null }],
      ["aiodocker's", { Container: "x", Cmd: ["true"], Privileged: false, User: "", detachKeys: "" }],
      ["a script's, all in small letters", { cmd: ["true"], user: "1000", attachstdout: true, env: ["A=1"] }],
    ])("%s exec", async (_name, body) => {
      const answer = await post(`/containers/${await idleContainer()}/exec`, body);
      expect(answer).toMatchObject({ status: 201 });
      const id = /"Id":"([0-9a-f]+)"/u.exec(answer.text)?.[1] ?? "";
      const exec = await send({ port: gate().port }, "GET", `/exec/${id}/json`);
      expect(exec.text).toContain('"entrypoint":"true"');
    });
  },
);
