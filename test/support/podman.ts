import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { engineStatus } from "./engine.ts";
import { busyboxArchive } from "./images.ts";
import { eventually } from "./engine-gate.ts";

/** What one run of the `podman` program came to. */
export interface PodmanRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real Podman that one test file owns, alone in its folder. */
export interface Podman {
  readonly socketPath: string;
  /** Resolves when the service, its containers and its folder are gone. */
  stop(): Promise<void>;
}

/** Says in one sentence why there is no Podman to test on here, or nothing when there is one. */
export function explainMissingPodman(): string | undefined {
  if (process.platform !== "linux") return "a Podman of its own needs Linux";
  if (process.getuid?.() !== 0) return "starting a Podman of its own needs root";
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.some((folder) => existsSync(join(folder, "podman")))
    ? undefined
    : "podman is not installed (Debian: podman)";
}

/** Starts Podman's API service with storage of its own, and resolves when it answers and knows `localhost/busybox:test`. */
export async function startPodman(): Promise<Podman> {
  const folder = await mkdtemp(join(tmpdir(), "quaygate-podman-"));
  const socketPath = join(folder, "podman.sock");
  const place = [
    `--root=${join(folder, "root")}`,
    `--runroot=${join(folder, "run")}`,
    `--tmpdir=${join(folder, "tmp")}`,
    `--network-config-dir=${join(folder, "networks")}`,
    // The machine of the tests may be a container itself, without overlays and without systemd.
    "--storage-driver=vfs",
    "--cgroup-manager=cgroupfs",
    "--events-backend=file",
  ];
  const service = spawn("podman", [...place, "system", "service", "--time=0", `unix://${socketPath}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  service.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const stop = async (): Promise<void> => {
    await podman([...place, "rm", "--all", "--force", "--time=0"]);
    await kill(service);
    await endProcessesOf(folder);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually("podman answers", async () => {
      if (service.exitCode !== null) throw new Error(`podman ended: ${complaint.slice(-2000)}`);
      return (await engineStatus(socketPath, "/libpod/_ping")) === 200;
    });
    const words = ["--remote", `--url=unix://${socketPath}`, "import", "-", "localhost/busybox:test"];
    const { code, stderr } = await podman(words, busyboxArchive());
    if (code !== 0) throw new Error(`podman took no image: ${stderr}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { socketPath, stop };
}

/** Runs the `podman` program to its end. */
export async function podman(words: readonly string[], input: string | Buffer = ""): Promise<PodmanRun> {
  const child = spawn("podman", words, { stdio: ["pipe", "pipe", "pipe"] });
  const run = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (run.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (run.stderr += text));
  // A program that ends early takes no input.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  await once(child, "close");
  return { code: child.exitCode, ...run };
}

/** Podman keeps the monitor of an exec for five minutes; the folder in its command line says whose it is. */
async function endProcessesOf(folder: string): Promise<void> {
  for (const name of (await readdir("/proc")).filter((entry) => /^[0-9]+$/u.test(entry))) {
    const commandLine = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    if (commandLine.includes(`${folder}/`)) {
      try {
        process.kill(Number(name), "SIGKILL");
      } catch {
        // It ended by itself.
      }
    }
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
}
