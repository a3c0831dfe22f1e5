import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

/** Debian's own Python: another one on the path would not find Debian's packages. */
const python = "/usr/bin/python3";
const packageFolder = "/usr/lib/python3/dist-packages/docker";

/** Whether Debian's `python3-docker` is here. */
export const hasDockerPy: boolean = existsSync(python) && existsSync(packageFolder);

/** Runs a Python program against that host and resolves to what it printed, as JSON; throws when it fails. */
export function runPython(
  host: string,
  program: string,
  programArguments: readonly string[],
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // Isolated: no settings and no packages of the machine's user.
    const child = spawn(python, ["-I", "-c", program, ...programArguments], {
      env: { PATH: "/usr/bin:/bin", HOME: "/nonexistent", DOCKER_HOST: host, LC_ALL: "C.UTF-8" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(stdout).toString()));
      else reject(new Error(`python3 ended with ${String(code)}: ${Buffer.concat(stderr).toString()}`));
    });
  });
}
