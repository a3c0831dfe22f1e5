import { beforeAll, describe, expect, test } from "vitest";
import { dockerOutput } from "../support/docker-cli.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { proveAttack, send } from "./attacks/attack.ts";
import { useAttackedEngine } from "./attacks/attacked-engine.ts";
import { clusterAttacks } from "./attacks/cluster.ts";
import { imageAttacks } from "./attacks/images.ts";
import { processAttacks } from "./attacks/processes.ts";
import { networkAttacks, volumeAttacks } from "./attacks/storage.ts";

describe.runIf(hasEngine)("with the powers that can't reach the host, the gate", () => {
  // Checkpoints and plugins by services are experimental.
  const own = useAttackedEngine("--experimental");
  let secret = "";

  beforeAll(async () => {
    const { host } = own();
    const running = ["run", "--detach", "--name=victim", "--network=none", "busybox:test", "sleep", "1000"];
    await dockerOutput(host, running);
    for (const name of ["idle", "dormant"]) {
      await dockerOutput(host, ["create", `--name=${name}`, "--network=none", "busybox:test", "true"]);
    }
    await dockerOutput(host, ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
    await dockerOutput(host, ["tag", "busybox:test", "127.0.0.1:1/stolen:test"]);
    secret = await dockerOutput(host, ["secret", "create", "password", "-"], { input: "hunter2" });
  });

  test.each([...processAttacks, ...volumeAttacks, ...networkAttacks, ...imageAttacks])(
    "refuses $name, which the engine takes",
    async (attack) => {
      await proveAttack(attack, own());
    },
  );

  test.each(clusterAttacks)("refuses $name, which the engine takes", async (attack) => {
    const { body } = attack;
    const known = typeof body === "object" ? JSON.stringify(body).replaceAll("SECRET", secret) : body;
    await proveAttack(known === undefined ? attack : { ...attack, body: known }, own());
  });

  test.each(["/session", "/grpc"])(
    "refuses BuildKit's door %s, and says what to use instead",
    async (target) => {
      expect(await send(own().gate, "POST", target)).toMatchObject({
        status: 403,
        code: "power_denied",
        text: expect.stringMatching(/the power buildkit .*set DOCKER_BUILDKIT=0/u),
      });
    },
  );
});
