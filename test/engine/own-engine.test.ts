import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { currentEngineRoot } from "../../scripts/current-engine.mjs";
import { root } from "../../scripts/set-up.mjs";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { startEngine } from "../support/engine.ts";
import { filesNotOn } from "./one-release.ts";
import { releaseOf } from "../support/engine-release.ts";
import { eventually, hasEngine } from "../support/engine-gate.ts";

test("a file that runs on one release alone is there", () => {
  const there = readdirSync(join(root, "test", "engine")).map((file) => `test/engine/${file}`);
  const patterns = [...filesNotOn("current"), ...filesNotOn("installed")];
  const isThere = (pattern: string): boolean => {
    const [start = "", end = ""] = pattern.split("*");
    return there.some((file) => file.startsWith(start) && file.endsWith(end));
  };
  expect(patterns.filter((pattern) => !isThere(pattern))).toEqual([]);
});

// The promises of test/support/engine.ts, on which all tests beside this one stand.
describe.runIf(hasEngine)("an engine of a test's own", () => {
  test("stands beside others, with its images, its network and its clients", async () => {
    const engines = await Promise.all([startEngine(), startEngine()]);
    const hosts = engines.map(({ socketPath }) => `unix://${socketPath}`);
    try {
      const [first = "", second = ""] = hosts;
      for (const host of hosts) {
        const line = ["run", "--detach", "--name=web", "--publish=18580:80", "busybox:test", "sleep", "60"];
        await dockerOutput(host, line);
      }
      await dockerOutput(first, ["tag", "busybox:test", "first:test"]);
      expect((await docker(second, ["image", "inspect", "first:test"])).code).toBe(1);
      // Where `docker exec` looks is the container, and not the root of whoever started the engine.
      expect(await dockerOutput(first, ["exec", "web", "ls", "/"])).not.toContain("usr");
    } finally {
      await Promise.all(engines.map((engine) => engine.stop()));
    }
  });

  test("takes everything away when it ends, and changes nothing of its release", async () => {
    const before = timesOfRelease();
    const engine = await startEngine();
    await dockerOutput(`unix://${engine.socketPath}`, ["run", "--detach", "busybox:test", "sleep", "60"]);
    const folder = dirname(engine.socketPath);
    expect(tracesOf(folder)).not.toEqual([]);
    await engine.stop();
    expect(tracesOf(folder)).toEqual([]);
    expect(timesOfRelease()).toEqual(before);
  });

  test("takes everything away when the process that started it is killed", async () => {
    const script =
      'const { startEngine } = await import("./test/support/engine.ts");' +
      "console.log((await startEngine()).socketPath); setInterval(() => {}, 1000);";
    const starter = spawn(process.execPath, ["--import=tsx", "--input-type=module", "--eval", script], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const socketPath = String(await once(createInterface({ input: starter.stdout }), "line"));
    const folder = dirname(socketPath);
    await dockerOutput(`unix://${socketPath}`, ["run", "--detach", "busybox:test", "sleep", "60"]);
    expect(tracesOf(folder)).not.toEqual([]);
    starter.kill("SIGKILL");
    await eventually("nothing of the engine is left", () => tracesOf(folder).length === 0);
  });
});

/** What of an engine is seen from outside: its folder, processes, mounts and control groups. */
function tracesOf(folder: string): readonly string[] {
  const groups = readdirSync("/sys/fs/cgroup").map((name) => `/sys/fs/cgroup/${name}/${basename(folder)}`);
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return [
    ...[folder, `/sys/fs/cgroup/${basename(folder)}`, ...groups].filter((path) => existsSync(path)),
    ...mounts.filter((mount) => mount.includes(folder)),
    ...readdirSync("/proc").filter((name) => /^\d+$/u.test(name) && commandLineOf(name).includes(folder)),
  ];
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/** When the folders of the current release in which an engine would write were changed. */
function timesOfRelease(): readonly number[] {
  if (releaseOf(process.env) === "installed") return [];
  const folders = ["", "etc", "mnt", "root", "run", "tmp", "var/lib"];
  return folders.map((folder) => statSync(join(currentEngineRoot, folder)).mtimeMs);
}
