import { execFile, execFileSync, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

/** A network of two: this machine, and a namespace that programs can run in. */
export interface NetworkNamespace {
  /** This machine's address there. */
  readonly address: string;
  /** The address of what runs in the namespace. */
  readonly client: string;
  /** Runs a program in the namespace and resolves to what it printed. */
  run(program: string, words: readonly string[]): Promise<string>;
}

/** The four addresses of this process out of a block for documentation, which no real network has (RFC 5737). */
const first = (process.pid % 64) * 4;
const [here, there] = [`203.0.113.${first + 1}`, `203.0.113.${first + 2}`] as const;

/** Makes such a network by a cable between the two (as root); it is gone when the test ends. */
export function openNetworkNamespace(): NetworkNamespace {
  const name = `quaygate-${process.pid}`;
  const cable = `qg${process.pid}`;
  const ip = (...words: readonly string[]): void => {
    execFileSync("ip", words, { stdio: "pipe" });
  };
  onTestFinished(() => {
    // With the namespace goes its end of the cable, and with that the other.
    spawnSync("ip", ["netns", "delete", name]);
    spawnSync("ip", ["link", "delete", cable]);
  });
  ip("netns", "add", name);
  ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name);
  ip("address", "add", `${here}/30`, "dev", cable);
  ip("link", "set", cable, "up");
  ip("-netns", name, "address", "add", `${there}/30`, "dev", "eth0");
  ip("-netns", name, "link", "set", "eth0", "up");
  return {
    address: here,
    client: there,
    run: async (program, words) => {
      const { stdout } = await promisify(execFile)("ip", ["netns", "exec", name, program, ...words]);
      return stdout;
    },
  };
}
