import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Dockerode from "dockerode";
import { describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, hasProgram, temporaryFolder } from "../../support/docker-cli.ts";
import { hasDockerPy, runPython } from "../../support/docker-py.ts";
import type { Shop } from "./shop.ts";

/** Programs that are here themselves, each through the preset that is for it: what no table of calls can forget. */
export function describeRealPrograms(shop: () => Shop): void {
  const hostOf = (preset: string): string => `unix://${shop().socketOf(preset)}`;

  describe("the docker command, with docker-cli-read,", () => {
    test.each([
      "version",
      "info",
      "ps --all --size",
      "container inspect web",
      "top web",
      "stats --no-stream",
      "diff web",
      "logs --tail=10 web",
      "port web",
      "events --since=1 --until=2",
      "images --all",
      "image inspect nginx",
      "history nginx",
      "network ls",
      "network inspect shop",
      "volume ls",
      "volume inspect shop_data",
      "system df --verbose",
      "service ls",
      "service ps shop_web",
      "service inspect --pretty shop_web",
      "service logs shop_web",
      "node ls",
      "node ps self",
      "node inspect self --pretty",
      "secret ls",
      "secret inspect shop_password",
      "stack ls",
      "inspect web",
      "inspect shop_web",
    ])("docker %s", async (line) => {
      const { code, stderr } = await docker(hostOf("docker-cli-read"), line.split(" "));
      expect([code, stderr]).toEqual([0, ""]);
    });

    test.each([
      "stop web",
      "restart web",
      "rm --force web",
      "rename web taken",
      "exec web true",
      "attach web",
      "export web",
      "cp web:/etc/passwd -",
      "commit web taken",
      "run --rm busybox:test true",
      "create --privileged busybox:test",
      "save nginx",
      "rmi nginx",
      "tag nginx taken",
      "pull --quiet nginx",
      "push --quiet nginx",
      "network rm shop",
      "network prune --force",
      "volume create taken",
      "volume rm --force shop_data",
      "system prune --force",
      "service rm shop_web",
      "service scale shop_web=2",
      "config ls",
      "swarm join-token worker",
      "swarm leave --force",
      "secret rm shop_password",
      "node update --availability=drain self",
      "plugin ls",
    ])("is refused docker %s", async (line) => {
      shop().witness.forget();
      const { code, stdout } = await docker(hostOf("docker-cli-read"), line.split(" "));
      expect([code === 0, stdout]).toEqual([false, ""]);
      const heard = shop().witness.calls();
      expect(heard.filter(({ method }) => method !== "GET" && method !== "HEAD")).toEqual([]);
    });
  });

  const command = "docker-compose";
  test.runIf(hasProgram(command))(
    "Compose brings a project up, changes it and takes it down, with compose",
    async () => {
      const { path, remove } = temporaryFolder();
      onTestFinished(remove);
      const file = join(path, "compose.yaml");
      const compose = async (...words: readonly string[]): Promise<string> => {
        const line = ["--project-name=real", `--file=${file}`, ...words];
        return dockerOutput(hostOf("compose"), line, {
          program: command,
          env: { HOME: path, DOCKER_CONFIG: path },
        });
      };
      writeFileSync(file, projectFor("blue"));
      await compose("up", "--detach");
      writeFileSync(file, projectFor("green"));
      await compose("up", "--detach");
      expect(await compose("logs", "--no-color")).toContain("ready");
      await compose("restart", "--timeout=1");
      await compose("down", "--volumes", "--timeout=1");
      const left = await dockerOutput(shop().host, ["ps", "--all", "--quiet", "--filter=name=real_"]);
      expect(left).toBe("");
    },
  );

  test("dockerode, by which Homepage asks, finds what runs, with homepage-swarm", async () => {
    const engine = new Dockerode({ socketPath: shop().socketOf("homepage-swarm") });
    const names = (await engine.listContainers({ all: true })).flatMap(({ Names }) => Names);
    expect(names).toContain("/web");
    const web = engine.getContainer("web");
    expect((await web.inspect()).State.Status).toBe("running");
    expect((await web.stats({ stream: false })).memory_stats.usage).toBeGreaterThan(0);
    expect((await engine.listServices()).map(({ Spec }) => Spec?.Name)).toEqual(["shop_web"]);
    const filters = { service: ["shop_web"], "desired-state": ["running"] };
    expect(await engine.listTasks({ filters: JSON.stringify(filters) })).toHaveLength(1);
    await expect(web.stop()).rejects.toThrow("ContainerStop");
  });

  test.runIf(hasDockerPy)("docker-py, by which Glances asks, reads what it shows, with glances", async () => {
    const program = `
import docker, json
client = docker.from_env(version="auto")
web = client.containers.get("web")
sample = next(web.stats(decode=True))
refused = ""
try:
    web.restart()
except docker.errors.APIError as error:
    refused = error.explanation
print(json.dumps({
    "names": [each.name for each in client.containers.list()],
    "image": web.image.tags,
    "memory": sample["memory_stats"]["usage"] > 0,
    "refused": refused,
}))
`;
    expect(await runPython(hostOf("glances"), program, [])).toEqual({
      names: expect.arrayContaining(["web"]),
      image: expect.arrayContaining(["nginx:latest"]),
      memory: true,
      refused: expect.stringContaining("ContainerRestart"),
    });
  });
}

/** A project as people write them: JSON is YAML too. */
function projectFor(colour: string): string {
  const script = "trap 'exit 0' TERM; echo ready; while :; do sleep 1 & wait $$!; done";
  const web = {
    image: "busybox:test",
    command: ["sh", "-c", script],
    environment: { COLOUR: colour },
    volumes: ["data:/data"],
    networks: ["front"],
    restart: "unless-stopped",
  };
  return JSON.stringify({
    version: "3.7",
    services: { web },
    networks: { front: {} },
    volumes: { data: {} },
  });
}
