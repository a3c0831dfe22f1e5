import Dockerode from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contents } from "../../src/docker/answers/content.ts";
import { viewerOf } from "../docker/answers/viewers.ts";
import { docker } from "../support/docker-cli.ts";
import { hasDockerPy, runPython } from "../support/docker-py.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { type HidingRelay, openHidingRelay } from "./answers/hiding-relay.ts";
import { useRichEngine } from "./answers/rich-engine.ts";

const COMMANDS = [
  "version",
  "info",
  "ps --all --size --no-trunc",
  "inspect CONTAINER",
  "stats --no-stream CONTAINER",
  "top CONTAINER",
  "diff CONTAINER",
  "port CONTAINER",
  "images --all --digests --no-trunc",
  "image inspect busybox:test",
  "history busybox:test",
  "network ls",
  "network inspect marknetworks-network",
  "volume ls",
  "volume inspect kept-volume",
  "system df --verbose",
  "node ls",
  "node ps",
  "node inspect --pretty self",
  "service ls",
  "service ps SERVICE",
  "service inspect --pretty SERVICE",
  "secret ls",
  "secret inspect --pretty marknames-secret",
  "config ls",
  "config inspect --pretty marknames-config",
  "stack ls",
  "plugin ls",
] as const;

const PROGRAM = `
import docker, json
engine = docker.from_env(version="1.41")
seen = []
for container in engine.containers.list(all=True):
    seen.append([container.name, container.status, container.labels, container.attrs["NetworkSettings"]["Ports"]])
    container.stats(stream=False); container.top(); container.ports
for image in engine.images.list(all=True): seen.append([image.tags, image.labels, image.short_id])
for network in engine.networks.list(greedy=True): seen.append([network.name, network.containers])
for volume in engine.volumes.list(): seen.append([volume.name, volume.attrs["Labels"]])
for service in engine.services.list(): seen.append([service.name, service.tasks()])
for node in engine.nodes.list(): seen.append([node.attrs["Spec"]])
for secret in engine.secrets.list(): seen.append([secret.name])
for config in engine.configs.list(): seen.append([config.name])
engine.df(); engine.info(); engine.version()
print(json.dumps(len(seen)))
`;

describe.runIf(hasEngine)("programs read an engine of which all is hidden", () => {
  const rich = useRichEngine();

  describe.each([
    { how: "by every word", words: { hide: Object.keys(contents) } },
    { how: "but what is named, which is nothing", words: { only: [] } },
  ])("$how", ({ words }) => {
    let relay: HidingRelay | undefined;
    beforeAll(async () => {
      relay = await openHidingRelay(rich().engine, viewerOf(words));
    });
    afterAll(() => relay?.close());

    test.each(COMMANDS)("docker %s", async (command) => {
      const { container, service } = rich();
      const line = command.replace("CONTAINER", container).replace("SERVICE", service);
      const { code, stderr } = await docker(relay?.host ?? "", line.split(" "));
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/error|panic/iu) });
    });

    test("dockerode", async () => {
      const engine = new Dockerode({ protocol: "http", host: "127.0.0.1", port: relay?.port ?? 0 });
      for (const { Id } of await engine.listContainers({ all: true })) {
        const { Name, NetworkSettings, Config } = await engine.getContainer(Id).inspect();
        expect(Name).toBe(`/${Id.slice(0, 12)}`);
        expect(NetworkSettings.Networks).toEqual({});
        expect(Config.Env).toEqual([]);
      }
      expect(await engine.listServices()).toHaveLength(1);
      expect(await engine.df()).toHaveProperty("Containers");
    });

    test.runIf(hasDockerPy)("docker-py", async () => {
      expect(await runPython(relay?.host ?? "", PROGRAM, [])).toBeGreaterThan(10);
    });
  });
});
