import { execFile } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { entryPoint } from "../../scripts/set-up.mjs";
import { openEngine } from "./engine.ts";
import { startGate, testFolder } from "./quaygate-command.ts";

/** Calls a stand-in as the image has it: a file of its name. */
async function call(
  port: number,
  [program = "", ...words]: readonly string[],
): Promise<{ readonly isWell: boolean; readonly output: string }> {
  const path = join(testFolder(), program);
  const main = pathToFileURL(join(dirname(entryPoint), "stand-ins", "main.js")).href;
  writeFileSync(path, `#!${process.execPath}\nimport(${JSON.stringify(main)});\n`);
  chmodSync(path, 0o755);
  const env = { QUAYGATE_LISTEN: `tcp://127.0.0.1:${port}`, QUAYGATE_ADMIN: "off" };
  const filled = words.map((word) => word.replaceAll("2375", String(port)));
  return new Promise((resolve) => {
    execFile(path, filled, { env }, (error, stdout, stderr) =>
      resolve({ isWell: error === null, output: stdout + stderr }),
    );
  });
}

describe("a health check that was written for another proxy is answered by", () => {
  const rows: readonly {
    readonly line: readonly string[];
    readonly well: boolean;
    readonly says?: string;
  }[] = [
    { line: ["wget", "-q", "--spider", "http://localhost:2375/_ping"], well: true },
    { line: ["wget", "--quiet", "--tries=1", "--spider", "http://127.0.0.1:2375/version"], well: true },
    { line: ["wget", "-nv", "-t1", "-T", "5", "-O", "/dev/null", "localhost:2375/_ping"], well: true },
    { line: ["wget", "-qO-", "http://localhost:2375/_ping"], well: true, says: "OK" },
    {
      line: ["wget", "--no-verbose", "--output-document=-", "http://localhost:2375/_ping"],
      well: true,
      says: "OK",
    },
    {
      line: ["wget", "-q", "--spider", "http://localhost:2375/containers/json"],
      well: false,
      says: "403 Forbidden",
    },
    { line: ["curl", "-f", "http://localhost:2375/_ping"], well: true, says: "OK" },
    {
      line: ["curl", "-fsSLo", "/dev/null", "--max-time", "3", `http://${hostname()}:2375/_ping`],
      well: true,
    },
    { line: ["curl", "-sI", "http://localhost:2375/_ping"], well: true },
    {
      line: ["curl", "--fail", "--silent", "http://localhost:2375/containers/json"],
      well: false,
      says: "403",
    },
    { line: ["curl", "http://localhost:2375/containers/json"], well: true, says: "needs CONTAINERS=1" },
    { line: ["nc", "-z", "localhost", "2375"], well: true },
    { line: ["nc", "-zv", "-w", "3", "127.0.0.1", "2375"], well: true },
    { line: ["sh", "-c", "wget -q --spider http://localhost:2375/_ping || exit 1"], well: true },
    {
      line: ["sh", "-c", "curl -f http://localhost:2375/containers/json >/dev/null 2>&1 || exit 1"],
      well: false,
    },
    { line: ["sh", "-c", "nc -z 'localhost' \"2375\" && exit 0; exit 1"], well: true },
    { line: ["sh", "-c", "wget -q http://localhost:2375/containers/json || exit one"], well: false },
    { line: ["sh", "-ec", "wget -q http://localhost:2375/containers/json; true"], well: false },
    { line: ["sh", "-ec", "wget -q http://localhost:2375/containers/json || true; true"], well: true },
    { line: ["sh", "-ec", "/usr/bin/wget -qO /dev/null http://localhost:2375/_ping"], well: true },
  ];

  test.each(rows)("$line", async ({ line, well, says = "" }) => {
    const gate = await startGate({ QUAYGATE_ENGINE: await openEngine() });
    const { isWell, output } = await call(gate.port, line);
    expect({ isWell, output }).toEqual({ isWell: well, output: expect.stringContaining(says) });
  });
});

describe("a stand-in does nothing but that:", () => {
  const NOT_UNDERSTOOD = "not understand";
  test.each([
    { line: ["wget", "http://192.0.2.1:2375/"], says: "192.0.2.1 is another machine" },
    { line: ["curl", "http://169.254.169.254/latest"], says: "the gate does not listen on port 80" },
    { line: ["curl", "http://localhost:9999/"], says: "the gate does not listen on port 9999" },
    { line: ["nc", "-z", "localhost", "22"], says: "the gate does not listen on port 22" },
    { line: ["nc", "localhost", "2375"], says: NOT_UNDERSTOOD },
    { line: ["nc", "-l", "-p", "2375"], says: NOT_UNDERSTOOD },
    { line: ["wget", "--post-data=x", "http://localhost:2375/"], says: NOT_UNDERSTOOD },
    { line: ["wget", "-O", "/tmp/page", "http://localhost:2375/_ping"], says: NOT_UNDERSTOOD },
    {
      line: ["curl", "-o", "/quaygate/dist/cli/main.js", "http://localhost:2375/_ping"],
      says: NOT_UNDERSTOOD,
    },
    { line: ["curl", "-X", "POST", "http://localhost:2375/containers/create"], says: NOT_UNDERSTOOD },
    { line: ["curl", "-d", "x", "http://localhost:2375/"], says: NOT_UNDERSTOOD },
    { line: ["curl", "-T", "/etc/passwd", "http://localhost:2375/"], says: NOT_UNDERSTOOD },
    { line: ["curl", "-K", "/etc/passwd"], says: NOT_UNDERSTOOD },
    { line: ["curl", "--unix-socket", "/var/run/docker.sock", "http://localhost/"], says: NOT_UNDERSTOOD },
    { line: ["curl", "file:///etc/passwd"], says: NOT_UNDERSTOOD },
    { line: ["curl", "http://localhost:2375/_ping", "http://localhost:2375/version"], says: NOT_UNDERSTOOD },
    { line: ["sh"], says: "this image has no shell" },
    { line: ["sh", "-i"], says: "this image has no shell" },
    { line: ["sh", "-c", "wget -qO- http://localhost:2375/_ping | node"], says: NOT_UNDERSTOOD },
    { line: ["sh", "-c", "wget -qO- http://localhost:2375/$(id)"], says: NOT_UNDERSTOOD },
    { line: ["sh", "-c", "wget http://localhost:2375/_ping > /tmp/x"], says: NOT_UNDERSTOOD },
    { line: ["sh", "-c", "node -e 1"], says: "no program of that name" },
    { line: ["sh", "-c", "sh -c true"], says: "no program of that name" },
    { line: ["sh", "-c", "|| true"], says: NOT_UNDERSTOOD },
    { line: ["sh", "-c", "true &&"], says: NOT_UNDERSTOOD },
    { line: ["sh", "-c", "true & true"], says: NOT_UNDERSTOOD },
  ])("$line", async ({ line, says }) => {
    const { isWell, output } = await call(2375, line);
    expect({ isWell, output }).toEqual({ isWell: false, output: expect.stringContaining(says) });
    expect(output).toContain("quaygate");
  });
});
