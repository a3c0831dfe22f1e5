import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

/** Whether such networks can be made here: by root, with ip(8), and where the kernel lets it. */
export const hasNamespaces: boolean = process.getuid?.() === 0 && canMakeOne(`quaygate-${process.pid}-try`);

function canMakeOne(name: string): boolean {
  const { status } = spawnSync("ip", ["netns", "add", name]);
  spawnSync("ip", ["netns", "delete", name]);
  return status === 0;
}

/** A network of the gate's, on which one machine is. Its addresses are for documentation (RFC 5737, RFC 3849). */
export interface GateNetwork {
  readonly gate: readonly [ipv4: string, ipv6: string];
  readonly machine: readonly [ipv4: string, ipv6: string];
}

/** The network whose addresses the gate is to be called at. */
export const front: GateNetwork = {
  gate: ["192.0.2.1", "2001:db8:a::1"],
  machine: ["192.0.2.2", "2001:db8:a::2"],
};
/** Another one. */
export const back: GateNetwork = {
  gate: ["198.51.100.1", "2001:db8:b::1"],
  machine: ["198.51.100.2", "2001:db8:b::2"],
};
/** Addresses that are on neither; both machines have them. */
export const far = ["203.0.113.7", "2001:db8:f::7"] as const;

/** Where something runs: the gate, or the machine on one of its networks. */
export type Whose = "gate" | "front" | "back";

/** An answer, and what stands in it. */
export interface CallAnswer {
  readonly status: number;
  readonly body: string;
}

/** Three machines: one for a gate, and one on each of its two networks. */
export interface GateNetworks {
  /** What is written before a command that runs on one of them. */
  readonly on: (whose: Whose) => readonly string[];
  /** Connects the gate to a network. */
  readonly connect: (whose: "front" | "back") => void;
  /** Changes one of them by ip(8): `address add …`. */
  readonly ip: (whose: Whose, words: string) => string;
  /** Has an interface look whether others have its addresses already (RFC 4862 §5.4), which the others take for granted. */
  readonly detectDuplicates: (whose: Whose, device: string) => void;
  /** The link-local address of an interface. */
  readonly linkLocalOf: (whose: Whose, device: string) => string;
  /**
   * A neighbour who advertises a route to an address of its own, calls from there, takes the route back and sends `GET`. It says `sent`
   * then; at a line to it, the route is there again, and it says the answer.
   */
  readonly callByAdvertisedRoute: (whose: Whose, gate: string, port: number, from: string) => ChildProcess;
  /** Sends `GET` from one of them, and from an address of its own where one is told. */
  readonly call: (whose: Whose, url: string, from?: string) => Promise<CallAnswer>;
}

let made = 0;

/**
 * Makes them, as network namespaces, until the test ends. The gate's interfaces are called as its networks, those of the machines
 * eth0. A machine calls the other network's addresses of the gate by the gate's own on its network.
 */
export function openGateNetworks(connected: readonly ("front" | "back")[] = ["front", "back"]): GateNetworks {
  made += 1;
  const nameOf = (whose: Whose): string => `quaygate-${process.pid}-${made}-${whose}`;
  const run = (program: string, words: readonly string[]): string =>
    execFileSync(program, words, { stdio: "pipe", encoding: "utf8" });
  const ip = (whose: Whose, words: string): string =>
    run("ip", ["-netns", nameOf(whose), ...words.split(" ")]);
  const detectDuplicates = (whose: Whose, device: string, value = 1): void => {
    const path = `/proc/sys/net/ipv6/conf/${device}/accept_dad`;
    run("ip", ["netns", "exec", nameOf(whose), "sh", "-c", `echo ${value} >${path}`]);
  };
  for (const whose of ["gate", "front", "back"] as const) {
    onTestFinished(() => void spawnSync("ip", ["netns", "delete", nameOf(whose)]));
    run("ip", ["netns", "add", nameOf(whose)]);
    ip(whose, "link set lo up");
    detectDuplicates(whose, "default", 0);
  }
  const connect = (whose: "front" | "back"): void => {
    const [network, other] = whose === "front" ? [front, back] : [back, front];
    run("ip", [
      ..."link add".split(" "),
      ...`${whose} netns ${nameOf("gate")} type veth peer name eth0 netns ${nameOf(whose)}`.split(" "),
    ]);
    for (const [index, length, whole] of [
      [0, 24, 32],
      [1, 64, 128],
    ] as const) {
      ip("gate", `address add ${network.gate[index]}/${length} dev ${whose}`);
      ip(whose, `address add ${network.machine[index]}/${length} dev eth0`);
      ip(whose, `address add ${far[index]}/${whole} dev lo`);
    }
    ip("gate", `link set ${whose} up`);
    ip(whose, "link set eth0 up");
    for (const index of [0, 1] as const) {
      ip(whose, `route add ${other.gate[index]} via ${network.gate[index]} dev eth0`);
    }
  };
  for (const whose of connected) connect(whose);
  return {
    on: (whose) => ["ip", "netns", "exec", nameOf(whose)],
    connect,
    ip,
    detectDuplicates,
    linkLocalOf: (whose, device) => {
      const [, address] = /inet6 (fe80:[0-9a-f:]+)/u.exec(ip(whose, `-6 address show dev ${device}`)) ?? [];
      return `${address ?? "none"}%${device}`;
    },
    callByAdvertisedRoute: (whose, gate, port, from) =>
      spawn(
        "ip",
        ["netns", "exec", nameOf(whose), "perl", "-e", CALL_BY_ADVERTISED_ROUTE, gate, String(port), from],
        { stdio: ["pipe", "pipe", "inherit"] },
      ),
    call: async (whose, url, from) => {
      const words = ["netns", "exec", nameOf(whose), process.execPath, "-e", CALL, url, from ?? ""];
      const { stdout } = await promisify(execFile)("ip", words);
      const [status = "", ...body] = stdout.split("\n");
      return { status: Number(status), body: body.join("\n") };
    },
  };
}

const CALL = `
  const [, url, from] = process.argv;
  const { host, ...where } = require("node:url").urlToHttpOptions(new URL(url));
  require("node:http").get({ ...where, agent: false, ...(from === "" ? {} : { localAddress: from }) }, (answer) => {
    console.log(answer.statusCode);
    answer.pipe(process.stdout);
  });
`;

/** Router advertisements (RFC 4861 §4.2) have one prefix of one address, on the link (§4.6.2). Node opens no raw sockets. */
const CALL_BY_ADVERTISED_ROUTE = `
  use strict;
  use Socket qw(:all);
  my ($gate, $port, $from) = @ARGV;
  my ($icmp, $hops, $all) = (58, 18, "ff02::1");
  my ($scope) = \`ip -o link show dev eth0\` =~ /^(\\d+):/;
  socket(my $raw, AF_INET6, SOCK_RAW, $icmp) or die "raw: $!";
  setsockopt($raw, IPPROTO_IPV6, $hops, pack("i", 255)) or die "hops: $!";
  sub advertise {
    my ($lifetime) = @_;
    my $head = pack("CCnCCnNN", 134, 0, 0, 64, 0, 0, 0, 0);
    my $prefix = pack("CCCCNNN", 3, 4, 128, 0x80, $lifetime, $lifetime, 0) . inet_pton(AF_INET6, $from);
    send($raw, $head . $prefix, 0, pack_sockaddr_in6(0, inet_pton(AF_INET6, $all), $scope)) or die "send: $!";
  }
  advertise(1000);
  select(undef, undef, undef, 0.2);
  socket(my $call, AF_INET6, SOCK_STREAM, 0) or die "socket: $!";
  bind($call, pack_sockaddr_in6(0, inet_pton(AF_INET6, $from))) or die "bind: $!";
  connect($call, pack_sockaddr_in6($port, inet_pton(AF_INET6, $gate))) or die "connect: $!";
  advertise(0);
  send($call, "GET /_ping HTTP/1.1\\r\\nHost: gate\\r\\nConnection: close\\r\\n\\r\\n", 0);
  $| = 1;
  print "sent\\n";
  <STDIN>;
  advertise(1000);
  print while <$call>;
`;
