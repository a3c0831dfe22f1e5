import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Authority, type Certificate } from "../support/certificates.ts";
import { docker, dockerOutput, spawnDocker, temporaryFolder } from "../support/docker-cli.ts";
import {
  containerName,
  type EngineGate,
  engineHost,
  engineSocket,
  hasEngine,
  idleContainer,
} from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";

describe.runIf(hasEngine)("the docker command with --tlsverify", () => {
  const authority = Authority.keep("the gate's authority");
  const stranger = Authority.keep("another authority");
  const impostor = Authority.keep("the gate's authority");
  const client = authority.certify("client");
  let gate: EngineGate;

  beforeAll(async () => {
    const tls = { ...authority.certify("gate", { names: "IP:127.0.0.1" }), clients: authority.path };
    gate = await openTestGate({ env: { ...everySwitch }, engineSocket, tls });
  });
  afterAll(async () => {
    await gate.close();
    authority.remove();
    stranger.remove();
    impostor.remove();
  });

  /** What says where the gate is, and who calls. */
  function withTls(shown: Certificate | undefined, trusted = authority.path, host = "127.0.0.1"): string[] {
    const own = shown === undefined ? [] : [`--tlscert=${shown.certificate}`, `--tlskey=${shown.key}`];
    return ["--tlsverify", `--tlscacert=${trusted}`, ...own, "-H", `tcp://${host}:${gate.port}`];
  }

  /** An empty one where the options on the command line are to say it all. */
  const run = (words: readonly string[], options = {}): ReturnType<typeof docker> =>
    docker("", [...withTls(client), ...words], options);

  test("version, ps and inspect show what the engine's own socket does", async () => {
    const name = await idleContainer();
    for (const words of [
      ["version", "--format", "{{json .Server}}"],
      ["ps", "--filter", `name=${name}`, "--format", "{{.Names}} {{.Image}}"],
      ["inspect", name],
    ]) {
      expect((await run(words)).stdout.trimEnd()).toBe(await dockerOutput(engineHost, words));
    }
  });

  test("run gives output, errors and exit code", async () => {
    const words = ["run", "--rm", "--network=none", `--name=${containerName()}`, "busybox:test"];
    expect(await run([...words, "sh", "-c", "echo out; echo err >&2; exit 3"])).toEqual({
      code: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test("run -i keeps the output open after standard input has ended", async () => {
    const words = ["run", "--rm", "-i", "--network=none", `--name=${containerName()}`, "busybox:test"];
    const script = "cat; sleep 1; echo after the end; exit 8";
    expect(await run([...words, "sh", "-c", script], { input: "all the input\n" })).toEqual({
      code: 8,
      stdout: "all the input\nafter the end\n",
      stderr: "",
    });
  });

  test("exec -i passes 8 MiB both ways at once, to the end of each", async () => {
    const name = await idleContainer();
    const input = "0123456789abcde\n".repeat(512 * 1024);
    const { code, stdout } = await run(["exec", "-i", name, "cat"], { input });
    expect({ code, same: stdout === input }).toEqual({ code: 0, same: true });
  });

  test("exec -it is a shell that one can type into", async () => {
    const name = await idleContainer();
    const shell = spawnDocker("", [...withTls(client), "exec", "-it", name, "sh"], { terminal: true });
    await shell.untilOutput("# ");
    shell.stdin.write("echo $((6 * 7))\n");
    await shell.untilOutput("42\r\n");
    shell.stdin.write("exit 5\n");
    expect((await shell.result).code).toBe(5);
  });

  test("a context has all of it, and so have the variables of the environment", async () => {
    const { path, remove } = temporaryFolder();
    const folder = join(path, "certificates");
    mkdirSync(folder);
    copyFileSync(authority.path, join(folder, "ca.pem"));
    copyFileSync(client.certificate, join(folder, "cert.pem"));
    copyFileSync(client.key, join(folder, "key.pem"));
    try {
      const files = ["ca", "cert", "key"].map((name) => `${name}=${join(folder, `${name}.pem`)}`).join();
      const endpoint = `host=tcp://127.0.0.1:${gate.port},${files}`;
      const env = { DOCKER_CONFIG: join(path, "config") };
      await dockerOutput("", ["context", "create", "gate", "--docker", endpoint], { env });
      const shown = ["version", "--format", "{{.Server.Version}}"];
      const version = await dockerOutput(engineHost, shown);
      expect(await dockerOutput("", ["--context", "gate", ...shown], { env })).toBe(version);
      const variables = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: folder };
      expect(await dockerOutput(`tcp://127.0.0.1:${gate.port}`, shown, { env: variables })).toBe(version);
    } finally {
      remove();
    }
  });

  const WRONG = [
    {
      name: "without a certificate",
      words: () => withTls(undefined),
      says: "quaygate: a client certificate of one of this listener's authorities is needed, and none was shown",
    },
    {
      name: "with a certificate that has expired",
      words: () => withTls(authority.certify("late", { days: -1 })),
      says: 'quaygate: the client certificate "CN=late" is not accepted: it or one above it has expired',
    },
    {
      name: "with a certificate of another authority",
      words: () => withTls(stranger.certify("stranger")),
      says: "a client certificate of one of this listener's authorities is needed, and none was shown",
    },
    {
      name: "with a certificate of an authority that only has the name",
      words: () => withTls(impostor.certify("impostor")),
      says: 'the client certificate "CN=impostor" is not accepted: it is not signed by an authority',
    },
    {
      name: "with a server's certificate",
      words: () => withTls(authority.certify("server", { usage: "serverAuth" })),
      says: 'the client certificate "CN=server" is not accepted: it is not made for clients',
    },
    {
      name: "that trusts another authority",
      words: () => withTls(client, stranger.path),
      says: "certificate signed by unknown authority",
    },
    {
      name: "by a name that the gate's certificate does not have",
      words: () => withTls(client, authority.path, "localhost"),
      says: "x509: certificate is not valid for any names, but wanted to match localhost",
    },
    {
      name: "without TLS",
      words: () => ["-H", `tcp://127.0.0.1:${gate.port}`],
      says: "error during connect",
    },
  ];

  test.each(WRONG)("$name is refused, and says why", async ({ words, says }) => {
    const before = gate.records.length;
    const { code, stderr } = await docker("", [...words(), "ps"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(says) });
    expect(gate.records.slice(before).filter(({ status }) => status < 400)).toEqual([]);
  });
});
