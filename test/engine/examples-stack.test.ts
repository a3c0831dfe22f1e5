import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/set-up.mjs";
import { useSwarm } from "../examples/deployment.ts";
import { entriesOf, settingsOf } from "../examples/example.ts";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { eventually, hasEngine } from "../support/engine-gate.ts";

// The images can't be pulled here, so the tasks never run: what the swarm was told is looked at, and how far it got.
describe.runIf(hasEngine)(
  "a stack file of the examples, deployed on a swarm under the name that it gives",
  () => {
    const swarm = useSwarm();

    test.each(["swarm.yaml", "swarm-read-only.yaml"])(
      "%s becomes the services that it describes",
      async (file) => {
        const { host, node } = swarm();
        const stack = "socket-proxy";
        const path = join(root, "examples", file);
        const deploy = ["stack", "deploy", "--resolve-image=never", `--compose-file=${path}`, stack];
        const { code, stderr } = await docker(host, deploy, { env: { DOCKER_GROUP: "4242" } });
        // Nothing in the file is unknown to stacks and left out.
        expect(code).toBe(0);
        expect(stderr).not.toMatch(/ignor|unsupported|deprecated/iu);

        const spec = entriesOf(await inspect(host, "{{json .Spec.TaskTemplate}}", `${stack}_socket-proxy`));
        const container = entriesOf(spec.get("ContainerSpec"));
        expect(Object.fromEntries(container)).toMatchObject({
          Image: "quaygate/quaygate:latest",
          User: "65532:4242",
          ReadOnly: true,
          CapabilityDrop: ["ALL"],
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
        expect(await inspect(host, "{{json .Endpoint.Spec.Ports}}", `${stack}_socket-proxy`)).toBeNull();
        const network = await dockerOutput(host, [
          ...["network", "inspect", "--format={{.Driver}} {{.Internal}}", `${stack}_socket-proxy`],
        ]);
        expect(network).toBe("overlay true");

        const taskOf = (format: string): Promise<string> =>
          dockerOutput(host, ["service", "ps", "--no-trunc", `--format=${format}`, `${stack}_socket-proxy`]);
        await eventually("no node has the label", async () =>
          (await taskOf("{{.Error}}")).includes("no suitable node"),
        );
        await dockerOutput(host, ["node", "update", "--label-add", "socket-proxy=true", node]);
        await eventually(
          "the task is given to the manager",
          async () => (await taskOf("{{.Node}}")) !== "",
          20_000,
        );
        await dockerOutput(host, ["node", "update", "--label-rm", "socket-proxy", node]);
        await dockerOutput(host, ["stack", "rm", stack]);
        await eventually(
          "the stack's networks are gone",
          async () =>
            (await dockerOutput(host, ["network", "ls", "--quiet", `--filter=name=${stack}`])) === "",
          30_000,
        );
      },
    );
  },
);

async function inspect(host: string, format: string, service: string): Promise<unknown> {
  return JSON.parse(await dockerOutput(host, ["service", "inspect", `--format=${format}`, service]));
}

function asWords(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
