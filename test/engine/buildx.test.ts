import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, temporaryFolder, uniqueName } from "../support/docker-cli.ts";
import type { DockerResult } from "../support/docker-cli.ts";
import { engineHost, engineSocket, hasEngine, imageName, useGate } from "../support/engine-gate.ts";
import { everySwitch, everySwitchBut } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";
import { taughtBy } from "../support/teaching.ts";

/** The client's own defaults, which `docker` of the tests turns off. */
const BUILDKIT = { DOCKER_BUILDKIT: "1" };

/** A folder whose image shows that files, arguments and a secret reached the builder. */
function buildFolder(): { readonly path: string; readonly secret: string } {
  const { path, remove } = temporaryFolder();
  onTestFinished(remove);
  const secret = join(path, "secret");
  writeFileSync(secret, uniqueName("secret"));
  writeFileSync(join(path, ".dockerignore"), "secret\n");
  writeFileSync(join(path, "note"), "from the folder\n");
  writeFileSync(
    join(path, "Dockerfile"),
    [
      "FROM busybox:test AS made",
      "ARG COLOUR",
      "COPY . /context/",
      "RUN --mount=type=secret,id=word cat /context/note /run/secrets/word > /note; echo $COLOUR >> /note",
      "RUN ls /context > /listing",
      "CMD cat /note",
      "FROM scratch AS files",
      "COPY --from=made /listing /listing",
      "",
    ].join("\n"),
  );
  return { path, secret };
}

function build(host: string, ...words: readonly string[]): Promise<DockerResult> {
  return docker(host, words, { env: BUILDKIT });
}

describe.runIf(hasEngine)("BuildKit's builder", () => {
  const gate = useGate();

  test.each([{ command: ["build"] }, { command: ["buildx", "build", "--load", "--progress=plain"] }])(
    "makes an image from a folder, arguments and a secret by docker $command",
    async ({ command }) => {
      const image = imageName();
      const { path, secret } = buildFolder();
      const { code, stderr } = await build(
        gate().host,
        ...command,
        // A secret is no part of what is looked up in the cache.
        "--no-cache",
        "--network=none",
        "--target=made",
        "--build-arg=COLOUR=blue",
        `--secret=id=word,src=${secret}`,
        `--tag=${image}`,
        path,
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("naming to") });
      expect(await dockerOutput(engineHost, ["run", "--rm", "--network=none", image])).toBe(
        `from the folder\n${readFileSync(secret, "utf8")}blue`,
      );
      expect(gate().records.filter(({ verdict }) => verdict !== "allow")).toEqual([]);
    },
  );

  test("hands files back to the client's folder", async () => {
    const { path, secret } = buildFolder();
    const output = join(path, "output");
    const words = ["buildx", "build", "--network=none", `--secret=id=word,src=${secret}`];
    const { code, stderr } = await build(gate().host, ...words, `--output=${output}`, path);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(readFileSync(join(output, "listing"), "utf8")).toBe("Dockerfile\nnote\n");
  });

  test("says what is wrong in a step, and lists and forgets what it kept", async () => {
    const { path } = buildFolder();
    writeFileSync(join(path, "Dockerfile"), "FROM busybox:test\nRUN echo on purpose; exit 3\n");
    const failed = await build(gate().host, "build", "--network=none", path);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("exit code: 3") });
    expect(await build(gate().host, "buildx", "du")).toMatchObject({ code: 0 });
    expect(await build(gate().host, "buildx", "ls")).toMatchObject({
      stdout: expect.stringContaining("running"),
    });
    expect(await build(gate().host, "builder", "prune", "--force")).toMatchObject({ code: 0 });
  });

  test("makes the images of docker compose up, which comes up and down", async () => {
    const [project, { path }] = [uniqueName("built"), buildFolder()];
    const web = {
      build: { context: ".", target: "made" },
      network_mode: "none",
      command: ["cat", "/context/note"],
    };
    const file = join(path, "compose.yaml");
    writeFileSync(join(path, "word"), "a secret");
    const secrets = { word: { file: "./word" } };
    writeFileSync(
      file,
      JSON.stringify({ services: { web: { ...web, build: { ...web.build, secrets: ["word"] } } }, secrets }),
    );
    const compose = (...words: readonly string[]): Promise<DockerResult> =>
      build(gate().host, "compose", `--project-name=${project}`, `--file=${file}`, ...words);
    expect(await compose("up", "--build", "--detach", "--wait-timeout=60")).toMatchObject({ code: 0 });
    await dockerOutput(engineHost, ["wait", `${project}-web-1`]);
    expect(await compose("logs", "--no-log-prefix", "web")).toMatchObject({ stdout: "from the folder\n" });
    expect(await compose("down", "--rmi=local", "--volumes")).toMatchObject({ code: 0 });
    expect(await dockerOutput(engineHost, ["ps", "--all", `--filter=name=${project}`, "--quiet"])).toBe("");
    expect(await dockerOutput(engineHost, ["images", "--quiet", `${project}-web`])).toBe("");
    expect(gate().records.filter(({ verdict }) => verdict !== "allow")).toEqual([]);
  });

  test.each([
    { without: "GRPC", says: /pulling image/u },
    { without: "SESSION", says: /failed to dial gRPC: .*403/u },
    { without: "POST", says: /quaygate: .* is not allowed .*: docker buildx asks .*POST=1/u },
  ] as const)("is refused without $without, and nothing is made", async ({ without, says }) => {
    const closed = await openTestGate({ env: everySwitchBut(without), engineSocket });
    onTestFinished(() => closed.close());
    const image = imageName();
    const { path } = buildFolder();
    const words = ["build", "--network=none", `--tag=${image}`, path];
    expect(await build(closed.host, ...words)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(says),
    });
    expect(closed.records.filter(({ verdict }) => verdict === "deny")).toContainEqual(
      expect.objectContaining({ missing: [`${without}=1`] }),
    );
    expect((await docker(engineHost, ["image", "inspect", image])).code).toBe(1);
    expect(await builders()).toBe("");
  });

  test("is refused with the default powers, and so is the privileged builder that buildx falls back to, with the true cure", async () => {
    const closed = await openTestGate({ env: { ...everySwitch, QUAYGATE_POWERS: "default" }, engineSocket });
    onTestFinished(() => closed.close());
    // Where the image can't be pulled, buildx takes one that is there.
    const builder = "moby/buildkit:buildx-stable-1";
    await dockerOutput(engineHost, ["tag", "busybox:test", builder]);
    onTestFinished(async () => void (await docker(engineHost, ["rmi", builder])));
    const { path } = buildFolder();
    const { code, stderr } = await build(closed.host, "build", "--network=none", path);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/quaygate: ContainerCreate .* add buildkit to its powers/u),
    });
    expect(taughtBy(stderr)).toBeUndefined();
    expect(closed.records.filter(({ verdict }) => verdict === "deny")).toContainEqual(
      expect.objectContaining({ operation: "Grpc", powers: ["buildkit"] }),
    );
    expect(await builders()).toBe("");
  });
});

describe.runIf(hasEngine)("buildx's remote driver, which speaks HTTP/2 at once", () => {
  const gate = useGate();

  test("hears at once that the gate speaks another HTTP, and the log says what to do", async () => {
    const { path, remove } = temporaryFolder();
    onTestFinished(remove);
    const env = { ...BUILDKIT, BUILDX_CONFIG: path };
    await dockerOutput(gate().host, ["buildx", "create", "--name=far", "--driver=remote", gate().host], {
      env,
    });
    const { code, stderr } = await docker(gate().host, ["buildx", "inspect", "far", "--bootstrap"], { env });
    expect([code, stderr]).toEqual([1, expect.stringContaining("505 (HTTP Version Not Supported)")]);
    expect(gate().records.find((record) => record.code === "unsupported_version")?.reason).toMatch(
      /docker driver/u,
    );
  });
});

/** The containers that buildx makes where the engine's own builder is not to be had. */
function builders(): Promise<string> {
  return dockerOutput(engineHost, ["ps", "--all", "--filter=name=buildx_buildkit", "--quiet"]);
}
