import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { docker, temporaryFolder } from "../support/docker-cli.ts";
import { engineSocket, hasEngine, idleContainer } from "../support/engine-gate.ts";
import { everySwitchBut } from "../support/engine-switches.ts";
import type { Switch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";
import { serializeArchive } from "../support/images.ts";

interface DeniedCommand {
  /** Words of the command; CONTAINER stands for a running container, FOLDER for a folder with a Dockerfile. */
  readonly command: string;
  readonly closed: readonly Switch[];
  readonly operation: string;
  readonly needs: string;
  readonly input?: Buffer;
  readonly terminal?: true;
  /** What `docker` prints instead of the sentence, where it does not read the body of the answer. */
  readonly prints?: string;
}

const archive = serializeArchive([{ name: "file", content: "content\n" }]);
const run = "--rm --network=none busybox:test true";
const notUpgraded = "unable to upgrade to tcp, received 403";

const looking = [
  { command: "version", closed: ["VERSION"], operation: "SystemVersion (GET /version)", needs: "VERSION=1" },
  { command: "info", closed: ["INFO"], operation: "SystemInfo (GET /info)", needs: "INFO=1" },
  {
    command: "ps",
    closed: ["CONTAINERS"],
    operation: "ContainerList (GET /containers/json)",
    needs: "CONTAINERS=1",
  },
  { command: "images", closed: ["IMAGES"], operation: "ImageList (GET /images/json)", needs: "IMAGES=1" },
  {
    command: "inspect --type=container CONTAINER",
    closed: ["CONTAINERS"],
    operation: "ContainerInspect (GET /containers/{id}/json)",
    needs: "CONTAINERS=1",
  },
  {
    command: "top CONTAINER",
    closed: ["CONTAINERS"],
    operation: "ContainerTop (GET /containers/{id}/top)",
    needs: "CONTAINERS=1",
  },
  {
    command: "logs CONTAINER",
    closed: ["CONTAINERS"],
    operation: "ContainerInspect (GET /containers/{id}/json)",
    needs: "CONTAINERS=1",
  },
  {
    command: "logs -f CONTAINER",
    closed: ["CONTAINERS"],
    operation: "ContainerInspect (GET /containers/{id}/json)",
    needs: "CONTAINERS=1",
  },
  { command: "events", closed: ["EVENTS"], operation: "SystemEvents (GET /events)", needs: "EVENTS=1" },
  {
    command: "stats --no-stream CONTAINER",
    closed: ["CONTAINERS"],
    operation: "ContainerStats (GET /containers/{id}/stats)",
    needs: "CONTAINERS=1",
  },
  {
    command: "cp CONTAINER:/etc/passwd -",
    closed: ["CONTAINERS"],
    operation: "ContainerArchive (GET /containers/{id}/archive)",
    needs: "CONTAINERS=1",
  },
  {
    command: "export CONTAINER",
    closed: ["CONTAINERS"],
    operation: "ContainerExport (GET /containers/{id}/export)",
    needs: "CONTAINERS=1",
  },
  {
    command: "save busybox:test",
    closed: ["IMAGES"],
    operation: "ImageGetAll (GET /images/get)",
    needs: "IMAGES=1",
  },
  {
    command: "network ls",
    closed: ["NETWORKS"],
    operation: "NetworkList (GET /networks)",
    needs: "NETWORKS=1",
  },
  { command: "volume ls", closed: ["VOLUMES"], operation: "VolumeList (GET /volumes)", needs: "VOLUMES=1" },
  { command: "plugin ls", closed: ["PLUGINS"], operation: "PluginList (GET /plugins)", needs: "PLUGINS=1" },
  {
    command: "system df",
    closed: ["SYSTEM"],
    operation: "SystemDataUsage (GET /system/df)",
    needs: "SYSTEM=1",
  },
  { command: "node ls", closed: ["NODES"], operation: "NodeList (GET /nodes)", needs: "NODES=1" },
  {
    command: "service ls",
    closed: ["SERVICES"],
    operation: "ServiceList (GET /services)",
    needs: "SERVICES=1",
  },
  { command: "secret ls", closed: ["SECRETS"], operation: "SecretList (GET /secrets)", needs: "SECRETS=1" },
  { command: "config ls", closed: ["CONFIGS"], operation: "ConfigList (GET /configs)", needs: "CONFIGS=1" },
] as const satisfies readonly DeniedCommand[];

const running = [
  {
    command: `run ${run}`,
    closed: ["POST", "CONTAINERS"],
    operation: "ContainerCreate (POST /containers/create)",
    needs: "POST=1 and CONTAINERS=1",
  },
  {
    command: `run ${run}`,
    closed: ["POST"],
    operation: "ContainerCreate (POST /containers/create)",
    needs: "POST=1",
  },
  {
    command: `run -i ${run}`,
    closed: ["CONTAINERS"],
    operation: "ContainerCreate (POST /containers/create)",
    needs: "CONTAINERS=1",
  },
  {
    command: `run -t ${run}`,
    closed: ["CONTAINERS"],
    operation: "ContainerCreate (POST /containers/create)",
    needs: "CONTAINERS=1",
    terminal: true,
  },
  {
    command: "exec CONTAINER true",
    closed: ["POST"],
    operation: "ContainerExec (POST /containers/{id}/exec)",
    needs: "POST=1",
  },
  {
    command: "exec CONTAINER true",
    closed: ["EXEC"],
    operation: "ExecStart (POST /exec/{id}/start)",
    needs: "EXEC=1",
    prints: notUpgraded,
  },
  {
    command: "exec -i CONTAINER cat",
    closed: ["EXEC"],
    operation: "ExecStart (POST /exec/{id}/start)",
    needs: "EXEC=1",
    input: Buffer.from("input\n"),
    prints: notUpgraded,
  },
  {
    command: "exec -d CONTAINER true",
    closed: ["EXEC"],
    operation: "ExecStart (POST /exec/{id}/start)",
    needs: "EXEC=1",
  },
  {
    command: "attach CONTAINER",
    closed: ["POST"],
    operation: "ContainerAttach (POST /containers/{id}/attach)",
    needs: "POST=1",
    prints: notUpgraded,
  },
  {
    command: "wait CONTAINER",
    closed: ["POST"],
    operation: "ContainerWait (POST /containers/{id}/wait)",
    needs: "POST=1",
  },
  {
    command: "kill CONTAINER",
    closed: ["POST"],
    operation: "ContainerKill (POST /containers/{id}/kill)",
    needs: "POST=1",
  },
  {
    command: "restart CONTAINER",
    closed: ["CONTAINERS"],
    operation: "ContainerRestart (POST /containers/{id}/restart)",
    needs: "one of ALLOW_RESTARTS=1, CONTAINERS=1",
  },
  {
    command: "rm --force CONTAINER",
    closed: ["POST"],
    operation: "ContainerDelete (DELETE /containers/{id})",
    needs: "POST=1",
  },
  {
    command: "cp - CONTAINER:/tmp",
    closed: ["POST"],
    operation: "PutContainerArchive (PUT /containers/{id}/archive)",
    needs: "POST=1",
    input: archive,
  },
] as const satisfies readonly DeniedCommand[];

const making = [
  {
    command: "load",
    closed: ["POST"],
    operation: "ImageLoad (POST /images/load)",
    needs: "POST=1",
    input: archive,
  },
  {
    command: "load",
    closed: ["IMAGES"],
    operation: "ImageLoad (POST /images/load)",
    needs: "IMAGES=1",
    input: Buffer.alloc(20_000_000),
  },
  {
    command: "import - denied:test",
    closed: ["IMAGES"],
    operation: "ImageCreate (POST /images/create)",
    needs: "IMAGES=1",
    input: archive,
  },
  {
    command: "pull denied:test",
    closed: ["POST"],
    operation: "ImageCreate (POST /images/create)",
    needs: "POST=1",
  },
  {
    command: "tag busybox:test denied:test",
    closed: ["POST"],
    operation: "ImageTag (POST /images/{name}/tag)",
    needs: "POST=1",
  },
  {
    command: "rmi denied:test",
    closed: ["POST"],
    operation: "ImageDelete (DELETE /images/{name})",
    needs: "POST=1",
  },
  { command: "build FOLDER", closed: ["BUILD"], operation: "ImageBuild (POST /build)", needs: "BUILD=1" },
  {
    command: "build FOLDER",
    closed: ["POST", "BUILD"],
    operation: "ImageBuild (POST /build)",
    needs: "POST=1 and BUILD=1",
  },
  {
    command: "commit CONTAINER denied:test",
    closed: ["COMMIT"],
    operation: "ImageCommit (POST /commit)",
    needs: "COMMIT=1",
  },
  {
    command: "login --username=name --password=secret 127.0.0.1:1",
    closed: ["AUTH"],
    operation: "SystemAuth (POST /auth)",
    needs: "AUTH=1",
  },
  {
    command: "network create denied",
    closed: ["NETWORKS"],
    operation: "NetworkCreate (POST /networks/create)",
    needs: "NETWORKS=1",
  },
  {
    command: "network rm bridge",
    closed: ["POST"],
    operation: "NetworkDelete (DELETE /networks/{id})",
    needs: "POST=1",
  },
  {
    command: "volume create denied",
    closed: ["VOLUMES"],
    operation: "VolumeCreate (POST /volumes/create)",
    needs: "VOLUMES=1",
  },
  {
    command: "volume rm denied",
    closed: ["POST"],
    operation: "VolumeDelete (DELETE /volumes/{name})",
    needs: "POST=1",
  },
  { command: "swarm init", closed: ["SWARM"], operation: "SwarmInit (POST /swarm/init)", needs: "SWARM=1" },
  {
    command: "service create --no-resolve-image --name=denied busybox:test",
    closed: ["SERVICES"],
    operation: "ServiceCreate (POST /services/create)",
    needs: "SERVICES=1",
  },
  {
    command: "service rm denied",
    closed: ["POST"],
    operation: "ServiceDelete (DELETE /services/{id})",
    needs: "POST=1",
  },
  {
    command: "container prune --force",
    closed: ["POST"],
    operation: "ContainerPrune (POST /containers/prune)",
    needs: "POST=1",
  },
  {
    command: "image prune --force",
    closed: ["IMAGES"],
    operation: "ImagePrune (POST /images/prune)",
    needs: "IMAGES=1",
  },
  {
    command: "network prune --force",
    closed: ["NETWORKS"],
    operation: "NetworkPrune (POST /networks/prune)",
    needs: "NETWORKS=1",
  },
  {
    command: "volume prune --force",
    closed: ["VOLUMES"],
    operation: "VolumePrune (POST /volumes/prune)",
    needs: "VOLUMES=1",
  },
] as const satisfies readonly DeniedCommand[];

// What no docker command asks for by itself.
const asking = [
  { method: "GET", path: "/_ping", closed: "PING", operation: "SystemPing (GET /_ping)" },
  { method: "GET", path: "/v1.41/tasks", closed: "TASKS", operation: "TaskList (GET /tasks)" },
  {
    method: "GET",
    path: "/v1.41/distribution/some/image/json",
    closed: "DISTRIBUTION",
    operation: "DistributionInspect (GET /distribution/{name}/json)",
  },
  { method: "POST", path: "/session", closed: "SESSION", operation: "Session (POST /session)" },
  { method: "POST", path: "/grpc", closed: "GRPC", operation: "Grpc (POST /grpc)" },
] as const satisfies readonly object[];

const tables: readonly (readonly [string, readonly DeniedCommand[]])[] = [
  ["that looks", looking],
  ["that runs something", running],
  ["that makes or removes something", making],
];

for (const [kind, commands] of tables) {
  describe.runIf(hasEngine)(`a docker command ${kind}`, () => {
    for (const row of commands) {
      test(`${row.command}, with ${row.closed.join(" and ")} off, is denied and told what it needs`, async () => {
        const { path: folder, remove } = temporaryFolder();
        onTestFinished(remove);
        writeFileSync(join(folder, "Dockerfile"), "FROM busybox:test\n");
        const container = row.command.includes("CONTAINER") ? await idleContainer() : "";
        const gate = await openTestGate({ env: everySwitchBut(...row.closed), engineSocket });
        onTestFinished(() => gate.close());

        const words = row.command.replace("CONTAINER", container).replace("FOLDER", folder).split(" ");
        const { code, stdout, stderr } = await docker(gate.host, words, {
          ...(row.input === undefined ? {} : { input: row.input }),
          ...(row.terminal === undefined ? {} : { terminal: row.terminal }),
        });

        const sentence = `quaygate: ${row.operation} is not allowed for 127.0.0.1: needs ${row.needs}`;
        expect(stderr + stdout).toContain(row.prints ?? sentence);
        expect(code).not.toBe(0);
        expect(gate.records.filter(({ verdict }) => verdict === "deny")).toContainEqual(
          expect.objectContaining({
            operation: row.operation.split(" ")[0],
            status: 403,
            code: "operation_denied",
          }),
        );
      });
    }
  });
}

describe.runIf(hasEngine)("a request that no docker command makes by itself", () => {
  for (const { method, path, closed, operation } of asking) {
    test(`${method} ${path}, with ${closed} off, is denied and told what it needs`, async () => {
      const gate = await openTestGate({ env: everySwitchBut(closed), engineSocket });
      onTestFinished(() => gate.close());
      const response = await fetch(`http://127.0.0.1:${gate.port}${path}`, { method });
      expect({ status: response.status, body: await response.json() }).toEqual({
        status: 403,
        body: { message: `quaygate: ${operation} is not allowed for 127.0.0.1: needs ${closed}=1` },
      });
      expect(response.headers.get("x-quaygate-code")).toBe("operation_denied");
    });
  }
});

describe.runIf(hasEngine)("with no switch set at all", () => {
  test("version answers, and run is told both switches that it needs", async () => {
    const gate = await openTestGate({ env: {}, engineSocket });
    onTestFinished(() => gate.close());
    expect((await docker(gate.host, ["version"])).code).toBe(0);
    const { code, stderr } = await docker(gate.host, ["run", "--rm", "busybox:test", "true"]);
    expect({ code, stderr }).toEqual({
      code: 125,
      stderr: expect.stringContaining("needs POST=1 and CONTAINERS=1"),
    });
  });
});
