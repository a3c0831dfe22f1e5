import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Dockerode from "dockerode";
import { describe, expect, onTestFinished, test } from "vitest";
import { docker, dockerOutput, hasProgram, spawnDocker, temporaryFolder } from "../support/docker-cli.ts";
import { hasDockerPy, runPython } from "../support/docker-py.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { SHARED_IMAGE, useTwoTenants } from "./tenants/two-tenants.ts";

const IDLE = ["sh", "-c", "trap 'exit 0' TERM; echo ready; while :; do sleep 1 & wait $!; done"];
const compose = "docker-compose";

/** What docker-py is most used for. */
const program = `
import docker, io, json, tarfile
client = docker.from_env(version="auto")
client.ping(); client.version(); client.info()
network = client.networks.create("python-net", driver="bridge", labels={"a": "b"})
volume = client.volumes.create("python-data")
container = client.containers.run("${SHARED_IMAGE}", ["sh", "-c", "echo ready; sleep 1000"], name="python-web", detach=True,
    network="python-net", volumes={"python-data": {"bind": "/data", "mode": "rw"}}, environment={"A": "b"}, stop_signal="SIGKILL")
code, output = container.exec_run("sh -c 'echo $A; exit 3'")
file = io.BytesIO()
with tarfile.open(fileobj=file, mode="w") as tar:
    info = tarfile.TarInfo("note"); info.size = 7; tar.addfile(info, io.BytesIO(b"brought"))
container.put_archive("/data", file.getvalue())
stream, _ = container.get_archive("/data/note")
copied = tarfile.open(fileobj=io.BytesIO(b"".join(stream))).extractfile("note").read().decode()
container.rename("python-other"); container.reload()
said = {"name": container.name, "code": code, "output": output.decode(), "logs": container.logs().decode(), "copied": copied,
    "listed": [each.name for each in client.containers.list()], "networks": [each.name for each in client.networks.list()],
    "volumes": [each.name for each in client.volumes.list()], "images": sum([each.tags for each in client.images.list()], [])}
container.remove(force=True); network.remove(); volume.remove()
print(json.dumps(said))
`;

describe.runIf(hasEngine)("a tenant of an engine that others use too works as if alone:", () => {
  const tenants = useTwoTenants({ isEmpty: true });
  const run = (...words: readonly string[]): Promise<string> => dockerOutput(tenants().first.host, words);

  test("docker runs, lists, looks, copies, executes and removes", async () => {
    onTestFinished(async () => void (await docker(tenants().host, ["rm", "--force", "own-web"])));
    const web = await run("run", "--detach", "--name=own-web", "--env=A=b", SHARED_IMAGE, ...IDLE);
    expect(await run("ps", "--no-trunc", "--quiet")).toBe(web);
    expect(await run("inspect", "--format={{.Name}}", web.slice(0, 7))).toBe("/own-web");
    expect(await run("exec", "own-web", "sh", "-c", "echo $A")).toBe("b");
    expect(await run("logs", "own-web")).toBe("ready");
    expect(await run("run", "--rm", "--network=container:own-web", SHARED_IMAGE, "echo", "hello")).toBe(
      "hello",
    );
    const { path, remove } = temporaryFolder();
    onTestFinished(remove);
    writeFileSync(join(path, "note"), "brought in\n");
    await run("cp", join(path, "note"), "own-web:/tmp/note");
    expect(await run("exec", "own-web", "cat", "/tmp/note")).toBe("brought in");
    await run("cp", "own-web:/tmp/note", join(path, "back"));
    expect(await run("top", "own-web")).toContain("sleep");
    expect(await run("diff", "own-web")).toContain("/tmp/note");
    await run("rename", "own-web", "own-other");
    await run("rename", "own-other", "own-web");
    await run("update", "--memory=64m", "--memory-swap=64m", "own-web");
    for (const word of ["pause", "unpause", "restart", "stop", "start", "kill"]) await run(word, "own-web");
    expect(await run("wait", "own-web")).toBe("137");
    await run("rm", "own-web");
    expect(await run("ps", "--all", "--quiet")).toBe("");
  });

  test("docker follows what it started, with input", async () => {
    const { first } = tenants();
    const echoed = await docker(first.host, ["run", "--rm", "--interactive", SHARED_IMAGE, "cat"], {
      input: "typed\n",
    });
    expect(echoed).toMatchObject({ code: 0, stdout: "typed\n" });
    const failed = await docker(first.host, [
      "run",
      "--rm",
      SHARED_IMAGE,
      "sh",
      "-c",
      "echo wrong >&2; exit 7",
    ]);
    expect(failed).toMatchObject({ code: 7, stderr: "wrong\n" });
    const watching = spawnDocker(first.host, [
      "run",
      "--rm",
      "--name=own-slow",
      SHARED_IMAGE,
      "sh",
      "-c",
      "echo early; sleep 100",
    ]);
    await watching.untilOutput("early");
    await run("rm", "--force", "own-slow");
    expect(await watching.result).toMatchObject({ code: 137 });
  });

  test("docker makes networks and volumes, and uses them", async () => {
    await run("network", "create", "own-net");
    await run("volume", "create", "own-data");
    await run(
      "run",
      "--rm",
      "--network=own-net",
      "--volume=own-data:/data",
      SHARED_IMAGE,
      "sh",
      "-c",
      "echo kept > /data/note",
    );
    const mounted = "--mount=type=volume,source=own-data,target=/data,readonly";
    expect(await run("run", "--rm", "--network=none", mounted, SHARED_IMAGE, "cat", "/data/note")).toBe(
      "kept",
    );
    expect(await run("network", "ls", "--format={{.Name}}")).toBe("own-net");
    expect(await run("volume", "ls", "--quiet")).toBe("own-data");
    expect(await run("network", "inspect", "--format={{.Driver}}", "own-net")).toBe("bridge");
    await run("network", "rm", "own-net");
    await run("volume", "rm", "own-data");
  });

  test("docker builds, commits, tags what it built, runs it and removes it", async () => {
    const { path, remove } = temporaryFolder();
    onTestFinished(remove);
    writeFileSync(
      join(path, "Dockerfile"),
      `FROM ${SHARED_IMAGE}\nRUN echo built > /note\nCMD ["cat", "/note"]\n`,
    );
    await run("build", "--network=none", "--tag=own-built:1", path);
    expect(await run("run", "--rm", "own-built:1")).toBe("built");
    await run("tag", "own-built:1", "own-built:2");
    await run("run", "--name=own-done", "--network=none", SHARED_IMAGE, "sh", "-c", "echo committed > /note");
    await run("commit", "own-done", "own-committed:1");
    await run("rm", "own-done");
    expect(await run("run", "--rm", "own-committed:1", "cat", "/note")).toBe("committed");
    const images = (await run("images", "--format={{.Repository}}:{{.Tag}}")).split("\n");
    expect(images.toSorted()).toEqual(
      [SHARED_IMAGE, "own-built:1", "own-built:2", "own-committed:1"].toSorted(),
    );
    await run("rmi", "own-built:1", "own-built:2", "own-committed:1");
  });

  test("docker prunes, and the other tenant loses nothing", async () => {
    const { second } = tenants();
    await dockerOutput(second.host, ["create", "--name=other-idle", SHARED_IMAGE, "true"]);
    await dockerOutput(second.host, ["network", "create", "other-net"]);
    await run("create", "--name=own-idle", SHARED_IMAGE, "true");
    await run("network", "create", "own-net");
    await run("container", "prune", "--force");
    await run("network", "prune", "--force");
    expect(await run("ps", "--all", "--quiet")).toBe("");
    expect(await run("network", "ls", "--quiet")).toBe("");
    expect(await dockerOutput(second.host, ["ps", "--all", "--format={{.Names}}"])).toBe("other-idle");
    await dockerOutput(second.host, ["rm", "other-idle"]);
    await dockerOutput(second.host, ["network", "rm", "other-net"]);
  });

  test.runIf(hasProgram(compose))(
    "Compose brings up a stack, looks at it, changes it and takes it down",
    async () => {
      const { path, remove } = temporaryFolder();
      onTestFinished(remove);
      const file = join(path, "compose.yaml");
      const write = (colour: string): void => {
        const web = {
          image: SHARED_IMAGE,
          command: ["sh", "-c", "echo ready; sleep 1000"],
          stop_grace_period: "0s",
        };
        const services = {
          web: {
            ...web,
            environment: { COLOUR: colour },
            volumes: ["data:/data"],
            networks: ["front"],
            depends_on: ["db"],
          },
          db: { ...web, networks: ["front"] },
        };
        writeFileSync(file, JSON.stringify({ services, networks: { front: {} }, volumes: { data: {} } }));
      };
      const stack = async (...words: readonly string[]): Promise<string> => {
        const env = { HOME: path, DOCKER_CONFIG: path };
        const given = ["--project-name=own", `--file=${file}`, ...words];
        const { code, stdout, stderr } = await docker(tenants().first.host, given, { program: compose, env });
        expect([words.join(" "), code, code === 0 ? "" : stderr]).toEqual([words.join(" "), 0, ""]);
        return stdout + stderr;
      };
      write("blue");
      await stack("up", "--detach");
      expect(await stack("exec", "-T", "web", "sh", "-c", "echo $COLOUR")).toBe("blue\n");
      expect(await stack("ps")).toMatch(/web[^]*/u);
      expect(await stack("logs", "db")).toContain("ready");
      write("green");
      await stack("up", "--detach");
      expect(await stack("exec", "-T", "web", "sh", "-c", "echo $COLOUR")).toBe("green\n");
      await stack("restart", "db");
      expect(await stack("run", "--rm", "--no-deps", "-T", "web", "echo", "once")).toContain("once");
      await stack("down", "--volumes");
      const { host } = tenants();
      expect(await dockerOutput(host, ["ps", "--all", "--quiet"])).toBe("");
      expect(await dockerOutput(host, ["volume", "ls", "--quiet"])).toBe("");
    },
  );

  test("dockerode makes, watches, reads and removes", async () => {
    const { first } = tenants();
    const engine = new Dockerode({ socketPath: first.place.socketPath });
    const container = await engine.createContainer({
      name: "rode-web",
      Image: SHARED_IMAGE,
      Cmd: ["sh", "-c", "echo hello"],
      HostConfig: { NetworkMode: "none" },
    });
    await container.start();
    await container.wait();
    expect((await container.logs({ stdout: true })).toString()).toContain("hello");
    expect((await engine.listContainers({ all: true })).map(({ Names }) => Names)).toEqual([["/rode-web"]]);
    expect(await container.inspect()).toMatchObject({ Name: "/rode-web" });
    const network = await engine.createNetwork({ Name: "rode-net" });
    await network.connect({ Container: container.id }).catch(() => {});
    await container.remove();
    await network.remove();
    expect(await engine.listContainers({ all: true })).toEqual([]);
  });

  test.runIf(hasDockerPy)("docker-py makes, reads, lists and removes", async () => {
    expect(await runPython(tenants().first.host, program, [])).toEqual({
      ...{ name: "python-other", code: 3, output: "b\n", logs: "ready\n", copied: "brought" },
      ...{
        listed: ["python-other"],
        networks: ["python-net"],
        volumes: ["python-data"],
        images: [SHARED_IMAGE],
      },
    });
  });

  test("nothing that it asked for was refused", () => {
    const refused = tenants().gate.records.filter(({ verdict }) => verdict !== "allow");
    expect(refused.map(({ operation, reason }) => ({ operation, reason }))).toEqual([]);
  });
});
