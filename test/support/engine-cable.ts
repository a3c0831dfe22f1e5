import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A network of two: this machine, and the namespace in which an engine of a test has its own network. */
export interface EngineCable {
  /** Two addresses of this machine there, as two hosts have. */
  readonly hosts: readonly [first: string, second: string];
  /** The address at which the engine's published ports are. */
  readonly engine: string;
  close(): void;
}

/** The eight addresses of this process out of a block for documentation, which no real network has (RFC 5737). */
const block = (process.pid % 32) * 8;
const [first, second, engine] = [1, 2, 3].map((host) => `198.51.100.${block + host}`);

/** Lays a cable (as root) from this machine to the network of the engine with this socket. */
export function openEngineCable(socketPath: string): EngineCable {
  const [near, far] = [`qe${process.pid}`, `qf${process.pid}`] as const;
  const pid = daemonOf(socketPath);
  const ip = (...words: readonly string[]): void => {
    execFileSync("ip", words, { stdio: "pipe" });
  };
  const ipThere = (...words: readonly string[]): void => {
    execFileSync("nsenter", [`--net=/proc/${pid}/ns/net`, "ip", ...words], { stdio: "pipe" });
  };
  ip("link", "add", near, "type", "veth", "peer", "name", far);
  ip("link", "set", far, "netns", pid);
  ip("address", "add", `${first}/29`, "dev", near);
  ip("address", "add", `${second}/29`, "dev", near);
  ip("link", "set", near, "up");
  ipThere("address", "add", `${engine}/29`, "dev", far);
  ipThere("link", "set", far, "up");
  return {
    hosts: [first ?? "", second ?? ""],
    engine: engine ?? "",
    // With one end goes the other.
    close: () => void spawnSync("ip", ["link", "delete", near]),
  };
}

/** The daemon with this socket, as this machine numbers its processes: its command line says so. */
function daemonOf(socketPath: string): string {
  const pid = readdirSync("/proc").find(
    (name) =>
      /^[0-9]+$/u.test(name) && commandLineOf(name).startsWith(`dockerd\0--host\0unix://${socketPath}\0`),
  );
  if (pid === undefined) throw new Error(`no dockerd listens on ${socketPath}`);
  return pid;
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It ended meanwhile.
    return "";
  }
}
