import { existsSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import Dockerode from "dockerode";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { parseDocument } from "yaml";
import { root } from "../../scripts/set-up.mjs";
import { entriesOf as linesAsEntries } from "../cli/quaygate-command.ts";
import type { Answer } from "../examples/calls.ts";
import { fillNames, refusalOf, send } from "../examples/calls.ts";
import { useContainer, useSwarm } from "../examples/deployment.ts";
import { entriesOf, proxiesOf, readExample, settingsOf, volumesAt } from "../examples/example.ts";
import { refusals } from "../examples/refusals.ts";
import {
  addressesOf,
  containerOf,
  publishedPorts,
  readConfinement,
  toldAddress,
  untilHealthy,
} from "../examples/running.ts";
import { importStandIns } from "../examples/stand-ins.ts";
import { docker, dockerOutput, temporaryFolder, uniqueName } from "../support/docker-cli.ts";
import type { ContainerRelay } from "../support/container-relay.ts";
import { openContainerRelay } from "../support/container-relay.ts";
import { eventually, hasEngine } from "../support/engine-gate.ts";
import { releaseOf } from "../support/engine-release.ts";
import { buildGateImage, importNodeImage } from "../support/image-build.ts";
import { RawPeer, statusOf } from "../support/raw-peer.ts";

const STACK = "socket-proxy";
/** The name that the stack gives to the gate's service, and to the network that it is on. */
const PROXY = "socket-proxy_socket-proxy";
const SETUP_DEADLINE = 400_000;

const files = ["swarm.yaml", "swarm-read-only.yaml"];
/** Each `docker` command of the release: on this machine all that are there, as older ones read stack files more strictly. */
const dockerCommands =
  releaseOf(process.env) === "installed"
    ? new Set(
        (process.env["PATH"] ?? "")
          .split(delimiter)
          .map((folder) => join(folder, "docker"))
          .filter((path) => existsSync(path))
          .map((path) => realpathSync(path)),
      )
    : ["docker"];

describe.runIf(hasEngine)("a stack file of the examples, on a swarm:", () => {
  const swarm = useSwarm();
  const web = useContainer(() => swarm().host);

  beforeAll(async () => {
    const { host } = swarm();
    await importNodeImage(host, "node:test");
    await buildGateImage(host, "quaygate/quaygate:latest", "node:test");
    const consumers = files.flatMap((file) => [...readExample(file).services.values()]);
    await importStandIns(
      host,
      consumers.map(({ image }) => image).filter((image) => !image.startsWith("quaygate/")),
    );
  }, SETUP_DEADLINE);

  describe.each([...dockerCommands])("deployed by %s,", (program) => {
    test.each(files)("%s becomes the services that it describes", async (file) => {
      const { host } = swarm();
      const path = join(root, "examples", file);
      const stack = uniqueName("stack");
      const deploy = ["stack", "deploy", "--resolve-image=never", `--compose-file=${path}`, stack];
      onTestFinished(() => removeStack(host, stack));
      const { code, stderr } = await docker(host, deploy, { program });
      // Nothing in the file is unknown to stacks and left out.
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.not.stringMatching(/ignor|unsupported|deprecated/iu),
      });

      const proxy = `${stack}_socket-proxy`;
      const spec = entriesOf(await inspectService(host, proxy, "{{json .Spec.TaskTemplate}}"));
      const container = entriesOf(spec.get("ContainerSpec"));
      expect(Object.fromEntries(container)).toMatchObject({
        Image: "quaygate/quaygate:latest",
        ReadOnly: true,
        CapabilityDrop: ["ALL"],
        CapabilityAdd: ["CAP_SETGID", "CAP_SETUID"],
        Mounts: [
          { Type: "bind", Source: "/var/run/docker.sock", Target: "/var/run/docker.sock", ReadOnly: true },
        ],
      });
      expect(asWords(container.get("Env")).toSorted()).toEqual(
        Object.entries(settingsOf(file))
          .map(([name, value]) => `${name}=${value}`)
          .toSorted(),
      );
      expect(Object.fromEntries(entriesOf(spec.get("Placement")))).toMatchObject({
        Constraints: ["node.role == manager", "node.labels.socket-proxy == true"],
      });
      expect(await inspectService(host, proxy, "{{json .Endpoint.Spec.Ports}}")).toBeNull();
      const network = ["network", "inspect", "--format={{.Driver}} {{.Internal}}", proxy];
      expect(await dockerOutput(host, network)).toBe("overlay true");
    });
  });

  describe.each(files)("%s, deployed under the name that it gives,", (file) => {
    let placement = "";
    const proxy = (): Promise<string> => taskOf("socket-proxy");
    const taskOf = (service: string): Promise<string> =>
      containerOf(swarm().host, `com.docker.swarm.service.name=${STACK}_${service}`);
    const records = async (): Promise<readonly ReadonlyMap<string, unknown>[]> => {
      const { stdout } = await docker(swarm().host, ["service", "logs", "--raw", PROXY]);
      return linesAsEntries(stdout)
        .map((line) => entriesOf(line))
        .filter((line) => line.has("method"));
    };
    /** Opens a way for clients on this machine that begins in a consumer's task and leads where the consumers are told. */
    const relayFrom = async (consumer: string): Promise<ContainerRelay> =>
      openContainerRelay(swarm().host, await taskOf(consumer), `${PROXY}:2375`);
    /** Sends a request from a consumer's task and resolves to the answer, with the record that the service logged of it. */
    const ask = async (consumer: string, call: string): Promise<Answer & { readonly record: unknown }> => {
      const { host, node } = swarm();
      const before = (await records()).length;
      const answer = await send(await relayFrom(consumer), fillNames(call, { web: web(), node }));
      let logged: readonly ReadonlyMap<string, unknown>[] = [];
      await eventually(`${call} is in the service's log`, async () => {
        logged = (await records()).slice(before);
        return logged.length > 0;
      });
      expect(logged.map((record) => record.get("address"))).toEqual([
        (await addressesOf(host, await taskOf(consumer))).get(PROXY),
      ]);
      return { ...answer, record: Object.fromEntries(logged[0] ?? []) };
    };

    /** Resolves when the service's log has a record of each of these operations as one that was let through. */
    const untilAllowed = (...operations: readonly string[]): Promise<void> =>
      eventually(`${operations.join()} are in the service's log`, async () => {
        const allowed = (await records()).filter((record) => record.get("verdict") === "allow");
        return operations.every((operation) =>
          allowed.some((record) => record.get("operation") === operation),
        );
      });

    beforeAll(async () => {
      const { engine, host, node } = swarm();
      const folder = temporaryFolder();
      const path = join(folder.path, file);
      writeFileSync(path, copyFor(engine.socketPath, file));
      const deploy = ["stack", "deploy", "--resolve-image=never", `--compose-file=${path}`, STACK];
      await dockerOutput(host, deploy);
      folder.remove();
      await eventually("no node is found to run the gate", async () => {
        placement = await dockerOutput(host, ["service", "ps", "--no-trunc", "--format={{.Error}}", PROXY]);
        return placement !== "";
      });
      await dockerOutput(host, ["node", "update", "--label-add=socket-proxy=true", node]);
      for (const service of readExample(file).services.keys()) {
        await eventually(
          `the task of ${service} runs`,
          async () => (await taskOf(service).catch(() => "")) !== "",
          30_000,
        );
      }
      await untilHealthy(host, await proxy());
    });

    afterAll(async () => {
      const { host, node } = swarm();
      await dockerOutput(host, ["node", "update", "--label-rm=socket-proxy", node]);
      await removeStack(host, STACK);
    });

    test("runs the gate as soon as a manager has the label, and not before", async () => {
      const { host } = swarm();
      expect(placement).toContain("no suitable node (scheduling constraints not satisfied");
      const state = ["service", "ps", "--format={{.DesiredState}} {{.CurrentState}}", PROXY];
      await eventually("the task is running for the swarm as well", async () =>
        (await dockerOutput(host, state)).startsWith("Running Running "),
      );
      expect(await dockerOutput(host, ["service", "ls", "--format={{.Name}} {{.Replicas}}"])).toContain(
        `${PROXY} 1/1`,
      );
    });

    test("keeps the gate's task from changing anything and from being reached from outside", async () => {
      const { engine, host } = swarm();
      const zero = "0".repeat(16);
      const group = String(statSync(engine.socketPath).gid);
      expect(await readConfinement(host, await proxy())).toMatchObject({
        status: {
          Uid: ["65532", "65532", "65532", "65532"].join("\t"),
          Gid: ["65532", "65532", "65532", "65532"].join("\t"),
          Groups: expect.stringContaining(group),
          ...{ CapInh: zero, CapPrm: zero, CapEff: zero, CapAmb: zero },
        },
        ...{ root: "ro", socket: "ro", writing: ["EROFS", "EROFS"] },
      });
      expect(await publishedPorts(host, await proxy())).toEqual([]);
    });

    test("tells Traefik the address at which the gate answers", async () => {
      expect(await toldAddress(swarm().host, await taskOf("traefik"))).toBe(`${PROXY}:2375`);
      expect(await ask("traefik", "GET /_ping")).toMatchObject({ status: 200, body: "OK" });
    });

    test.each([
      { consumer: "traefik", call: "GET /v1.41/services", operation: "ServiceList" },
      { consumer: "traefik", call: "GET /v1.41/tasks", operation: "TaskList" },
      { consumer: "traefik", call: "GET /v1.41/nodes/{node}", operation: "NodeInspect" },
      { consumer: "traefik", call: "GET /v1.41/networks", operation: "NetworkList" },
      { consumer: "homepage", call: "GET /services?all=true", operation: "ServiceList" },
      { consumer: "homepage", call: "GET /tasks", operation: "TaskList" },
      { consumer: "homepage", call: "GET /containers/json?all=true", operation: "ContainerList" },
      {
        consumer: "homepage",
        call: "GET /containers/{web}/stats?stream=false",
        operation: "ContainerStats",
      },
      { consumer: "glance", call: "GET /containers/json?all=true", operation: "ContainerList" },
    ])("lets $consumer do $call over the overlay network", async ({ consumer, call, operation }) => {
      const { status, code, body, record } = await ask(consumer, call);
      expect({ status, code }).toEqual({ status: 200, code: undefined });
      const content: unknown = JSON.parse(body);
      expect(content).toBeTypeOf("object");
      expect(record).toMatchObject({ operation, verdict: "allow", status: 200, level: "info" });
    });

    test("streams events while they happen", async () => {
      const { host } = swarm();
      const { port } = await relayFrom("glance");
      const peer = await RawPeer.connect({ kind: "tcp", host: "127.0.0.1", port });
      const filters = encodeURIComponent(JSON.stringify({ container: [web()] }));
      await peer.send(`GET /events?filters=${filters} HTTP/1.1\r\nHost: ${PROXY}:2375\r\n\r\n`);
      expect(statusOf(await peer.next({ headOnly: true }))).toBe(200);
      await dockerOutput(host, ["pause", web()]);
      await peer.until('"Action":"pause"');
      await dockerOutput(host, ["unpause", web()]);
      await peer.until('"Action":"unpause"');
      peer.end();
      await peer.untilOver();
      await untilAllowed("SystemEvents");
    });

    test.each(refusals(file === "swarm.yaml" ? CLOSED : CLOSED_READ_ONLY))(
      "refuses everybody $call: it needs $needs",
      async ({ call, operation, needs }) => {
        const address = (await addressesOf(swarm().host, await taskOf("homepage"))).get(PROXY);
        const { record, ...answer } = await ask("homepage", call);
        expect(answer).toEqual(refusalOf({ operation, needs }, address ?? "nowhere"));
        expect(record).toMatchObject({
          ...{ operation: operation.split(" ")[0], verdict: "deny", status: 403, level: "warning" },
        });
      },
    );

    if (file === "swarm.yaml") {
      test("lets log rotation signal Traefik, which goes on running", async () => {
        const { host } = swarm();
        const traefik = await taskOf("traefik");
        expect(await ask("homepage", `POST /containers/${traefik}/kill?signal=USR1`)).toMatchObject({
          status: 204,
          record: { operation: "ContainerKill", verdict: "allow", status: 204 },
        });
        await eventually("Traefik got the signal", async () =>
          (await dockerOutput(host, ["logs", traefik])).includes("rotated"),
        );
        expect(await taskOf("traefik")).toBe(traefik);
      });

      test("lets Homepage stop, start and restart a container", async () => {
        const { port } = await relayFrom("homepage");
        const container = new Dockerode({ protocol: "http", host: "127.0.0.1", port }).getContainer(web());
        const state = async (): Promise<{ readonly Status: string; readonly StartedAt: string }> =>
          (await container.inspect()).State;
        await container.stop({ t: 5 });
        expect((await state()).Status).toBe("exited");
        await container.start();
        const { Status: running, StartedAt: before } = await state();
        await container.restart({ t: 5 });
        const { Status: again, StartedAt: after } = await state();
        expect([running, again, after === before]).toEqual(["running", "running", false]);
        await untilAllowed("ContainerStop", "ContainerStart", "ContainerRestart");
      });
    } else {
      test("leaves a container as it was that was to be signalled, stopped, started and restarted", async () => {
        const { host } = swarm();
        const state = ["inspect", "--format={{.Id}} {{json .State}}", web()];
        const before = [await dockerOutput(host, state), await dockerOutput(host, ["logs", web()])];
        for (const action of ["kill?signal=USR1", "stop", "start", "restart"]) {
          expect(await ask("homepage", `POST /containers/${web()}/${action}`)).toMatchObject({
            status: 403,
          });
        }
        // The engine has done all that it was asked before when it answers this.
        await dockerOutput(host, ["exec", web(), "true"]);
        expect([await dockerOutput(host, state), await dockerOutput(host, ["logs", web()])]).toEqual(before);
      });
    }
  });
});

/** What stays closed however the writes are set. */
const NEVER = { configs: "CONFIGS=1", plugins: "PLUGINS=1", secrets: "SECRETS=1", swarm: "SWARM=1" };

const CLOSED = {
  ...NEVER,
  build: "BUILD=1",
  execStart: "EXEC=1",
  pluginPull: "PLUGINS=1",
  swarmLeave: "SWARM=1",
};

const CLOSED_READ_ONLY = {
  ...NEVER,
  build: "POST=1 and BUILD=1",
  execStart: "POST=1 and EXEC=1",
  kill: "POST=1",
  restart: "POST=1",
  serviceUpdate: "POST=1",
  start: "POST=1",
  stop: "POST=1",
};

/**
 * The file for this engine, whose socket is not at the usual place. Its service has no virtual IP: that needs IPVS, which
 * not every kernel of a machine for tests has, and without which a connection to it is refused with "No route to host". Each
 * request has its line in the log, which is asked for it.
 * The name that the consumers are told stands then for the task itself, and the packets take the same overlay network.
 */
function copyFor(socketPath: string, file: string): string {
  const example = readExample(file);
  const copy = parseDocument(example.text);
  for (const gate of proxiesOf(example)) {
    copy.setIn(["services", gate.name, "volumes"], volumesAt(socketPath, gate));
    copy.setIn(["services", gate.name, "environment", "QUAYGATE_LOG_POLLS"], "each");
  }
  copy.setIn(["services", "socket-proxy", "deploy", "endpoint_mode"], "dnsrr");
  return String(copy);
}

/** Removes a stack, and asks again as long as a task that is ending keeps one of its networks. */
async function removeStack(host: string, stack: string): Promise<void> {
  await eventually(
    `the stack ${stack} is removed`,
    async () => (await docker(host, ["stack", "rm", stack])).code === 0,
  );
  const networks = ["network", "ls", "--quiet", `--filter=label=com.docker.stack.namespace=${stack}`];
  await eventually("the stack's networks are gone", async () => (await dockerOutput(host, networks)) === "");
}

async function inspectService(host: string, service: string, format: string): Promise<unknown> {
  return JSON.parse(await dockerOutput(host, ["service", "inspect", `--format=${format}`, service]));
}

function asWords(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
