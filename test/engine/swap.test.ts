import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { root } from "../../scripts/set-up.mjs";
import { containerOf, readConfinement, untilHealthy } from "../examples/running.ts";
import { importStandIns } from "../examples/stand-ins.ts";
import type { DockerResult } from "../support/docker-cli.ts";
import { docker, dockerOutput, hasProgram, temporaryFolder, uniqueName } from "../support/docker-cli.ts";
import { eventually, hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import { buildGateImage, importNodeImage } from "../support/image-build.ts";

const SETUP_DEADLINE = 400_000;
const RESTART_DEADLINE = 90_000;
const ORIGINALS = join(root, "test", "engine", "originals");
/** The images of the other proxies, and the gate's in the place of each. */
const IMAGES = [
  { original: /(?<=image: "?)tecnativa\/docker-socket-proxy(?::[\w.]+)?/gu, dialect: "tecnativa" },
  { original: /(?<=image: "?)lscr\.io\/linuxserver\/socket-proxy(?::[\w.]+)?/gu, dialect: "linuxserver" },
] as const;
const SERVES_AS = "65532";

/** Each proxy of the files, with one call that is open, one that is not, and whom it must run as. */
const PROXIES = [
  {
    file: "monitoring.yaml",
    proxy: "socket-proxy",
    port: 2375,
    opens: "/networks",
    // LinuxServer's dialect: logs have a switch of their own.
    closes: "/containers/web/logs",
    // cap_drop: [ALL] and no cap_add: there is no way to give root up.
    user: "0",
  },
  ...["traefik", "portainer", "watchtower"].map((name) => ({
    file: "homelab.yaml",
    proxy: `proxy-${name}`,
    port: 2375,
    opens: "/containers/json",
    closes: "/secrets",
    user: SERVES_AS,
  })),
  {
    file: "pdf-backend.yaml",
    proxy: "socket-proxy",
    port: 2375,
    opens: "/images/json",
    closes: "/volumes",
    user: SERVES_AS,
  },
  {
    file: "self-hosting.yaml",
    proxy: "proxy-traefik",
    port: 2375,
    opens: "/networks",
    closes: "/info",
    user: SERVES_AS,
  },
  {
    file: "self-hosting.yaml",
    proxy: "proxy-ofelia",
    port: 2375,
    opens: "/containers/json",
    closes: "/networks",
    user: "0",
  },
  {
    file: "self-hosting.yaml",
    proxy: "proxy-glances",
    port: 2376,
    opens: "/info",
    closes: "/images/json",
    user: SERVES_AS,
  },
];
const files = [...new Set(PROXIES.map(({ file }) => file))];

describe.runIf(hasEngine)("the image in the place of another proxy's", () => {
  const own = useOwnEngine({ daemonArguments: ["--live-restore"] });
  const folder = temporaryFolder();
  const host = (): string => `unix://${own().engine.socketPath}`;
  let givesPrivileges = false;

  beforeAll(async () => {
    await importNodeImage(host(), "node:test");
    for (const { dialect } of IMAGES) {
      await buildGateImage(host(), `quaygate/quaygate:${dialect}`, "node:test", [`COMPAT=${dialect}`]);
    }
    await importStandIns(host(), ["auth", "backend"]);
    const privileged = ["run", "--rm", "--privileged", "--network=none", "busybox:test", "true"];
    givesPrivileges = (await docker(host(), privileged)).code === 0;
  }, SETUP_DEADLINE);

  afterAll(() => folder.remove());

  describe.runIf(hasProgram("docker-compose")).each(files)(
    "in %s, of which nothing else is changed,",
    (file) => {
      const project = file.replace(".yaml", "");
      const compose = (...words: readonly string[]): Promise<string> =>
        dockerOutput(host(), [`--project-name=${project}`, `--file=${join(folder.path, file)}`, ...words], {
          program: "docker-compose",
        });

      beforeAll(async () => {
        const text = readFileSync(join(ORIGINALS, file), "utf8");
        const swapped = IMAGES.reduce(
          (before, { original, dialect }) => before.replaceAll(original, `quaygate/quaygate:${dialect}`),
          text,
        );
        if (swapped === text) throw new Error(`${file} has no other proxy`);
        // The engine of a test has its socket at another place, and where it runs in a container it may have no privilege to give.
        const here = swapped
          .replaceAll("/var/run/docker.sock:/var", `${own().engine.socketPath}:/var`)
          .replaceAll(/^ +privileged: true\n/gmu, (line) => (givesPrivileges ? line : ""));
        writeFileSync(join(folder.path, file), here);
        await compose("up", "--detach");
      }, SETUP_DEADLINE);

      afterAll(() => compose("down", "--volumes"));

      test.each(PROXIES.filter((row) => row.file === file))(
        "$proxy is healthy, serves what is open and refuses the rest, as user $user",
        async ({ proxy, port, opens, closes, user }) => {
          const container = await containerOf(
            host(),
            `com.docker.compose.project=${project}`,
            `com.docker.compose.service=${proxy}`,
          );
          await untilHealthy(host(), container);
          const ask = (path: string): Promise<DockerResult> =>
            docker(host(), ["exec", container, "curl", "-f", `http://localhost:${port}${path}`]);
          expect(await ask(opens)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[[{]/u) });
          expect(await ask(closes)).toMatchObject({
            code: 22,
            stderr: expect.stringContaining("403 Forbidden"),
          });
          const { status } = await readConfinement(host(), container);
          expect(status["Uid"]).toBe([user, user, user, user].join("\t"));
          expect([status["CapPrm"], status["CapEff"]]).toEqual(["0".repeat(16), "0".repeat(16)]);
        },
      );
    },
  );

  test("every file of another proxy is tried", () => {
    expect(readdirSync(ORIGINALS).toSorted()).toEqual(files.toSorted());
  });

  /** Starts a gate and resolves to its name; it is removed when the test ends. */
  const run = async (...words: readonly string[]): Promise<string> => {
    const name = uniqueName("gate");
    onTestFinished(async () => void (await docker(host(), ["rm", "--force", name])));
    const mount = `--volume=${own().engine.socketPath}:/var/run/docker.sock:ro`;
    const always = ["run", "--detach", `--name=${name}`, "--network=none", mount, "--health-interval=1s"];
    await dockerOutput(host(), [...always, ...words, "quaygate/quaygate:tecnativa"]);
    return name;
  };
  const logOf = async (name: string): Promise<string> => (await docker(host(), ["logs", name])).stdout;
  const untilLog = (name: string, text: string): Promise<void> =>
    eventually(`its log says ${text}`, async () => (await logOf(name)).includes(text));

  test.each([
    { words: [], says: "runs as user 65532 with group GROUP, and can't become root again" },
    {
      words: [
        "--cap-drop=ALL",
        "--cap-add=SETUID",
        "--cap-add=SETGID",
        "--security-opt=no-new-privileges",
        "--read-only",
      ],
      says: "runs as user 65532 with group GROUP, and can't become root again",
    },
    { words: ["--env=QUAYGATE_USER=1234:5678"], says: "runs as user 1234 with group GROUP" },
    { words: ["--cap-drop=ALL"], says: 'add cap_add: [SETUID, SETGID], or user: \\"65532:GROUP\\"' },
    { words: ["--user=65532:GROUP"], says: "the engine answers" },
    { words: ["--user=65532", "--group-add=GROUP"], says: "the engine answers" },
  ])("started with $words it is healthy, and its log says: $says", async ({ words, says }) => {
    const group = String(statSync(own().engine.socketPath).gid);
    const name = await run(...words.map((word) => word.replace("GROUP", group)));
    await untilLog(name, says.replace("GROUP", group));
    await untilHealthy(host(), name);
  });

  describe("when the engine made its socket anew while the container ran", () => {
    test("with QUAYGATE_ENGINE_GONE and a restart policy it is well again, and without it says what is wrong", async () => {
      const healing = await run("--restart=always", "--env=QUAYGATE_ENGINE_GONE=2");
      const staying = await run("--restart=always");
      await Promise.all([healing, staying].map((name) => untilHealthy(host(), name)));
      await own().engine.restart();
      await eventually(
        "it was started again",
        async () => (await dockerOutput(host(), ["inspect", "--format={{.RestartCount}}", healing])) === "1",
        RESTART_DEADLINE,
      );
      await untilHealthy(host(), healing);
      expect(await logOf(healing)).toContain(
        "the engine made its socket anew, and the one that is mounted here",
      );
      const { code, stdout } = await docker(host(), ["exec", staying, "quaygate", "health"]);
      expect([code, stdout]).toEqual([
        1,
        expect.stringContaining(
          "the engine made its socket anew, and the one that is mounted here stays dead",
        ),
      ]);
      await untilLog(staying, "the engine made its socket anew, and the one that is mounted here stays dead");
      const state = ["inspect", "--format={{.State.Status}} {{.RestartCount}}", staying];
      expect(await dockerOutput(host(), state)).toBe("running 0");
    });
  });
});
