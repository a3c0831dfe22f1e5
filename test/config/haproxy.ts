import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A real HAProxy that answers 200 where a rule allowed, and 403 elsewhere. */
export interface HaproxyOracle {
  /** Gives the status that this path and method get. */
  ask(method: string, path: string): Promise<number>;
  close(): Promise<void>;
}

const startDeadlineMilliseconds = 10_000;

/** Tells whether the tests that ask the real HAProxy run: where it is installed, and always in CI, where it must be. */
export const asksHaproxy: boolean = isInstalled() || process.env["CI"] === "true";

if (!asksHaproxy) {
  console.log("Left out: the comparison with the real HAProxy, because haproxy is not installed.");
}

/** Starts HAProxy on a unix socket of its own with these rules, and with only this environment. */
export async function openHaproxy(
  rules: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<HaproxyOracle> {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-haproxy-"));
  const socketPath = join(folder, "oracle.sock");
  const configuration = join(folder, "haproxy.cfg");
  writeFileSync(
    configuration,
    [
      "global",
      "  log stderr format raw local0 emerg",
      "defaults",
      "  mode http",
      "  timeout client 10s",
      "  timeout server 10s",
      "  timeout connect 10s",
      "frontend oracle",
      `  bind unix@${socketPath}`,
      ...rules.map((rule) => `  ${rule}`),
      "  http-request deny",
      "",
    ].join("\n"),
  );
  const child = spawn("haproxy", ["-db", "-f", configuration], {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const ended = once(child, "exit");
  const close = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const ask = (method: string, path: string): Promise<number> => askSocket(socketPath, method, path);
  for (let waited = 0; waited < startDeadlineMilliseconds; waited += 50) {
    const status = await ask("GET", "/").catch(() => undefined);
    if (status !== undefined) {
      return { ask, close };
    }
    await delay(50);
  }
  await close();
  throw new Error(`haproxy did not start: ${complaint}`);
}

function askSocket(socketPath: string, method: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, agent: false }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

function isInstalled(): boolean {
  try {
    execFileSync("haproxy", ["-v"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
