import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, hasProgram, temporaryFolder, uniqueName } from "../support/docker-cli.ts";
import { engineHost, engineSocket, hasEngine, useGate } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";
import { makeBothWays } from "../support/portrait.ts";

const image = "busybox:test";
const idle = "trap 'exit 0' TERM INT; echo ready; while :; do sleep 1 & wait $$!; done";
const program = "docker-compose";

/** A stack as people write them: JSON is YAML too. */
function composeFile(colour: string, extra: object = {}): string {
  const common = { image, command: ["sh", "-c", idle], stop_grace_period: "1s", restart: "unless-stopped" };
  return JSON.stringify({
    services: {
      web: {
        ...{ ...common, ports: ["18380:80", "127.0.0.1:18381:81/udp", "82"], expose: ["90"], init: true },
        ...{ environment: { COLOUR: colour, EMPTY: "" }, labels: { "org.example.a": "b" } },
        ...{ networks: { front: { aliases: ["www"] }, back: null }, volumes: ["data:/data:ro", "/unnamed"] },
        ...{ depends_on: { db: { condition: "service_healthy" } }, hostname: "web", user: "0" },
        ...{ extra_hosts: ["one:192.0.2.1"], dns: ["9.9.9.9"], tmpfs: ["/run:size=64k"] },
        ...extra,
      },
      db: {
        ...{ ...common, networks: ["back"], volumes: ["data:/data"], read_only: true, mem_limit: "64m" },
        ...{ cap_drop: ["ALL"], cap_add: ["CHOWN"], security_opt: ["no-new-privileges:true"] },
        ...{ ulimits: { nofile: { soft: 1024, hard: 2048 } }, sysctls: { "net.core.somaxconn": "1024" } },
        healthcheck: { test: ["CMD", "test", "-d", "/data"], interval: "1s", timeout: "5s", retries: 20 },
        logging: { driver: "json-file", options: { "max-size": "1m" } },
      },
    },
    networks: { front: {}, back: { internal: true, labels: { a: "b" } } },
    volumes: { data: { labels: { a: "b" } } },
  });
}

const once = ["--rm", "--no-deps", "-T", "-e", "A=b", "web", "sh", "-c", "echo $A"];

interface Project {
  readonly name: string;
  readonly write: (text: string) => void;
  /** Runs the compose command against that host and gives its output; throws when it fails. */
  readonly compose: (host: string, ...words: string[]) => Promise<string>;
}

function openProject(): Project {
  const name = uniqueName("stack");
  const { path, remove } = temporaryFolder();
  onTestFinished(remove);
  const file = join(path, "compose.yaml");
  const compose = async (host: string, ...words: string[]): Promise<string> => {
    const command = ["--project-name", name, "--file", file, ...words];
    const env = { HOME: path, DOCKER_CONFIG: path };
    const { code, stdout, stderr } = await docker(host, command, { program, env });
    if (code !== 0)
      throw new Error(`${program} ${words.join(" ")} ended with ${String(code)}: ${stdout}${stderr}`);
    return stdout + stderr;
  };
  onTestFinished(
    async () => void (await compose(engineHost, "down", "--volumes", "--timeout=1").catch(() => "")),
  );
  return { name, write: (text) => writeFileSync(file, text), compose };
}

/** What carries the project's label. */
async function namesIn(project: string, ...list: string[]): Promise<readonly string[]> {
  const filter = `--filter=label=com.docker.compose.project=${project}`;
  const names = await dockerOutput(engineHost, [...list, filter]);
  return names.split("\n").filter((name) => name !== "");
}

describe.runIf(hasEngine && hasProgram(program))("docker compose with the default powers", () => {
  const gate = useGate({ ...everySwitch, QUAYGATE_POWERS: "default" });

  test(
    "brings up the same stack as on the socket, changes it, and takes it down",
    { timeout: 240_000 },
    async () => {
      const { name, write, compose } = openProject();
      const { throughGate, direct } = await makeBothWays(gate().host, async (host) => {
        write(composeFile("blue"));
        await compose(host, "up", "--detach");
        const before = await containerIds(name);
        write(composeFile("green"));
        await compose(host, "up", "--detach");
        // The changed service was made anew, with its unnamed volume; the other was left alone.
        expect((await containerIds(name)).filter((id) => before.includes(id))).toHaveLength(1);
        return {
          containers: await namesIn(name, "ps", "--all", "--format={{.Names}}"),
          networks: await namesIn(name, "network", "ls", "--format={{.Name}}"),
          volumes: await namesIn(name, "volume", "ls", "--format={{.Name}}"),
        };
      });
      expect(Object.keys(throughGate)).toHaveLength(5);
      expect(withoutAffinity(throughGate)).toEqual(withoutAffinity(direct));
      expect(gate().records.filter(({ verdict }) => verdict !== "allow")).toEqual([]);
      const creation = gate().records.find(({ operation }) => operation === "ContainerCreate");
      expect(creation?.powers).toContain("image:docker.io/library/busybox:test");
    },
  );

  test(
    "looks at its stack, executes, reads logs, restarts, runs once and cleans up",
    { timeout: 180_000 },
    async () => {
      const { name, write, compose } = openProject();
      write(composeFile("blue"));
      const { host } = gate();
      await compose(host, "up", "--detach");
      expect(await compose(host, "ps")).toContain("18380->80/tcp");
      expect(await compose(host, "exec", "-T", "web", "sh", "-c", "echo $COLOUR; hostname")).toBe(
        "blue\nweb\n",
      );
      expect(await compose(host, "logs", "db")).toContain("ready");
      expect(await compose(host, "port", "web", "80")).toContain("18380");
      await compose(host, "top");
      await compose(host, "restart", "--timeout=1", "web");
      await compose(host, "pause", "web");
      await compose(host, "unpause", "web");
      await compose(host, "stop", "--timeout=1", "web");
      await compose(host, "start", "web");
      await compose(host, "kill", "web");
      await compose(host, "down", "--volumes", "--timeout=1");
      expect(await namesIn(name, "ps", "--all", "--format={{.Names}}")).toEqual([]);
      expect(await namesIn(name, "volume", "ls", "--format={{.Name}}")).toEqual([]);
      expect(gate().records.filter(({ verdict }) => verdict !== "allow")).toEqual([]);
    },
  );

  test(
    "runs once beside a running service, where Compose 1 links to it: with the power that the refusal names",
    {
      timeout: 180_000,
    },
    async () => {
      const { name, write, compose } = openProject();
      write(composeFile("blue", { depends_on: [] }));
      await compose(gate().host, "up", "--detach", "web");
      const isFirst = (await compose(gate().host, "version")).includes("docker-py");
      const run = compose(gate().host, "run", ...once);
      if (isFirst) {
        await expect(run).rejects.toThrow(new RegExp(`add link:${name}_web_1 to its powers`, "u"));
      } else {
        expect(await run).toContain("b\n");
      }
      const powers = `default,link:${name}_web_1`;
      const linking = await openTestGate({ env: { ...everySwitch, QUAYGATE_POWERS: powers }, engineSocket });
      onTestFinished(() => linking.close());
      expect(await compose(linking.host, "run", ...once)).toContain("b\n");
    },
  );

  test("is told what a folder of the host takes", { timeout: 120_000 }, async () => {
    const { write, compose } = openProject();
    write(composeFile("blue", { depends_on: [], volumes: ["./site:/site:ro"] }));
    await expect(compose(gate().host, "up", "--detach", "web")).rejects.toThrow(
      /To allow it, add bind:\/[^ ]*\/site:ro(?:-nonrecursive)? to its powers \(QUAYGATE_POWERS\)\./u,
    );
  });
});

/** Compose 1 names the container that a new one takes over from in a variable. */
function withoutAffinity(portrait: unknown): unknown {
  return JSON.parse(JSON.stringify(portrait).replaceAll(/affinity:container==[0-9a-f]{64}/gu, "affinity"));
}

async function containerIds(project: string): Promise<readonly string[]> {
  return namesIn(project, "ps", "--all", "--no-trunc", "--format={{.ID}}");
}
