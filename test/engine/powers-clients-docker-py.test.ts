import { describe, expect, test } from "vitest";
import { runPython, hasDockerPy } from "../support/docker-py.ts";
import { containerName, hasEngine, useGate } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { makeBothWays, transientName } from "../support/portrait.ts";

const image = "busybox:test";

/** Makes a network, a volume and a container with most of what docker-py can say, and looks at them. */
const program = `
import docker, io, json, sys, tarfile
from docker.types import Healthcheck, LogConfig, Mount, Ulimit
name, network, volume = sys.argv[1:]
client = docker.from_env(version="auto")
client.ping(); client.version(); client.info()
client.networks.create(network, driver="bridge", labels={"a": "b"}, check_duplicate=True)
client.volumes.create(volume, driver="local", labels={"a": "b"})
container = client.containers.run(
    "${image}", ["sh", "-c", "echo ready; trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"],
    name=name, detach=True, network=network, hostname="web", domainname="example.test",
    environment={"A": "b"}, labels={"org.example.a": "b"}, user="0", working_dir="/tmp", group_add=["20"],
    ports={"80/tcp": ("127.0.0.1", 18280), "53/udp": None, "81/tcp": [18281, 18282]},
    volumes={volume: {"bind": "/data", "mode": "rw"}}, tmpfs={"/run": "size=64k"},
    mounts=[Mount("/cache", None, type="tmpfs", tmpfs_size="1m", tmpfs_mode=0o1770), Mount("/more", volume, read_only=True)],
    cap_add=["NET_BIND_SERVICE"], cap_drop=["ALL"], security_opt=["no-new-privileges"], read_only=True,
    mem_limit="64m", nano_cpus=500000000, pids_limit=50, shm_size="32m", oom_score_adj=10, init=True,
    ulimits=[Ulimit(name="nofile", soft=1024, hard=2048)], sysctls={"net.core.somaxconn": "1024"},
    restart_policy={"Name": "on-failure", "MaximumRetryCount": 3}, stop_signal="SIGTERM",
    dns=["9.9.9.9"], dns_search=["example.test"], dns_opt=["ndots:2"], extra_hosts={"one": "192.0.2.1"},
    healthcheck=Healthcheck(test=["CMD", "true"], interval=30000000000, retries=3),
    log_config=LogConfig(type=LogConfig.types.JSON, config={"max-size": "1m"}),
)
code, output = container.exec_run("sh -c 'id -u; exit 3'", user="0", environment=["A=b"], workdir="/")
def archive(content):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        info = tarfile.TarInfo("note"); info.size = len(content); tar.addfile(info, io.BytesIO(content))
    return file.getvalue()
container.put_archive("/data", archive(b"brought in"))
stream, stat = container.get_archive("/data/note")
extracted = tarfile.open(fileobj=io.BytesIO(b"".join(stream))).extractfile("note").read().decode()
container.update(mem_limit="32m", memswap_limit="64m")
container.rename(name + "-other"); container.rename(name)
print(json.dumps({
    "code": code, "output": output.decode(), "extracted": extracted, "logs": container.logs().decode(),
    "top": len(container.top()["Processes"]) > 0, "stats": container.stats(stream=False)["name"],
    "listed": [found.name for found in client.containers.list(filters={"name": name})],
}))
`;

const refused = `
import docker, json, sys
client = docker.from_env(version="auto")
try:
    client.containers.create("${image}", name=sys.argv[1], volumes=["/srv/a:/a"], pid_mode="host")
except docker.errors.APIError as error:
    print(json.dumps({"status": error.response.status_code, "explanation": error.explanation}))
`;

describe.runIf(hasEngine && hasDockerPy)("docker-py with the default powers", () => {
  const gate = useGate({ ...everySwitch, QUAYGATE_POWERS: "default" });

  test("makes the same container, network and volume as on the socket", async () => {
    const [name, network, volume] = [containerName(), transientName("network"), transientName("volume")];
    const said: unknown[] = [];
    const { throughGate, direct } = await makeBothWays(gate().host, async (host) => {
      said.push(await runPython(host, program, [name, network, volume]));
      return { containers: [name], networks: [network], volumes: [volume] };
    });
    expect(said[0]).toEqual({
      ...{ code: 3, output: "0\n", extracted: "brought in", logs: "ready\n", top: true },
      ...{ stats: `/${name}`, listed: [name] },
    });
    expect(said[1]).toEqual(said[0]);
    expect(throughGate).toEqual(direct);
    expect(gate().records.filter(({ verdict }) => verdict !== "allow")).toEqual([]);
    const creation = gate().records.find(({ operation }) => operation === "ContainerCreate");
    expect(creation?.powers).toContain("cap:NET_BIND_SERVICE");
  });

  test("gets a refusal as its own error with the sentence that teaches", async () => {
    expect(await runPython(gate().host, refused, [containerName()])).toEqual({
      status: 403,
      explanation: expect.stringMatching(/host:pid takes away the wall .* add bind:\/srv\/a to its powers/u),
    });
  });
});
