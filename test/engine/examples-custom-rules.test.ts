import { describe, expect, test } from "vitest";
import { fillNames, send, testAllowed, testDenied } from "../examples/calls.ts";
import { useContainer, useDeployedGate } from "../examples/deployment.ts";
import { refusals } from "../examples/refusals.ts";
import { engineSocket, hasEngine } from "../support/engine-gate.ts";

/** What the rules on paths would open, and words of `deny` close. */
const DENIED = [
  ["GET /containers/{web}/archive?path=/etc/passwd", "containers:archive"],
  ["HEAD /containers/{web}/archive?path=/etc/passwd", "containers:archive"],
  ["GET /containers/{web}/export", "containers:export"],
  ["GET /images/busybox:test/get", "images:save"],
] as const;

describe.runIf(hasEngine)("examples/custom-rules.yaml", () => {
  const web = useContainer();
  const names = () => ({ web: web() });
  const gate = useDeployedGate(() => engineSocket, "custom-rules.yaml", { client: "homepage" });

  testAllowed(
    "Homepage",
    gate,
    [
      { call: "GET /containers/json?all=true" },
      { call: "GET /v1.41/containers/{web}/json" },
      { call: "GET /containers/{web}/stats?stream=false" },
      { call: "GET /containers/{web}/logs?stdout=1" },
      { call: "GET /images/json" },
      { call: "GET /v1.41/images/busybox:test/json" },
    ],
    names,
  );

  testDenied(
    "Homepage",
    gate,
    refusals({
      auth: "SystemAuth (or registries) in clients.homepage.allow",
      create: "ContainerCreate (or containers:create) in clients.homepage.allow",
      exec: "ContainerExec (or exec) in clients.homepage.allow",
      execInspect: "ExecInspect (or exec) in clients.homepage.allow",
      info: "SystemInfo (or system:read) in clients.homepage.allow",
      networks: "NetworkList (or networks:read) in clients.homepage.allow",
      remove: "ContainerDelete (or containers:remove) in clients.homepage.allow",
      secrets: "SecretList (or secrets) in clients.homepage.allow",
      start: "ContainerStart (or containers:lifecycle) in clients.homepage.allow",
      volumes: "VolumeList (or volumes:read) in clients.homepage.allow",
    }),
    names,
  );

  test.each(DENIED)("Homepage is refused %s, by the word that denies it", async (call, word) => {
    const { status, body } = await send(gate(), fillNames(call, names()));
    expect(status).toBe(403);
    const sentence = `denied by \\"${word}\\" in clients.homepage.deny`;
    expect(body).toContain(call.startsWith("HEAD") ? "" : sentence);
  });
});
