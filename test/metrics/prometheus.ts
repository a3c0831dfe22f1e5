import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { root } from "../../scripts/set-up.mjs";
import { entriesOf } from "../examples/example.ts";

/** Where the rules and the scrape are. */
export const PROMETHEUS_FOLDER: string = join(root, "deploy/prometheus");

/** Tells whether the tests with the real Prometheus run: where it is installed, and always in CI, where it must be. */
export const asksPrometheus: boolean = isInstalled() || process.env["CI"] === "true";

if (!asksPrometheus) {
  console.log("Left out: the tests with the real Prometheus, because prometheus is not installed.");
}

const START_DEADLINE = 20_000;
const POLL_INTERVAL = 50;

/** A real Prometheus that scrapes one gate, five times a second, and has the rules. */
export interface Prometheus {
  /** Evaluates an expression at this moment, and gives the number of each series; throws where it is none to Prometheus. */
  query(expression: string): Promise<readonly number[]>;
  /** The names of the alerts that it has of the rules. */
  alerts(): Promise<readonly string[]>;
}

/** Runs `promtool` in the folder of the rules, and gives all that it says; throws with that where it fails. */
export function promtool(words: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync("promtool", words, {
    cwd: PROMETHEUS_FOLDER,
    encoding: "utf8",
    input,
  });
  if (status !== 0) throw new Error(`promtool ${words.join(" ")}: ${stdout}${stderr}`);
  return stdout + stderr;
}

/** Starts one to the end of the test. */
export async function startPrometheus(gate: {
  readonly host: string;
  readonly port: number;
}): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-prometheus-"));
  const configuration = join(folder, "prometheus.yml");
  const target = `${gate.host}:${gate.port}`;
  writeFileSync(
    configuration,
    JSON.stringify({
      global: { scrape_interval: "200ms", evaluation_interval: "200ms" },
      rule_files: [join(PROMETHEUS_FOLDER, "quaygate.rules.yaml")],
      scrape_configs: [{ job_name: "quaygate", static_configs: [{ targets: [target] }] }],
    }),
  );
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    "prometheus",
    [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${address}`,
      "--log.level=warn",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const ask = async (path: string): Promise<unknown> => (await fetch(`http://${address}${path}`)).json();
  const deadline = Date.now() + START_DEADLINE;
  while ((await fetch(`http://${address}/-/ready`).catch(() => undefined))?.status !== 200) {
    if (Date.now() > deadline) throw new Error(`prometheus did not start: ${complaint}`);
    await delay(POLL_INTERVAL);
  }
  return {
    query: async (expression) => {
      const answer = entriesOf(await ask(`/api/v1/query?query=${encodeURIComponent(expression)}`));
      if (answer.get("status") !== "success") {
        throw new Error(`${expression}: ${String(answer.get("error"))}`);
      }
      const results = [...entriesOf(entriesOf(answer.get("data")).get("result")).values()];
      return results.map((series) => Number(entriesOf(entriesOf(series).get("value")).get("1")));
    },
    alerts: async () => {
      const text = JSON.stringify(await ask("/api/v1/rules?type=alert"));
      return [...text.matchAll(/"name":"(?<name>Quaygate\w+)"/gu)].map(
        ({ groups }) => groups?.["name"] ?? "",
      );
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const bound = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof bound === "object" && bound !== null ? bound.port : 0;
}

function isInstalled(): boolean {
  try {
    execFileSync("promtool", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
