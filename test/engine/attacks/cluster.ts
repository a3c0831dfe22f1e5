import type { Attack } from "./attack.ts";

function service(name: string, task: object, shown: object, refusal: RegExp): Attack {
  return {
    name: `a service with ${name}`,
    target: "/v1.41/services/create",
    body: { Name: "NAME", TaskTemplate: task, Mode: { Replicated: { Replicas: 0 } } },
    made: { at: "/services/NAME", like: { Spec: { TaskTemplate: shown } } },
    refusal,
  };
}

function container(name: string, settings: object, refusal: RegExp): Attack {
  const task = { ContainerSpec: { Image: "busybox:test", ...settings } };
  return service(name, task, { ContainerSpec: settings }, refusal);
}

/** Attacks through a swarm. `SECRET` is the id of a secret that is there. */
export const clusterAttacks: readonly Attack[] = [
  container(
    "the host's root",
    { Mounts: [{ Type: "bind", Source: "/", Target: "/host" }] },
    /bind:\/ \(TaskTemplate\.ContainerSpec\.Mounts\[0\]/u,
  ),
  container("all capabilities", { CapabilityAdd: ["ALL"] }, /cap:ALL/u),
  container(
    "a bind volume",
    {
      Mounts: [
        {
          Type: "volume",
          Target: "/host",
          VolumeOptions: {
            DriverConfig: { Name: "local", Options: { type: "none", o: "bind", device: "/" } },
          },
        },
      ],
    },
    /bind:\/ \(/u,
  ),
  container("a kernel parameter", { Sysctls: { "kernel.shmmax": "1" } }, /sysctl:kernel\.shmmax/u),
  container(
    "no SELinux",
    { Privileges: { SELinuxContext: { Disable: true } } },
    /security-opt:label=disable/u,
  ),
  service(
    "a log driver that sends elsewhere",
    {
      ContainerSpec: { Image: "busybox:test" },
      LogDriver: { Name: "syslog", Options: { "syslog-address": "udp://127.0.0.1:514" } },
    },
    { LogDriver: { Name: "syslog" } },
    /log-driver:syslog/u,
  ),
  service(
    "the host's network",
    { ContainerSpec: { Image: "busybox:test" }, Networks: [{ Target: "host" }] },
    {},
    /host:network/u,
  ),
  {
    name: "a service that installs a plugin",
    target: "/v1.41/services/create",
    body: {
      Name: "NAME",
      TaskTemplate: { Runtime: "plugin", PluginSpec: { Name: "evil", Remote: "127.0.0.1:1/evil" } },
    },
    made: { at: "/services/NAME", like: { Spec: { TaskTemplate: { Runtime: "plugin" } } } },
    refusal: /plugin:service/u,
  },
  {
    name: "a service that reads a secret",
    target: "/v1.41/services/create",
    body: {
      Name: "NAME",
      TaskTemplate: {
        ContainerSpec: {
          Image: "busybox:test",
          Secrets: [
            {
              SecretID: "SECRET",
              SecretName: "password",
              File: { Name: "p", UID: "0", GID: "0", Mode: 292 },
            },
          ],
        },
      },
      Mode: { Replicated: { Replicas: 0 } },
    },
    made: {
      at: "/services/NAME",
      like: { Spec: { TaskTemplate: { ContainerSpec: { Secrets: [{ SecretName: "password" }] } } } },
    },
    refusal: /secret:/u,
  },
  {
    name: "leaving the swarm",
    target: "/v1.41/swarm/leave",
    fails: /force/u,
    refusal: /swarm:leave/u,
  },
  {
    name: "joining another swarm",
    target: "/v1.41/swarm/join",
    body: { ListenAddr: "127.0.0.1:2399", RemoteAddrs: ["127.0.0.1:1"], JoinToken: "x" },
    fails: /already part of a swarm/u,
    refusal: /swarm:join/u,
  },
  {
    name: "making a swarm",
    target: "/v1.41/swarm/init",
    body: { ListenAddr: "127.0.0.1:2399", AdvertiseAddr: "127.0.0.1" },
    fails: /already part of a swarm/u,
    refusal: /swarm:init/u,
  },
  {
    name: "pulling a plugin",
    target: "/v1.41/plugins/pull?remote=127.0.0.1:1/evil",
    body: "[]",
    fails: /connection refused/u,
    refusal: /plugin:/u,
  },
];
