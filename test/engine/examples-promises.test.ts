import { describe, expect, test } from "vitest";
import { send } from "../examples/calls.ts";
import { useContainer, useDeployedGate } from "../examples/deployment.ts";
import { exampleFiles, policyOf, proxiesOf, readExample } from "../examples/example.ts";
import { clientsOf } from "../examples/loopback-policy.ts";
import { docker } from "../support/docker-cli.ts";
import { engineHost, engineSocket, hasEngine } from "../support/engine-gate.ts";
import { RawPeer, refusalOf, statusOf, valuesOf } from "../support/raw-peer.ts";

const CURL =
  "GET /_ping HTTP/1.1\r\nHost: socket-proxy:2375\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n";

const proxies = exampleFiles.flatMap((file) =>
  proxiesOf(readExample(file)).map((proxy) => {
    const policy = policyOf(proxy);
    // The first client of a policy speaks for all.
    const [client] = policy === undefined ? [] : clientsOf(policy);
    return {
      file,
      name: proxy.name,
      ping: proxy.environment["PING"] !== "0" && file !== "custom-rules.yaml",
      deployed: { service: proxy.name, ...(client === undefined ? {} : { client }) },
      needs: client === undefined ? "SECRETS=1" : `SecretList (or secrets) in clients.${client}.allow`,
    };
  }),
);

// What guides for Docker socket proxies promise their readers, for every gate of every example.
describe.runIf(hasEngine)("health, asked by curl with GET /_ping", () => {
  describe.each(proxies.filter(({ ping }) => ping))("at the gate $name of $file", ({ file, deployed }) => {
    const gate = useDeployedGate(() => engineSocket, file, deployed);
    test("is proven by the engine's own answer", async () => {
      const peer = await RawPeer.connect({ kind: "tcp", host: "127.0.0.1", port: gate().port });
      await peer.send(CURL);
      const answer = await peer.next();
      peer.end();
      expect([statusOf(answer), answer.body.toString()]).toEqual([200, "OK"]);
      expect(valuesOf(answer, "api-version")).toHaveLength(1);
    });
  });

  describe.each(proxies.filter(({ ping }) => !ping))("at the gate $name of $file", ({ file, deployed }) => {
    const gate = useDeployedGate(() => engineSocket, file, deployed);
    test("is refused where nothing opens it, and the gate is healthy all the same", async () => {
      expect(await send(gate(), "GET /_ping")).toMatchObject({ status: 403 });
      expect(await gate().gate.health()).toMatchObject({ gate: "alive", engine: "reachable" });
    });
  });
});

describe.runIf(hasEngine).each(proxies)("the gate $name of $file", ({ file, deployed, needs }) => {
  const gate = useDeployedGate(() => engineSocket, file, deployed);

  test("answers a request that is not allowed with 403 in the form of Docker's errors", async () => {
    const peer = await RawPeer.connect({ kind: "tcp", host: "127.0.0.1", port: gate().port });
    await peer.send("GET /v1.41/secrets HTTP/1.1\r\nHost: socket-proxy:2375\r\n\r\n");
    const answer = await peer.next();
    peer.end();
    expect(refusalOf(answer)).toEqual({
      status: 403,
      code: "operation_denied",
      message: `quaygate: SecretList (GET /secrets) is not allowed for 127.0.0.1: needs ${needs}`,
    });
    expect(valuesOf(answer, "content-type")).toEqual(["application/json"]);
  });

  test("records every access, allowed or not, with who asked for what and the outcome", async () => {
    const { records } = gate();
    const before = records.length;
    const calls = [
      "GET /containers/json?all=1",
      "GET /secrets",
      "GET /nonsense",
      "GET /containers/none/json",
    ];
    const answers = [];
    for (const call of calls) {
      answers.push((await send(gate(), call)).status);
    }
    expect(answers).toEqual([200, 403, 403, 404]);
    await expect
      .poll(() =>
        records.slice(before).map(({ address, method, path, verdict, status }) => ({
          address,
          asked: `${String(method)} ${String(path)}`,
          verdict,
          status,
        })),
      )
      .toEqual([
        { address: "127.0.0.1", asked: "GET /containers/json", verdict: "allow", status: 200 },
        { address: "127.0.0.1", asked: "GET /secrets", verdict: "deny", status: 403 },
        { address: "127.0.0.1", asked: "GET /nonsense", verdict: "refuse", status: 403 },
        { address: "127.0.0.1", asked: "GET /containers/none/json", verdict: "allow", status: 404 },
      ]);
  });
});

// The steps: add the gate, set DOCKER_HOST, remove the mount, test.
describe.runIf(hasEngine)("a program that is moved from the socket to the gate", () => {
  const web = useContainer();
  const gate = useDeployedGate(() => engineSocket, "homelab.yaml", { client: "portainer" });

  test.each([
    { words: ["ps", "--all", "--filter=name=WEB", "--format={{.Names}} {{.Image}} {{.State}}"] },
    { words: ["inspect", "WEB"] },
    // What other tests make meanwhile, and how long ago something was, is left out.
    {
      words: [
        "images",
        "--no-trunc",
        "--format={{.ID}} {{.Repository}}:{{.Tag}} {{.Digest}}",
        "busybox:test",
      ],
    },
    {
      words: [
        "network",
        "inspect",
        "--format={{.Id}} {{.Driver}} {{json .IPAM}} {{json .Options}}",
        "bridge",
      ],
    },
    { words: ["logs", "WEB"] },
    { words: ["inspect", "--type=container", "no-such-container"] },
    { words: ["version", "--format={{.Server.Version}} {{.Server.APIVersion}}"] },
  ])("sees the same by DOCKER_HOST: docker $words", async ({ words }) => {
    const filled = words.map((word) => word.replace("WEB", web()));
    const onTheSocket = await docker(engineHost, filled);
    const behindTheGate = await docker(gate().host, filled);
    expect(onTheSocket.stdout + onTheSocket.stderr).not.toBe("");
    expect(behindTheGate).toEqual(onTheSocket);
  });

  test("reaches nothing without the gate: the mount is gone and the gate is closed", async () => {
    const { code, stderr } = await docker("unix:///nonexistent/docker.sock", ["ps"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("Cannot connect to the Docker daemon")]);
  });
});
