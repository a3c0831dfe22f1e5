import { PassThrough, Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import Dockerode from "dockerode";
import { describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import {
  containerName,
  engineHost,
  engineSocket,
  engineSpeaks,
  eventually,
  hasEngine,
  idleContainer,
  imageName,
  useGate,
} from "../support/engine-gate.ts";
import { everySwitchBut } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";
import { ballastArchive, serializeArchive } from "../support/images.ts";

const quiet = { HostConfig: { NetworkMode: "none" } };

/** Takes Docker's multiplexed stream apart and resolves to what each side said when it has ended. */
async function readMultiplexed(
  engine: Dockerode,
  stream: NodeJS.ReadableStream,
): Promise<{ stdout: string; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  engine.modem.demuxStream(stream, stdout, stderr);
  stream.once("close", () => {
    stdout.end();
    stderr.end();
  });
  stream.once("end", () => {
    stdout.end();
    stderr.end();
  });
  const [said, complained] = await Promise.all([text(stdout), text(stderr)]);
  return { stdout: said, stderr: complained };
}

function followProgress(engine: Dockerode, stream: NodeJS.ReadableStream): Promise<readonly object[]> {
  return new Promise((resolve, reject) => {
    engine.modem.followProgress(stream, (error, output: readonly object[]) =>
      error === null ? resolve(output) : reject(error),
    );
  });
}

describe.runIf(hasEngine)("dockerode", () => {
  const gate = useGate();
  const client = (): Dockerode => new Dockerode({ protocol: "http", host: "127.0.0.1", port: gate().port });

  test("reads version, info, containers and images as on the socket itself", async () => {
    await idleContainer();
    const direct = new Dockerode({ socketPath: engineSocket });
    const engine = client();
    expect(await engine.version()).toEqual(await direct.version());
    const id = await dockerOutput(engineHost, ["info", "--format={{.ID}}"]);
    expect(await engine.info()).toMatchObject({ ID: id });
    expect((await engine.listContainers()).length).toBeGreaterThan(0);
    expect((await engine.listImages()).flatMap(({ RepoTags }) => RepoTags)).toContain("busybox:test");
    expect(String(await engine.ping())).toBe("OK");
  });

  test("runs a container and gets its output and exit code", async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const engine = client();
    const [result]: readonly unknown[] = await engine.run(
      "busybox:test",
      ["sh", "-c", "echo out; echo err >&2; exit 42"],
      [stdout, stderr],
      { name: containerName(), Tty: false, ...quiet },
    );
    stdout.end();
    stderr.end();
    expect({ result, stdout: await text(stdout), stderr: await text(stderr) }).toEqual({
      result: expect.objectContaining({ StatusCode: 42 }),
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test("attaches before the start, with standard input to its end", async () => {
    const engine = client();
    const container = await engine.createContainer({
      name: containerName(),
      Image: "busybox:test",
      Cmd: ["sh", "-c", "cat; echo end >&2"],
      ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true },
      ...quiet,
    });
    const stream = await container.attach({
      stream: true,
      hijack: true,
      stdin: true,
      stdout: true,
      stderr: true,
    });
    const output = readMultiplexed(engine, stream);
    await container.start();
    stream.write("one\n");
    stream.end("two\n");
    expect(await output).toEqual({ stdout: "one\ntwo\n", stderr: "end\n" });
    expect(await container.wait()).toMatchObject({ StatusCode: 0 });
  });

  test("attaches to a terminal", async () => {
    const engine = client();
    const container = await engine.createContainer({
      name: containerName(),
      Image: "busybox:test",
      Cmd: ["sh"],
      ...{ Tty: true, OpenStdin: true, AttachStdin: true, AttachStdout: true, AttachStderr: true },
      ...quiet,
    });
    const stream = await container.attach({
      stream: true,
      hijack: true,
      stdin: true,
      stdout: true,
      stderr: true,
    });
    const output = text(stream);
    await container.start();
    await container.resize({ h: 24, w: 100 });
    stream.write("stty size; exit 3\n");
    expect(await output).toContain("24 100\r\n");
    expect(await container.wait()).toMatchObject({ StatusCode: 3 });
  });

  test("runs a command by exec without standard input, as a plain answer", async () => {
    const engine = client();
    const exec = await engine.getContainer(await idleContainer()).exec({
      Cmd: ["sh", "-c", "echo out; echo err >&2; exit 5"],
      ...{ AttachStdout: true, AttachStderr: true },
    });
    const stream = await exec.start({});
    expect(await readMultiplexed(engine, stream)).toEqual({ stdout: "out\n", stderr: "err\n" });
    expect((await exec.inspect()).ExitCode).toBe(5);
  });

  test("runs a command by exec with standard input to its end", async () => {
    const engine = client();
    const exec = await engine.getContainer(await idleContainer()).exec({
      Cmd: ["sh", "-c", "cat; sleep 1; echo after the end"],
      ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true },
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    const output = readMultiplexed(engine, stream);
    stream.end("typed\n");
    expect(await output).toEqual({ stdout: "typed\nafter the end\n", stderr: "" });
  });

  test("reads logs, and follows them to the container's end", async () => {
    const engine = client();
    const container = await engine.createContainer({
      name: containerName(),
      Image: "busybox:test",
      Cmd: ["sh", "-c", "echo first; sleep 1; echo last"],
      ...quiet,
    });
    await container.start();
    const followed = await container.logs({ follow: true, stdout: true, stderr: true });
    const output = new PassThrough();
    engine.modem.demuxStream(followed, output, output);
    followed.once("end", () => output.end());
    expect(await text(output)).toBe("first\nlast\n");
    expect(String(await container.logs({ stdout: true }))).toContain("last\n");
  });

  test("sees events while they happen", async () => {
    const engine = client();
    const name = containerName();
    const stream = await engine.getEvents({ filters: { container: [name] } });
    let seen = "";
    stream.on("data", (piece: Buffer) => (seen += piece.toString()));
    await dockerOutput(engineHost, ["run", "--network=none", `--name=${name}`, "busybox:test", "true"]);
    await eventually("the container's end was seen", () => seen.includes('"status":"die"'));
    expect(seen).toContain('"status":"create"');
    if (stream instanceof Readable) stream.destroy();
  });

  test("reads stats once and as a stream", async () => {
    const container = client().getContainer(await idleContainer());
    expect(await container.stats({ stream: false })).toMatchObject({ pids_stats: { current: 2 } });
    const stream = await container.stats({ stream: true });
    let figures = 0;
    stream.on("data", () => (figures += 1));
    await eventually("three figures came", () => figures >= 3);
    if (stream instanceof Readable) stream.destroy();
  });

  test("copies archives in and out", async () => {
    const container = client().getContainer(await idleContainer());
    await container.putArchive(serializeArchive([{ name: "note", content: "brought in\n" }]), {
      path: "/tmp",
    });
    const archive = await buffer(await container.getArchive({ path: "/tmp/note" }));
    expect(archive.includes("brought in\n")).toBe(true);
    await container.putArchive(Readable.from([serializeArchive([{ name: "more", content: "streamed\n" }])]), {
      path: "/tmp",
    });
    expect((await buffer(await container.getArchive({ path: "/tmp/more" }))).includes("streamed\n")).toBe(
      true,
    );
  });

  test("imports, saves and loads 200 MB unchanged", async () => {
    const engine = client();
    const name = imageName();
    const [repo = "", tag = ""] = name.split(":");
    const imported = await engine.importImage(Readable.from([ballastArchive(200)]), { repo, tag });
    await followProgress(engine, imported);
    const id = (await engine.getImage(name).inspect()).Id;
    const saved = await buffer(await engine.getImage(name).get());
    expect(saved.length).toBeGreaterThan(200 * 1024 * 1024);
    await engine.getImage(name).remove();
    await followProgress(engine, await engine.loadImage(Readable.from([saved]), { quiet: true }));
    expect((await engine.getImage(name).inspect()).Id).toBe(id);
  });

  test("builds and commits images", async () => {
    const engine = client();
    const [built, committed] = [imageName(), imageName()];
    const context = serializeArchive([
      { name: "Dockerfile", content: "FROM busybox:test\nCOPY note /note\n" },
      { name: "note", content: "from the folder\n" },
    ]);
    await followProgress(engine, await engine.buildImage(Readable.from([context]), { t: built }));
    const container = await engine.createContainer({
      name: containerName(),
      Image: built,
      Cmd: ["true"],
      ...quiet,
    });
    const [repo = "", tag = ""] = committed.split(":");
    await container.commit({ repo, tag, comment: "as it is" });
    expect(await dockerOutput(engineHost, ["run", "--rm", "--network=none", committed, "cat", "/note"])).toBe(
      "from the folder",
    );
  });

  test("kills, waits, restarts, stops and removes a container", async () => {
    const engine = client();
    const container = engine.getContainer(await idleContainer());
    const waiting: Promise<{ StatusCode: number }> = container.wait();
    await container.kill({ signal: "SIGKILL" });
    expect(await waiting).toMatchObject({ StatusCode: 137 });
    await container.start();
    await container.restart();
    await container.stop();
    expect((await container.inspect()).State.Status).toBe("exited");
    await container.remove();
    await expect(container.inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  test("creates, removes and prunes networks and volumes", async () => {
    const engine = client();
    const name = uniqueName("dockerode");
    const labels = { Labels: { [name]: "" } };
    await (await engine.createNetwork({ Name: name, ...labels })).remove();
    await engine.createNetwork({ Name: name, ...labels });
    expect(await engine.pruneNetworks({ filters: { label: [name] } })).toMatchObject({
      NetworksDeleted: [name],
    });
    await engine.createVolume({ Name: name, ...labels });
    await engine.getVolume(name).remove();
    await engine.createVolume({ Name: name, ...labels });
    onTestFinished(async () => void (await docker(engineHost, ["volume", "rm", name])));
    // Named volumes too, since there is a difference.
    const named = engineSpeaks("1.42") ? { all: ["1"] } : {};
    expect(await engine.pruneVolumes({ filters: { label: [name], ...named } })).toMatchObject({
      VolumesDeleted: [name],
    });
    await engine.createContainer({ name: containerName(), Image: "busybox:test", ...labels });
    expect((await engine.pruneContainers({ filters: { label: [name] } })).ContainersDeleted).toHaveLength(1);
  });
});

describe.runIf(hasEngine)("dockerode without a switch", () => {
  test("gets a denial as an error with status and sentence, also where the connection would be handed over", async () => {
    const gate = await openTestGate({ env: everySwitchBut("EXEC", "IMAGES"), engineSocket });
    onTestFinished(() => gate.close());
    const engine = new Dockerode({ protocol: "http", host: "127.0.0.1", port: gate.port });
    const denial = (operation: string, needs: string): object => ({
      statusCode: 403,
      message: expect.stringContaining(`quaygate: ${operation} is not allowed for 127.0.0.1: needs ${needs}`),
    });

    await expect(engine.listImages()).rejects.toMatchObject(
      denial("ImageList (GET /images/json)", "IMAGES=1"),
    );
    await expect(engine.loadImage(Readable.from([Buffer.alloc(5_000_000)]))).rejects.toMatchObject(
      denial("ImageLoad (POST /images/load)", "IMAGES=1"),
    );
    const exec = await engine.getContainer(await idleContainer()).exec({ Cmd: ["cat"], AttachStdin: true });
    const start = denial("ExecStart (POST /exec/{id}/start)", "EXEC=1");
    await expect(exec.start({})).rejects.toMatchObject(start);
    await expect(exec.start({ hijack: true, stdin: true })).rejects.toMatchObject(start);
  });
});
