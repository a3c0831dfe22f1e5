import { spawn } from "node:child_process";
import { basename } from "node:path";
import { systemFailure } from "../kernel/system-error.ts";

const DOCKER_CLIENTS: ReadonlySet<string> = new Set(["docker", "docker-compose"]);
/** Those of their options before the subcommand that have no value. */
const WITHOUT_VALUE: ReadonlySet<string> = new Set([
  "-D",
  "--debug",
  "--tls",
  "--tlsverify",
  "--verbose",
  "--no-ansi",
  "--compatibility",
]);

/** The option by which `docker` or Compose asks another engine than that of DOCKER_HOST, if it has one. */
export function engineOption(command: string, parameters: readonly string[]): string | undefined {
  if (!DOCKER_CLIENTS.has(basename(command))) return undefined;
  for (let at = 0; at < parameters.length; at += 1) {
    const word = parameters[at] ?? "";
    if (!word.startsWith("-") || word === "--") return undefined;
    if (/^(?:--host|--context)(?:=|$)|^-D?[Hc]/u.test(word)) return word;
    if (!word.includes("=") && !WITHOUT_VALUE.has(word)) at += 1;
  }
  return undefined;
}

/** These would have a client speak TLS, or to another place. */
const MISLEADING: ReadonlySet<string> = new Set([
  "DOCKER_CERT_PATH",
  "DOCKER_CONTEXT",
  "DOCKER_TLS",
  "DOCKER_TLS_VERIFY",
]);

/** Runs a command to its end; it gets the signals that we get. Says why it could not be run, if so. */
export async function runCommand(
  command: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const env = Object.fromEntries(Object.entries(environment).filter(([name]) => !MISLEADING.has(name)));
  // Its output is no part of the report.
  const child = spawn(command, parameters, { env, stdio: ["inherit", 2, 2] });
  let signals = 0;
  const passOn = (signal: NodeJS.Signals): void => {
    signals += 1;
    child.kill(signals > 1 ? "SIGKILL" : signal);
  };
  for (const signal of SIGNALS) process.on(signal, passOn);
  const failure = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(explainFailure(error)));
    child.once("close", () => resolve(undefined));
  });
  for (const signal of SIGNALS) process.off(signal, passOn);
  return failure;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function explainFailure(error: unknown): string {
  const { code, message } = systemFailure(error);
  if (code === "ENOENT") return "there is no such command";
  return code === "EACCES" ? "permission denied" : message;
}
