import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { engineHost, engineSocket, hasEngine, idleContainer, readOnlyMode } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";
import { removeMade, transientName } from "../support/portrait.ts";
import { taughtBy } from "../support/teaching.ts";

/** A request that asks for something. `{id}` in the path is a running container. */
interface Request {
  readonly name: string;
  readonly path: string;
  readonly body: object;
  /** The powers that the refusal names. */
  readonly teaches: string;
}

const image = "busybox:test";
const seccomp = JSON.stringify({
  defaultAction: "SCMP_ACT_ALLOW",
  comment: "no, not 100% of it: * ".repeat(9),
});
const longPath = `/tmp/${"folder/".repeat(40)}end`;
const overlay = { type: "overlay", device: "overlay", o: "lowerdir=/etc:/usr" };
const [bindVolume, source] = [uniqueName("volume"), uniqueName("container")];
const [madeVolume, madeNetwork, madeImage] = [
  uniqueName("volume"),
  uniqueName("network"),
  uniqueName("image"),
];
const leftovers = {
  containers: [source],
  networks: [madeNetwork],
  volumes: [bindVolume, madeVolume],
  images: [`${madeImage}:new`, `${madeImage}:committed`],
};

function creation(name: string, hostConfig: object, teaches: string, config: object = {}): Request {
  const body = { Image: image, Cmd: ["true"], ...config, HostConfig: { NetworkMode: "none", ...hostConfig } };
  return { name, path: "/containers/create", body, teaches };
}

const requests: readonly Request[] = [
  creation("a path of the host", { Binds: ["//etc//:/h:ro"] }, `bind:/etc${readOnlyMode}`),
  creation(
    "a path with signs of the list in it",
    { Binds: ["/tmp/a*b, c%d\u00fc:/h"] },
    "bind:/tmp/a%2Ab%2C c%25d%C3%BC",
  ),
  creation("a path longer than what a sentence shows", { Binds: [`${longPath}:/h`] }, `bind:${longPath}`),
  creation(
    "two mounted paths",
    {
      Mounts: [
        { Type: "bind", Source: "/tmp", Target: "/a" },
        { Type: "bind", Source: "/etc", Target: "/b", ReadOnly: true },
      ],
    },
    `bind:/tmp,bind:/etc${readOnlyMode}`,
  ),
  creation("capabilities", { CapAdd: ["net_admin", "CAP_SYS_TIME"] }, "cap:NET_ADMIN,cap:SYS_TIME"),
  creation("the host's name", { UTSMode: "host" }, "host:uts"),
  creation(
    "a device",
    { Devices: [{ PathOnHost: "/dev/null", PathInContainer: "/dev/x", CgroupPermissions: "rwm" }] },
    "device:/dev/null",
  ),
  creation(
    "no system call filter",
    { SecurityOpt: ["seccomp=unconfined"] },
    "security-opt:seccomp=unconfined",
  ),
  creation("a filter of its own", { SecurityOpt: [`seccomp=${seccomp}`] }, "security-opt:seccomp=(inline)"),
  creation("another log", { LogConfig: { Type: "syslog", Config: { tag: "x" } } }, "log-driver:syslog"),
  creation("a kernel parameter", { Sysctls: { "kernel.msgmax": "9000" } }, "sysctl:kernel.msgmax"),
  creation("another container's mounts", { VolumesFrom: [`${source}:ro`] }, `volumes-from:${source}`),
  creation("another container's network", { NetworkMode: `container:${source}` }, `join:network:${source}`),
  creation("a field of tomorrow", { NewThing: { a: [1] } }, "field:HostConfig.NewThing"),
  creation("a group of its own", { CgroupParent: "/a*b,c" }, "cgroup-parent:/a%2Ab%2Cc"),
  creation("a label that runs commands", {}, "label:ofelia.enabled", {
    Labels: { "ofelia.enabled": "true" },
  }),
  creation("a variable for GPUs", {}, "env:NVIDIA_VISIBLE_DEVICES", { Env: ["NVIDIA_VISIBLE_DEVICES=all"] }),
  {
    name: "a volume that is a path of the host, made now",
    path: "/volumes/create",
    body: { Name: madeVolume, DriverOpts: { type: "none", o: "bind", device: "/srv" } },
    teaches: "bind:/srv",
  },
  {
    name: "a network with addresses and a bridge of its choice",
    path: "/networks/create",
    body: {
      ...{ Name: madeNetwork, CheckDuplicate: true, Driver: "bridge" },
      Options: { "com.docker.network.bridge.name": "quay0" },
      IPAM: { Driver: "default", Config: [{ Subnet: "10.213.7.0/24" }] },
    },
    teaches: "network-option:com.docker.network.bridge.name,subnet:10.213.7.0/24",
  },
  {
    name: "a name for an image",
    path: `/images/${image}/tag?repo=${madeImage}&tag=new`,
    body: {},
    teaches: `tag:docker.io/library/${madeImage}:new`,
  },
  {
    name: "a name for what a container became",
    path: `/commit?container={id}&repo=${madeImage}&tag=committed`,
    body: {},
    teaches: `tag:docker.io/library/${madeImage}:committed`,
  },
];

/** Requests for the host itself: `teaches` allows them, and no refusal says so. */
const hostRequests: readonly Request[] = [
  creation("all rights", { Privileged: true }, "privileged"),
  creation("the engine's socket", { Binds: ["/var/run/docker.sock:/s"] }, "bind:/var/run/docker.sock"),
  creation("all of the host", { Binds: ["/:/h:ro"] }, `bind:/${readOnlyMode}`),
  creation("the host's processes", { PidMode: "host" }, "host:pid"),
  creation("the host's network", { NetworkMode: "host" }, "host:network"),
  creation("unmasked paths", { ReadonlyPaths: [] }, "unmask"),
  creation(
    "a volume that is an overlay",
    { Mounts: [{ Type: "volume", Target: "/h", VolumeOptions: { DriverConfig: { Options: overlay } } }] },
    "mount:overlay",
  ),
  creation("a volume that is a path of the host", { Binds: [`${bindVolume}:/h`] }, "bind:/etc"),
  {
    name: "a privileged command",
    path: "/containers/{id}/exec",
    body: { Cmd: ["true"], Privileged: true },
    teaches: "privileged",
  },
];

/** Sends a request to a gate with these powers, and gives the status and the sentence. */
async function send(
  powers: string,
  { path, body }: Pick<Request, "path" | "body">,
): Promise<{ readonly status: number; readonly message: string }> {
  const gate = await openTestGate({ env: { ...everySwitch, QUAYGATE_POWERS: powers }, engineSocket });
  try {
    const response = await fetch(`http://127.0.0.1:${gate.port}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, message: await response.text() };
  } finally {
    await gate.close();
  }
}

/** The powers that a refusal says to add. */
function taught(reply: string): string | undefined {
  const parsed: unknown = JSON.parse(reply);
  const isMessage = typeof parsed === "object" && parsed !== null && "message" in parsed;
  return isMessage ? taughtBy(String(parsed.message)) : undefined;
}

describe.runIf(hasEngine)("a refusal of powers", () => {
  beforeAll(async () => {
    const bind = ["--opt=type=none", "--opt=o=bind", "--opt=device=/etc"];
    await dockerOutput(engineHost, ["volume", "create", ...bind, bindVolume]);
    await dockerOutput(engineHost, ["create", `--name=${source}`, image]);
  });
  afterAll(() => removeMade(leftovers));

  test.each(requests)("teaches what lets the same request pass: $name", async ({ path, body, teaches }) => {
    const name = transientName("container");
    const suffix = path === "/containers/create" ? `?name=${name}` : "";
    const id = path.includes("{id}") ? await idleContainer() : "";
    const target = `${path.replace("{id}", id)}${suffix}`;
    const refusal = await send("default", { path: target, body });
    expect({ status: refusal.status, taught: taught(refusal.message) }).toEqual({
      status: 403,
      taught: teaches,
    });
    // Less than what is taught is not enough.
    for (const power of teaches.split(",")) {
      const others = teaches.split(",").filter((other) => other !== power);
      expect(await send(["default", ...others].join(","), { path: target, body })).toMatchObject({
        status: 403,
      });
    }
    expect(await send(`default,${teaches}`, { path: target, body })).toMatchObject({ status: 201 });
  });

  test.each(hostRequests)("advises nobody to allow what is the host itself: $name", async (request) => {
    const id = request.path.includes("{id}") ? await idleContainer() : "";
    const name = transientName("container");
    const suffix = request.path === "/containers/create" ? `?name=${name}` : "";
    const path = `${request.path.replace("{id}", id)}${suffix}`;
    const refusal = await send("default", { path, body: request.body });
    expect(refusal.status).toBe(403);
    expect(refusal.message).toContain(` asks for the power ${request.teaches} (`);
    expect(refusal.message).not.toMatch(/To allow|QUAYGATE_POWERS/u);
    expect(refusal.message).toMatch(/ does not hold\. \S+ (?:is root on the host|takes away the wall)/u);
    expect(await send(`default,${request.teaches}`, { path, body: request.body })).toMatchObject({
      status: 201,
    });
  });

  test("of many powers shows the first, and teaches all of them at once", async () => {
    const body = {
      Image: image,
      HostConfig: {
        CapAdd: ["SYS_PACCT", "NET_ADMIN", "SYS_TIME", "SYS_NICE", "LEASE", "SYSLOG", "SYS_BOOT"],
        Binds: ["/srv:/srv"],
        UTSMode: "host",
      },
    };
    const path = `/containers/create?name=${transientName("container")}`;
    const { message } = await send("default", { path, body });
    expect(message).toContain(", and 5 more, which");
    expect(await send(`default,${taught(message)}`, { path, body })).toMatchObject({ status: 201 });
  });

  test("by a list that holds nothing teaches the whole list that a plain container needs", async () => {
    const name = transientName("container");
    onTestFinished(() => removeMade({ containers: [name] }));
    const request = {
      path: `/containers/create?name=${name}`,
      body: { Image: image, Cmd: ["echo", "a, b"], Labels: { a: "b" }, HostConfig: { NetworkMode: "none" } },
    };
    const list = ["none"];
    let answer = await send(list.join(","), request);
    for (let round = 0; round < 9 && answer.status === 403; round += 1) {
      list.push(...(taught(answer.message)?.split(",") ?? []));
      answer = await send(list.join(","), request);
    }
    expect({ list, status: answer.status }).toEqual({
      list: [
        ...["none", `name:${name}`, "image:docker.io/library/busybox:test", 'command:echo "a%2C b"'],
        ...["label:a", "network:none", "user:(image)", "entrypoint:(image)"],
      ],
      status: 201,
    });
  });
});
