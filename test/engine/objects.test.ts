import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { useSwarm } from "../examples/deployment.ts";
import { docker, dockerOutput, temporaryFolder, uniqueName } from "../support/docker-cli.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { send } from "./attacks/attack.ts";

/** What the client may use; everything else of these kinds is somebody else's. */
const POWERS = [
  "default",
  ...["-image", "image:busybox:*", "tag"],
  ...[
    "-network",
    "network:quaygate-own-*",
    "-volume",
    "volume:quaygate-own-*",
    "config:quaygate-own-*",
    "secret:quaygate-own-*",
  ],
].join(",");

describe.runIf(hasEngine)("an object of somebody else", () => {
  const swarm = useSwarm();
  let gate: TestGate | undefined;
  const own = uniqueName("own");
  const other = uniqueName("other");
  const ids = new Map<string, string>();

  beforeAll(async () => {
    const { host, engine } = swarm();
    gate = await openTestGate({
      env: { ...everySwitch, QUAYGATE_POWERS: POWERS },
      engineSocket: engine.socketPath,
    });
    await dockerOutput(host, ["tag", "busybox:test", `${other}:1`]);
    for (const name of [own, other]) {
      await dockerOutput(host, ["volume", "create", name]);
      ids.set(`network ${name}`, await dockerOutput(host, ["network", "create", name]));
      for (const kind of ["config", "secret"]) {
        ids.set(
          `${kind} ${name}`,
          await dockerOutput(host, [kind, "create", name, "-"], { input: "hunter2" }),
        );
      }
    }
  });
  afterAll(() => gate?.close());

  const ask = (method: string, path: string): ReturnType<typeof send> =>
    send({ port: gate?.port ?? 0 }, method, `/v1.41${path}`);
  const idOf = (kind: string, name: string): string => ids.get(`${kind} ${name}`) ?? "none";

  test.each([
    {
      deed: "is not saved",
      method: "GET",
      path: `/images/${other}:1/get`,
      power: `image:docker.io/library/${other}:1`,
    },
    {
      deed: "is not saved by all its tags",
      method: "GET",
      path: `/images/get?names=${other}`,
      power: `image:docker.io/library/${other}:(all)`,
    },
    {
      deed: "is not saved among others",
      method: "GET",
      path: `/images/get?names=busybox:test&names=${other}:1`,
      power: "image:",
    },
    {
      deed: "gets no other name",
      method: "POST",
      path: `/images/${other}:1/tag?repo=busybox&tag=mine`,
      power: "image:",
    },
    { deed: "is not deleted", method: "DELETE", path: `/images/${other}:1`, power: "image:" },
    { deed: "is not pruned", method: "POST", path: "/images/prune", power: "image:(any)" },
    {
      deed: "is not deleted as a volume",
      method: "DELETE",
      path: `/volumes/${other}`,
      power: `volume:${other}`,
    },
    { deed: "is not pruned as a volume", method: "POST", path: "/volumes/prune", power: "volume:(any)" },
    {
      deed: "is not deleted as a network",
      method: "DELETE",
      path: `/networks/${other}`,
      power: `network:${other}`,
    },
    { deed: "is not shown among all configurations", method: "GET", path: "/configs", power: "config:(any)" },
    { deed: "is not removed as a node", method: "DELETE", path: "/nodes/any", power: "node:delete" },
  ])("$deed", async ({ method, path, power }) => {
    expect(await ask(method, path)).toMatchObject({
      status: 403,
      code: "power_denied",
      text: expect.stringContaining(power),
    });
  });

  test.each([
    ["GET", "configs", "config"],
    ["DELETE", "configs", "config"],
    ["DELETE", "secrets", "secret"],
    ["DELETE", "networks", "network"],
  ])("is known by its id, by the beginning of it and by its name: %s /%s", async (method, folder, kind) => {
    const id = idOf(kind, other);
    for (const name of [id, id.slice(0, 12), other]) {
      const refused = await ask(method, `/${folder}/${name}`);
      // Of a configuration the name is told only to those who may read all of them.
      const told =
        kind === "config" ? /the power config(?::quaygate-other| with a value)/u : `${kind}:${other} (`;
      expect(refused).toMatchObject({ status: 403, code: "power_denied" });
      expect(refused.text).toMatch(told);
      expect(refused.text).not.toContain(Buffer.from("hunter2").toString("base64"));
    }
    expect(await dockerOutput(swarm().host, [kind, "inspect", "--format={{.ID}}", other])).toBe(id);
  });

  test("and one's own is read, saved, named and deleted, by whatever it is called", async () => {
    expect((await ask("GET", `/configs/${idOf("config", own).slice(0, 12)}`)).text).toContain(
      Buffer.from("hunter2").toString("base64"),
    );
    const { host = "" } = gate ?? {};
    await dockerOutput(host, ["tag", "busybox:test", `busybox:${own}`]);
    const folder = temporaryFolder();
    onTestFinished(() => folder.remove());
    const save = ["save", `--output=${folder.path}/own.tar`, `busybox:${own}`];
    expect(await docker(host, save)).toMatchObject({ code: 0 });
    for (const command of [
      ["rmi", `busybox:${own}`],
      ["volume", "rm", own],
      ["network", "rm", own],
      ["config", "rm", own],
      ["secret", "rm", idOf("secret", own)],
    ]) {
      expect(await docker(host, command)).toMatchObject({ code: 0, stderr: "" });
    }
  });
});
