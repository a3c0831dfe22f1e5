import { readdirSync, readFileSync } from "node:fs";
import type { GateEnd, Kernel } from "../../clients/own-network.ts";
import { dgram, os } from "../../kernel/late-modules.ts";

/** The kernel of this network namespace. */
export const kernel: Kernel = { ends, sourceTo, advertised };

const NO_WAY: ReadonlySet<unknown> = new Set(["ENETUNREACH", "EHOSTUNREACH", "EACCES"]);
/** Discard (RFC 863). To connect a socket of datagrams sends nothing. */
const PORT = 9;

function ends(): readonly GateEnd[] {
  return Object.entries(os().networkInterfaces()).flatMap(([label, addresses = []]) => {
    // An IPv4 address may have a label such as eth0:1 in the place of its interface's name, in which no colon can be.
    const device = label.split(":", 1)[0] ?? label;
    return addresses.map((each) => ({
      device,
      address: each.family === "IPv6" && each.scopeid > 0 ? `${each.address}%${device}` : each.address,
    }));
  });
}

/** Connects a socket of datagrams, for which the kernel chooses a way and an address, and reads which one. */
function sourceTo(to: string, from?: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = dgram().createSocket(to.includes(":") ? "udp6" : "udp4");
    const fail = (error: Error): void => {
      socket.close();
      if ("code" in error && NO_WAY.has(error.code)) resolve(undefined);
      else reject(error);
    };
    const connect = (): void =>
      socket.connect(PORT, to, (error?: Error) => {
        if (error instanceof Error) {
          fail(error);
          return;
        }
        const { address } = socket.address();
        socket.close();
        resolve(address);
      });
    socket.once("error", fail);
    if (from === undefined) connect();
    else socket.bind(0, from, connect);
  });
}

/** Also interfaces without an address: what is advertised there leads to them as well. Throws where the kernel does not say it. */
function advertised(): readonly string[] {
  // Most hear none, and to look at each of many interfaces takes milliseconds.
  if (!hasHeard("snmp6")) return [];
  return readdirSync(`${COUNTS}/${EACH}`).filter(
    (device) => takesRoutes(device) && hasHeard(`${EACH}/${device}`),
  );
}

/** What the kernel counts in IPv6, of all interfaces and of each. */
const COUNTS = "/proc/self/net";
const EACH = "dev_snmp6";
const HEARD = /^Icmp6InRouterAdvertisements\s+[1-9]/mu;

function hasHeard(counted: string): boolean {
  return HEARD.test(readFileSync(`${COUNTS}/${counted}`, "utf8"));
}

/** Advertisements count for hosts: for what passes packets on only where it is told so, by 2. */
function takesRoutes(device: string): boolean {
  const accepts = readSwitch(device, "accept_ra");
  return accepts === 2 || (accepts !== 0 && readSwitch(device, "forwarding") === 0);
}

function readSwitch(device: string, name: string): number {
  return Number(readFileSync(`/proc/sys/net/ipv6/conf/${device}/${name}`, "utf8"));
}
