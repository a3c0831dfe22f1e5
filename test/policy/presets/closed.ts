import { operations } from "../../../src/docker/operations.ts";
import type { OperationName } from "../../../src/docker/operations.ts";
import type { ProgramCall } from "./calls.ts";

/** What no program of these needs, whatever it is for. */
export const ALWAYS_CLOSED: readonly string[] = [
  "GET /containers/web/export",
  "GET /containers/web/archive?path=/",
  "HEAD /containers/web/archive?path=/",
  "GET /containers/web/attach/ws",
  "POST /exec/0a1b/resize",
  "GET /images/nginx/get",
  "GET /images/get?names=nginx",
  "POST /images/load",
  "POST /images/nginx/push",
  "POST /images/nginx/tag?repo=a",
  "POST /build",
  "POST /grpc",
  "POST /session",
  "POST /commit?container=web",
  "POST /auth",
  "POST /containers/prune",
  "POST /volumes/prune",
  "GET /plugins",
  "POST /plugins/pull?remote=a",
  "GET /swarm",
  "GET /swarm/unlockkey",
  "POST /swarm/init",
  "POST /nodes/0a1b/update",
  "POST /configs/create",
  "GET /debug/pprof/",
  "GET /libpod/containers/json",
  "POST /libpod/containers/create",
];

/** One call of every operation of Docker's API but these; what it is about is called `web`, whatever it is. */
export function allCallsBut(asked: ReadonlySet<OperationName>): readonly string[] {
  return operations
    .filter(({ name, methods }) => !asked.has(name) && !methods.includes("OPTIONS"))
    .flatMap(({ methods, template }) =>
      methods.map((method) => `${method} ${template.replaceAll(/\{\w+(?:\.\.\.)?\}/gu, "web")}`),
    );
}

function create(hostConfig: object): ProgramCall {
  return {
    call: "POST /containers/create?name=taken",
    body: { Image: "busybox:test", Cmd: ["true"], HostConfig: { NetworkMode: "none", ...hostConfig } },
  };
}

/** What no program of these may ask for, by an operation that it has or by one that it has not. */
export const TOO_MUCH: ReadonlyMap<string, ProgramCall> = new Map([
  ["a privileged container", create({ Privileged: true })],
  ["a container with the host's files", create({ Binds: ["/:/host"] })],
  [
    "a container with a folder of the host",
    create({ Mounts: [{ Type: "bind", Source: "/etc", Target: "/etc", ReadOnly: true }] }),
  ],
  [
    "a container with the engine's socket",
    create({ Binds: ["/var/run/docker.sock:/var/run/docker.sock:ro"] }),
  ],
  ["a container among the host's processes", create({ PidMode: "host" })],
  ["a container in the host's network", create({ NetworkMode: "host" })],
  ["a container in another one's network", create({ NetworkMode: "container:web" })],
  ["a container with the host's memory", create({ IpcMode: "host" })],
  ["a container with another one's volumes", create({ VolumesFrom: ["web"] })],
  ["a container that may do what root may", create({ CapAdd: ["SYS_ADMIN"] })],
  ["a container without a profile", create({ SecurityOpt: ["apparmor=unconfined"] })],
  [
    "a container with a device",
    create({ Devices: [{ PathOnHost: "/dev/kmsg", PathInContainer: "/dev/kmsg", CgroupPermissions: "r" }] }),
  ],
  [
    "a volume that is a folder of the host",
    {
      call: "POST /volumes/create",
      body: { Name: "taken", Driver: "local", DriverOpts: { type: "none", o: "bind", device: "/" } },
    },
  ],
  [
    "a network that is the host's own",
    {
      call: "POST /networks/create",
      body: { Name: "taken", Driver: "macvlan", Options: { parent: "eth0" } },
    },
  ],
  [
    "a service with the host's files",
    {
      call: "POST /services/create",
      body: {
        Name: "taken",
        TaskTemplate: {
          ContainerSpec: {
            Image: "busybox:test",
            Mounts: [{ Type: "bind", Source: "/", Target: "/host" }],
          },
        },
      },
    },
  ],
  [
    "a privileged command in a container",
    { call: "POST /containers/web/exec", body: { Cmd: ["true"], Privileged: true } },
  ],
  ["an image from anywhere", { call: "POST /images/create?fromSrc=http://127.0.0.1:9/a.tar&repo=taken" }],
]);
