import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { testsOnNode24 } from "../../scripts/node-24.mjs";
import { root } from "../../scripts/set-up.mjs";
import { presetNames } from "../../src/config/presets.ts";
import { entriesOf as linesAsEntries, textsOf } from "../cli/quaygate-command.ts";
import { entriesOf } from "../examples/example.ts";
import type { DockerResult } from "../support/docker-cli.ts";
import { docker, dockerOutput, spawnDocker, uniqueName } from "../support/docker-cli.ts";
import { eventually, hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import type { ImageFile } from "../support/image-build.ts";
import {
  buildGateImage,
  imageNode,
  importNodeImage,
  listImageFiles,
  measureImage,
} from "../support/image-build.ts";
import { type ContainerOptions, type GateContainer, startGateContainer } from "../support/image-gate.ts";

const IMAGE = "quaygate:test";
const BUILD_DEADLINE = 400_000;
/** A health check that a test can wait for. */
const OFTEN = ["--health-interval=1s", "--health-start-period=1ms", "--health-retries=1"];

const manifest = entriesOf(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

// An engine of its own: other tests prune, and a build's stages have no name.
describe.runIf(hasEngine)("the container image", () => {
  const own = useOwnEngine();
  const engineHost = (): string => `unix://${own().engine.socketPath}`;
  const start = (options?: ContainerOptions): Promise<GateContainer> =>
    startGateContainer(own().engine, IMAGE, options);
  const run = (...words: readonly string[]): Promise<DockerResult> =>
    docker(engineHost(), ["run", "--rm", "--network=none", ...words]);

  beforeAll(async () => {
    await importNodeImage(engineHost(), "node:test");
    await buildGateImage(engineHost(), IMAGE, "node:test");
  }, BUILD_DEADLINE);

  describe("holds", () => {
    let files: readonly ImageFile[] = [];
    const pathsIn = (folder: string): readonly string[] =>
      files.map(({ path }) => path).filter((path) => path.startsWith(folder) && !path.endsWith("/"));

    beforeAll(async () => {
      files = await listImageFiles(engineHost(), IMAGE);
    });

    test("each command in one file, the presets, and nothing else of the gate's", () => {
      const commands = [
        ...["check", "explain", "health", "learn", "log", "migrate", "powers", "presets", "replay", "run"],
        ...["schema", "try"],
      ];
      const onDemand = [
        "audit/sinks/open-sinks.js",
        "config/file/policy-settings.js",
        "config/learning.js",
        "metrics/exposition.js",
        "proxy/exchange/object-exchanges.js",
        "traces/open-traces.js",
      ];
      const programs = [
        "main.js",
        "stand-ins/main.js",
        ...onDemand,
        ...commands.map((command) => `${command}.js`),
      ];
      expect(pathsIn("quaygate/").toSorted()).toEqual(
        [
          "LICENSE",
          "package.json",
          ...presetNames().map((name) => `presets/${name}.yaml`),
          ...["LICENSES", ...programs].map((path) => `dist/cli/${path}`),
        ]
          .map((path) => `quaygate/${path}`)
          .toSorted(),
      );
    });

    test("no program but Node, its libraries, the gate's own command and those for health checks", () => {
      const isLibrary = /^(?:usr\/)?lib(?:64)?\/(?:[^/]+\/)?[^/]+\.so[.0-9]*$/u;
      const outside = files.filter(
        ({ mode, path }) => mode.startsWith("-") && !path.startsWith("quaygate/") && !isLibrary.test(path),
      );
      const ofEngine = [".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/resolv.conf"];
      expect(outside.map(({ path }) => path).toSorted()).toEqual(
        [
          ...ofEngine,
          "bin/sh",
          "etc/group",
          "etc/nsswitch.conf",
          "etc/passwd",
          "usr/local/bin/curl",
          "usr/local/bin/nc",
          "usr/local/bin/node",
          "usr/local/bin/quaygate",
          "usr/local/bin/wget",
        ].toSorted(),
      );
    });

    test("nothing that its user may change but folders for its socket and its log, and /tmp", () => {
      const changeable = files.filter(
        ({ mode, owner }) => !mode.startsWith("l") && (owner !== "0/0" || mode[8] === "w"),
      );
      expect(changeable.map(({ mode, path }) => `${mode} ${path}`)).toEqual([
        "drwxr-xr-x run/quaygate/",
        "drwxrwxrwt tmp/",
        "drwxr-xr-x var/log/quaygate/",
      ]);
    });

    test("at most 150 MB, of which 60 MB travel", async () => {
      const { unpacked, compressed } = await measureImage(engineHost(), IMAGE);
      const [unpackedMegabytes, compressedMegabytes] = [unpacked, compressed].map(
        (bytes) => bytes / 1_000_000,
      );
      console.log(
        `the image: ${unpackedMegabytes?.toFixed(1)} MB, compressed ${compressedMegabytes?.toFixed(1)} MB`,
      );
      expect(unpackedMegabytes).toBeLessThan(150);
      expect(compressedMegabytes).toBeLessThan(60);
    });
  });

  test.each(["/bin/bash", "npm", "env", "id"])("has no %s to run", async (program) => {
    const { code, stderr } = await run(`--entrypoint=${program}`, IMAGE);
    expect({ code, stderr }).toEqual({
      code: 127,
      stderr: expect.stringMatching(/no such file or directory|executable file not found/u),
    });
  });

  test.each([
    { line: ["/bin/sh"], says: "this image has no shell" },
    { line: ["sh", "-c", "id"], says: "this image has no program of that name" },
    { line: ["wget", "-O", "/tmp/page", "http://localhost:2375/"], says: "does not understand" },
    { line: ["curl", "http://192.0.2.1:2375/"], says: "is another machine" },
    { line: ["nc", "-l", "2375"], says: "does not understand" },
  ])("has no use for $line", async ({ line: [program = "", ...words], says }) => {
    const { code, stderr } = await run(`--entrypoint=${program}`, IMAGE, ...words);
    expect(code).not.toBe(0);
    expect(stderr).toContain(says);
  });

  test("runs on the Node that it was built from", async () => {
    const { stdout } = await run("--entrypoint=/usr/local/bin/node", IMAGE, "--version");
    expect(stdout).toBe(execFileSync(imageNode, ["--version"], { encoding: "utf8" }));
    if (testsOnNode24()) expect(stdout).toMatch(/^v24\./u);
  });

  test("says what it is, starts as root to give that up and opens one port", async () => {
    const config: unknown = JSON.parse(
      await dockerOutput(engineHost(), ["image", "inspect", "--format={{json .Config}}", IMAGE]),
    );
    // Older engines say "", newer ones nothing.
    expect(entriesOf(config).get("User") ?? "").toBe("");
    expect(config).toMatchObject({
      Env: expect.arrayContaining([
        "QUAYGATE_USER=65532",
        "QUAYGATE_COMPAT=tecnativa",
        "QUAYGATE_LISTEN=tcp://[::]:2375",
        "RES_OPTIONS=timeout:1 attempts:1",
      ]),
      ExposedPorts: { "2375/tcp": {} },
      Healthcheck: { Test: ["CMD", "quaygate", "health"] },
      Entrypoint: [
        "/usr/local/bin/node",
        "--optimize-for-size",
        "--max-semi-space-size=2",
        "/quaygate/dist/cli/main.js",
      ],
      Labels: {
        "org.opencontainers.image.title": "Quaygate",
        "org.opencontainers.image.description": manifest.get("description"),
        "org.opencontainers.image.licenses": manifest.get("license"),
        "org.opencontainers.image.version": manifest.get("version"),
      },
    });
  });

  describe("as a command", () => {
    test("tells its version", async () => {
      expect(await run(IMAGE, "--version")).toEqual({
        code: 0,
        stdout: `quaygate ${String(manifest.get("version"))}\n`,
        stderr: "",
      });
    });

    test("explains settings, and that all of its own network reaches it", async () => {
      const { code, stdout } = await run("--env=CONTAINERS=1", "--env=POST=1", IMAGE, "explain");
      expect(code).toBe(0);
      expect(stdout).toContain("listening on tcp://[::]:2375\n");
      expect(stdout).toContain("POST=1 and CONTAINERS=1: ");
    });

    test.each([
      {
        setting: "CONTAINERS=1",
        code: 0,
        says: "allowed: ContainerList (GET /containers/json), by CONTAINERS=1",
      },
      { setting: "CONTAINERS=0", code: 1, says: "is not allowed for this client: needs CONTAINERS=1" },
    ])("checks a request with $setting", async ({ setting, code, says }) => {
      const result = await run(`--env=${setting}`, IMAGE, "check", "GET", "/containers/json");
      expect(result).toEqual({ code, stdout: expect.stringContaining(says), stderr: "" });
    });

    test("refuses a wrong setting and names it", async () => {
      expect(await run("--env=QUAYGATE_LISTN=tcp://[::]:2375", IMAGE)).toEqual({
        code: 2,
        stdout: "",
        stderr: "quaygate: QUAYGATE_LISTN: no such setting; did you mean QUAYGATE_LISTEN?\n",
      });
    });

    test("can be tried without an engine", async () => {
      const name = uniqueName("gate");
      const tried = spawnDocker(engineHost(), [
        "run",
        "--rm",
        "--network=none",
        `--name=${name}`,
        IMAGE,
        "try",
      ]);
      await tried.untilOutput("in front of a built-in sample engine");
      await dockerOutput(engineHost(), ["stop", name]);
      expect((await tried.result).code).toBe(0);
    });
  });

  describe("as deploy/compose.yaml runs it", () => {
    test("serves the docker command what is open", async () => {
      const { name, host, untilLog } = await start();
      await untilLog("the engine answers");
      expect(await dockerOutput(host, ["version", "--format={{json .Server}}"])).toBe(
        await dockerOutput(engineHost(), ["version", "--format={{json .Server}}"]),
      );
      expect(await dockerOutput(host, ["ps", "--format={{.Names}} {{.Image}}"])).toContain(
        `${name} ${IMAGE}`,
      );
    });

    test("refuses what is not, in a sentence, and changes nothing", async () => {
      const { host, untilLog } = await start();
      await untilLog("the engine answers");
      const name = uniqueName("refused");
      const { code, stderr } = await docker(host, ["run", `--name=${name}`, "busybox:test", "true"]);
      expect({ code, sentence: stderr.split("\n")[0] }).toEqual({
        code: 125,
        sentence: expect.stringMatching(
          /^docker: Error response from daemon: quaygate: ContainerCreate \(POST \/containers\/create\) is not allowed for .+: needs POST=1$/u,
        ),
      });
      await untilLog('"operation":"ContainerCreate"');
      expect((await docker(engineHost(), ["inspect", name])).code).toBe(1);
    });

    test("logs its start report and its requests, each line in JSON", async () => {
      const { host, log, untilLog } = await start();
      await untilLog("the engine answers");
      await dockerOutput(host, ["ps"]);
      await untilLog('"operation":"ContainerList"');
      const text = await log();
      expect(textsOf(text, "msg").slice(0, 4)).toEqual([
        "engine unix:///var/run/docker.sock",
        "listening on unix:///run/quaygate/gate.sock",
        "health at http://127.0.0.1:9375/health, metrics at http://127.0.0.1:9375/metrics",
        expect.stringMatching(/^[0-9]+ of [0-9]+ operations are open, all others are refused$/u),
      ]);
      expect(linesAsEntries(text).length).toBeGreaterThan(5);
    });

    test("writes its log into a volume, as its user, with no further capability", async () => {
      const [volume, folder] = [uniqueName("log"), "/var/log/quaygate"];
      onTestFinished(async () => void (await docker(engineHost(), ["volume", "rm", "--force", volume])));
      const environment = {
        QUAYGATE_LISTEN: "unix:///run/quaygate/gate.sock?mode=0666",
        QUAYGATE_LOG_TO: `stdout,file://${folder}/quaygate.log?size=64KiB`,
      };
      const mount = ["--network=none", `--volume=${volume}:${folder}`];
      const unmounted = await start({ environment, runArguments: ["--network=none"] });
      await unmounted.untilLog(
        `nothing can be written below ${folder}: in a container, mount a volume there`,
      );
      const { host, untilLog } = await start({ environment, runArguments: mount });
      await untilLog("the engine answers");
      await dockerOutput(host, ["ps"]);
      await untilLog('"operation":"ContainerList"');
      const place = await dockerOutput(engineHost(), [
        "volume",
        "inspect",
        "--format={{.Mountpoint}}",
        volume,
      ]);
      const { uid, mode } = statSync(`${place}/quaygate.log`);
      expect([uid, mode & 0o777]).toEqual([65_532, 0o640]);
      expect(readFileSync(`${place}/quaygate.log`, "utf8")).toContain('"msg":"the engine answers');
    });

    test("listens on its network where nothing else is said", async () => {
      const network = uniqueName("network");
      await dockerOutput(engineHost(), ["network", "create", "--internal", network]);
      const { inspect, untilLog } = await start({ environment: {}, runArguments: [`--network=${network}`] });
      onTestFinished(async () => void (await docker(engineHost(), ["network", "rm", network])));
      await untilLog("the engine answers");
      const address = await inspect("{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
      const client = [
        "run",
        "--rm",
        "--interactive",
        `--network=${network}`,
        "busybox:test",
        "nc",
        address,
        "2375",
      ];
      const input = "GET /_ping HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n";
      expect(await dockerOutput(engineHost(), client, { input })).toMatch(
        /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nOK$/u,
      );
    });

    test("listens where Tecnativa's BIND_CONFIG says, and nowhere else, when QUAYGATE_LISTEN is empty", async () => {
      const environment = { QUAYGATE_LISTEN: "", BIND_CONFIG: "/run/quaygate/gate.sock mode 666" };
      const { host, log, untilLog } = await start({ environment });
      await untilLog("the engine answers");
      const listening = textsOf(await log(), "msg").filter((line) => line.startsWith("listening on "));
      expect(listening).toEqual(["listening on unix:///run/quaygate/gate.sock"]);
      expect((await docker(host, ["ps"])).code).toBe(0);
    });

    test("listens on its network with LinuxServer's variables too", async () => {
      const environment = { QUAYGATE_COMPAT: "linuxserver" };
      const { log, untilLog } = await start({ environment });
      await untilLog("the engine answers");
      expect(textsOf(await log(), "msg")).toContainEqual(
        expect.stringMatching(/^listening on tcp:\/\/(?:\[::\]|0\.0\.0\.0):2375$/u),
      );
    });
  });

  describe("is", () => {
    // The first check may come before the gate listens.
    const checks = "{{range .State.Health.Log}}{{.Output}}\n{{end}}";
    const untilCheck = async ({ inspect }: GateContainer, wanted: string): Promise<void> => {
      await eventually(`a check says ${wanted}`, async () => (await inspect(checks)).includes(wanted));
    };
    const untilHealth = async ({ inspect }: GateContainer, wanted: string): Promise<void> => {
      await eventually(
        `the container is ${wanted}`,
        async () => (await inspect("{{.State.Health.Status}}")) === wanted,
        30_000,
      );
    };

    test("healthy when the engine answers", async () => {
      const container = await start({ runArguments: ["--network=none", ...OFTEN] });
      await untilHealth(container, "healthy");
      await untilCheck(container, "gate alive, engine reachable");
    });

    test.each([
      { name: "no socket", options: { socket: false }, reason: "there is no such socket" },
      { name: "a socket it may not use", options: { root: false }, reason: "no permission on the socket" },
    ])("unhealthy with $name, and alive", async ({ options, reason }) => {
      const container = await start({ ...options, runArguments: ["--network=none", ...OFTEN] });
      await untilHealth(container, "unhealthy");
      await untilCheck(container, "gate alive, engine unreachable: ");
      await untilCheck(container, reason);
      expect(await container.inspect("{{.State.Status}}")).toBe("running");
    });
  });

  test("without root and the socket's group says which line of Compose cures it", async () => {
    const { untilLog } = await start({ root: false });
    const { gid } = statSync(own().engine.socketPath);
    const line = `Compose: group_add: ["${gid}"]; docker run: --group-add ${gid}`;
    await untilLog(JSON.stringify(line).slice(1, -1));
  });

  // A container that does not end by itself is killed after 10 seconds, and its exit code is then 137.
  describe("ends with exit code 0 on docker stop", () => {
    test("when nothing is under way", async () => {
      const { name, inspect, log, untilLog } = await start();
      await untilLog("the engine answers");
      await dockerOutput(engineHost(), ["stop", name]);
      expect(await inspect("{{.State.Status}} {{.State.ExitCode}}")).toBe("exited 0");
      expect(textsOf(await log(), "msg").at(-1)).toBe("stopped");
    });

    test("when a client follows events that never end", async () => {
      const { name, host, inspect, untilLog } = await start();
      await untilLog("the engine answers");
      const events = spawnDocker(host, ["events", "--format={{.Type}} {{.Action}}"]);
      onTestFinished(() => events.kill());
      const network = uniqueName("network");
      await eventually("an event has passed the gate", async () => {
        await docker(engineHost(), ["network", "create", network]);
        await docker(engineHost(), ["network", "rm", network]);
        return events.stdout().includes("network create\n");
      });
      await dockerOutput(engineHost(), ["stop", name]);
      expect(await inspect("{{.State.Status}} {{.State.ExitCode}}")).toBe("exited 0");
    });
  });
});
