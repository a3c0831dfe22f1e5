import type { Attack } from "./attack.ts";

function volume(name: string, options: object, refusal: RegExp): Attack {
  return {
    name: `a volume that is ${name}`,
    target: "/v1.41/volumes/create",
    body: { Name: "NAME", Driver: "local", DriverOpts: options },
    made: { at: "/volumes/NAME", like: { Options: options } },
    refusal,
  };
}

function network(name: string, settings: object, shown: object, refusal: RegExp): Attack {
  return {
    name: `a network ${name}`,
    target: "/v1.41/networks/create",
    body: { Name: "NAME", ...settings },
    made: { at: "/networks/NAME", like: shown },
    refusal,
  };
}

/** Attacks by volumes. */
export const volumeAttacks: readonly Attack[] = [
  volume("a bind of the host", { type: "none", o: "bind", device: "/" }, /bind:\/ \(DriverOpts/u),
  volume(
    "a bind, among other words",
    { type: "none", o: "ro,rbind", device: "/etc" },
    /bind:\/etc(?::ro-nonrecursive)? \(/u,
  ),
  volume("a bind that calls itself tmpfs", { type: "tmpfs", o: "bind", device: "/etc" }, /bind:\/etc/u),
  volume(
    "an overlay of the host",
    { type: "overlay", o: "lowerdir=/etc:/usr", device: "overlay" },
    /mount:overlay/u,
  ),
  volume("the host's proc", { type: "proc", device: "proc" }, /mount:proc/u),
  volume("a disk of the host", { type: "ext4", device: "/dev/sda1" }, /mount:ext4/u),
  volume("another machine's", { type: "nfs", o: "addr=127.0.0.1", device: ":/" }, /mount:nfs/u),
  {
    name: "a volume with options in another spelling",
    target: "/v1.41/volumes/create",
    body: '{"Name":"NAME","driveropts":{"type":"none","o":"bind","device":"/"}}',
    made: { at: "/volumes/NAME", like: { Options: { device: "/" } } },
    refusal: /bind:\/ \(DriverOpts/u,
  },
  {
    name: "a volume with options twice",
    target: "/v1.41/volumes/create",
    body: '{"Name":"NAME","DriverOpts":{"type":"none","o":"bind"},"DriverOpts":{"device":"/"}}',
    made: { at: "/volumes/NAME", like: { Options: { type: "none", o: "bind", device: "/" } } },
    refusal: /a key stands twice/u,
  },
];

/** Attacks by networks. */
export const networkAttacks: readonly Attack[] = [
  network(
    "with a range of its choice",
    { IPAM: { Config: [{ Subnet: "192.168.77.0/24" }] } },
    { IPAM: { Config: [{ Subnet: "192.168.77.0/24" }] } },
    /subnet:192\.168\.77\.0\/24/u,
  ),
  network(
    "on a bridge of its choice",
    { Options: { "com.docker.network.bridge.name": "br-evil" } },
    { Options: { "com.docker.network.bridge.name": "br-evil" } },
    /network-option:com\.docker\.network\.bridge\.name/u,
  ),
  network("that is a configuration for others", { ConfigOnly: true }, { ConfigOnly: true }, /network-kind:/u),
  {
    name: "a network on the host's own",
    target: "/v1.41/networks/create",
    body: { Name: "NAME", Driver: "macvlan", Options: { parent: "lo" } },
    unsupported: "a kernel without macvlan says so only after it was asked",
    refusal: /network-driver:macvlan/u,
  },
];
