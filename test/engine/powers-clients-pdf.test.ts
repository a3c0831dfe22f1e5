import { describe, expect, onTestFinished, test } from "vitest";
import { engineSocket, hasEngine } from "../support/engine-gate.ts";
import { openTestGate } from "../support/gate.ts";
import { dockerodeFor } from "../support/portrait.ts";
import { taughtBy } from "../support/teaching.ts";

const image = "busybox:test";
const switches = { POST: "1", CONTAINERS: "1", IMAGES: "1" } as const;

/**
 * All that a backend needs that renders each document in a container of its own: the image is looked for and pulled, a
 * container is made without a name, runs to its end, and is removed.
 */
const least: readonly string[] = [
  "image:docker.io/library/busybox:test",
  'command:sh -c "echo %25PDF-1.7"',
  "entrypoint:(image)",
  "user:(image)",
  "network:none",
];

/** Renders one document through a gate with these powers, and gives what came of it, or the refusal. */
async function render(powers: readonly string[], hostConfig: object = {}, from = image): Promise<string> {
  const gate = await openTestGate({ env: { ...switches, QUAYGATE_POWERS: powers.join(",") }, engineSocket });
  const engine = dockerodeFor(gate.host);
  try {
    await engine.getImage(image).inspect();
    const container = await engine.createContainer({
      ...{ Image: from, Cmd: ["sh", "-c", "echo %PDF-1.7"], Tty: true },
      HostConfig: { NetworkMode: "none", ...hostConfig },
    });
    onTestFinished(async () => void (await container.remove({ force: true }).catch(() => undefined)));
    await container.start();
    await container.wait();
    const document = await container.logs({ stdout: true });
    await container.remove();
    return String(document);
  } catch (error) {
    return String(error);
  } finally {
    await gate.close();
  }
}

describe.runIf(hasEngine)("a backend that renders in containers, by a list that begins with none", () => {
  test("works with five powers, which its refusals name one by one", async () => {
    const list = ["none"];
    let outcome = await render(list);
    for (let round = 0; round < 9 && !outcome.includes("%PDF-1.7\r\n"); round += 1) {
      list.push(...(taughtBy(outcome)?.split(",") ?? []));
      outcome = await render(list);
    }
    expect(outcome).toContain("%PDF-1.7\r\n");
    expect(list.slice(1).toSorted()).toEqual(least.toSorted());
  });

  test.each(least.map((power) => [power] as const))("does not work without %s", async (power) => {
    const others = least.filter((other) => other !== power);
    expect(await render(["none", ...others])).toContain(`ContainerCreate asks for the power ${power} (`);
  });

  test("works with the same list without the words of its command", async () => {
    const list = [
      "none",
      "image:busybox:test",
      "command",
      "entrypoint:(image)",
      "user:(image)",
      "network:none",
    ];
    expect(await render(list)).toContain("%PDF-1.7\r\n");
  });

  test("pulls its image and no other", async () => {
    const env = { ...switches, QUAYGATE_POWERS: ["none", ...least].join(",") };
    const gate = await openTestGate({ env, engineSocket });
    onTestFinished(() => gate.close());
    const engine = dockerodeFor(gate.host);
    // No registry is reached: the failure is the engine's own.
    await engine.pull(image).catch(() => undefined);
    expect(gate.records.at(-1)).toMatchObject({ operation: "ImageCreate", verdict: "allow" });
    await expect(engine.pull("busybox:other")).rejects.toThrow(
      /add image:docker\.io\/library\/busybox:other to/u,
    );
    await expect(engine.pull("busybox")).rejects.toMatchObject({ statusCode: 403 });
  });

  test.each([
    { name: "a privileged container", host: { Privileged: true }, power: "privileged" },
    { name: "a host path", host: { Binds: ["/etc:/etc"] }, power: "bind:/etc" },
    { name: "the host's processes", host: { PidMode: "host" }, power: "host:pid" },
    { name: "an added capability, even one that all have", host: { CapAdd: ["CHOWN"] }, power: "cap:CHOWN" },
    { name: "a device", host: { Devices: [{ PathOnHost: "/dev/null" }] }, power: "device:/dev/null" },
    { name: "a volume", host: { Binds: ["other:/data"] }, power: "volume:other" },
    { name: "a network", host: { NetworkMode: "bridge" }, power: "network:bridge" },
    { name: "a port", host: { PortBindings: { "80/tcp": [{}] } }, power: "port:0.0.0.0:0/tcp" },
  ])("does not get $name", async ({ host, power }) => {
    expect(await render(["none", ...least], host)).toContain(`ContainerCreate asks for the power ${power} (`);
  });

  test("does not get another image", async () => {
    expect(await render(["none", ...least], {}, "alpine")).toContain(
      "the power image:docker.io/library/alpine:latest (",
    );
  });
});
