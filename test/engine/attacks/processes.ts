import type { Attack } from "./attack.ts";

/** Attacks on containers that are there: `victim` runs, `idle` is started here, `dormant` is never started. */
export const processAttacks: readonly Attack[] = [
  {
    name: "a privileged process",
    target: "/v1.41/containers/victim/exec",
    body: { Cmd: ["true"], Privileged: true },
    refusal: /power privileged \(Privileged = true\)/u,
  },
  {
    name: "a privileged process in another spelling",
    target: "/v1.41/containers/victim/exec",
    body: '{"Cmd":["true"],"privileged":true}',
    refusal: /power privileged \(Privileged = true\)/u,
  },
  {
    name: "a privileged process that takes nothing back",
    target: "/v1.41/containers/victim/exec",
    body: '{"Cmd":["true"],"Privileged":true,"Privileged":null}',
    refusal: /a key stands twice/u,
  },
  {
    name: "a start that rewrites the container",
    target: "/v1.23/containers/idle/start",
    body: { Binds: ["/etc:/host"], NetworkMode: "none" },
    made: { at: "/containers/idle/json", like: { HostConfig: { Binds: ["/etc:/host"] } } },
    until: "1.44",
    refusal: /API version 1\.23 is too old/u,
  },
  {
    name: "a start that rewrites the container, in a version that passes",
    target: "/v1.41/containers/idle/start",
    body: { Privileged: true },
    unsupported: "engines take no body here from API 1.24 on",
    refusal: /power privileged/u,
  },
  {
    name: "a start from a checkpoint in a folder of the host",
    target: "/v1.41/containers/dormant/start?checkpoint=x&checkpoint-dir=/etc",
    fails: /checkpoint|experimental/u,
    refusal: /checkpoint:\/etc/u,
  },
];
