import { beforeAll, describe, test } from "vitest";
import { dockerOutput } from "../support/docker-cli.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { proveAttack } from "./attacks/attack.ts";
import { useAttackedEngine } from "./attacks/attacked-engine.ts";
import { containerAttacks, VICTIM } from "./attacks/containers.ts";

describe.runIf(hasEngine)("creating a container, with the powers that can't reach the host", () => {
  // Where every container has them, the control groups of the host are no attack.
  const own = useAttackedEngine("--default-cgroupns-mode=private");

  beforeAll(async () => {
    const { host } = own();
    await dockerOutput(host, [
      "volume",
      "create",
      "--opt=type=none",
      "--opt=o=bind",
      "--opt=device=/",
      "planted",
    ]);
    const running = [
      "run",
      "--detach",
      `--name=${VICTIM}`,
      "--network=none",
      "--ipc=shareable",
      "--volume=/etc:/h",
    ];
    await dockerOutput(host, [...running, "busybox:test", "sleep", "1000"]);
  });

  test.each(containerAttacks)("refuses $name, which the engine takes", async (attack) => {
    await proveAttack(attack, own());
  });
});
