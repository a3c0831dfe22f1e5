import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type NetConnectOpts } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openLog } from "../../../src/audit/log.ts";
import { openSinks } from "../../../src/audit/sinks/open-sinks.ts";
import { parseLogPlaces } from "../../../src/config/log-places.ts";
import { eventually } from "../../support/raw-peer.ts";
import { DENIED } from "../records.ts";

const PROGRAM = "/usr/sbin/rsyslogd";

/** Tells whether the test with the real rsyslog runs: where it is installed, and always in CI, where it must be. */
const asksRsyslog = isInstalled() || process.env["CI"] === "true";

if (!asksRsyslog) {
  console.log("Left out: the test with the real rsyslog, because rsyslog is not installed.");
}

function isInstalled(): boolean {
  try {
    execFileSync(PROGRAM, ["-v"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  server.close();
  await once(server, "close");
  return typeof bound === "object" && bound !== null ? bound.port : 0;
}

async function freeDatagramPort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Reads the messages' JSON, and writes what it knows of each to one file for each way in. */
function configuration(folder: string, ports: { readonly udp: number; readonly tcp: number }): string {
  const ruleset = (name: string): string => `
    ruleset(name="${name}") {
      action(type="mmjsonparse" cookie="")
      action(type="omfile" file="${folder}/${name}.out" template="told")
    }`;
  return `
    global(workDirectory="${folder}")
    module(load="imudp") module(load="imtcp") module(load="imptcp") module(load="mmjsonparse")
    template(name="told" type="string" string="%syslogfacility-text%.%syslogseverity-text% %app-name% %timereported:::date-rfc3339% %$!verdict% %$!code% %$!missing%\\n")
    ${["udp", "tcp", "unix"].map(ruleset).join("")}
    input(type="imudp" address="127.0.0.1" port="${ports.udp}" ruleset="udp")
    input(type="imtcp" address="127.0.0.1" port="${ports.tcp}" ruleset="tcp")
    input(type="imptcp" path="${folder}/log.sock" ruleset="unix")
  `;
}

test.runIf(asksRsyslog)("a real rsyslog reads the fields of each line, by each way in", async () => {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-rsyslog-"));
  const ports = { udp: await freeDatagramPort(), tcp: await freePort() };
  writeFileSync(join(folder, "rsyslog.conf"), configuration(folder, ports));
  const words = ["-n", "-f", join(folder, "rsyslog.conf"), "-i", join(folder, "pid")];
  const child = spawn(PROGRAM, words, { stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  });
  // It has bound its datagrams' port before these two. A place that takes nothing yet would be told in the others.
  const wanted = (): string => `rsyslog starts: ${complaint}`;
  await untilTaken({ port: ports.tcp, host: "127.0.0.1" }, wanted);
  await untilTaken({ path: join(folder, "log.sock") }, wanted);
  const options = "facility=local3";
  const to = parseLogPlaces(
    `syslog+udp://127.0.0.1:${ports.udp}?${options}, syslog+tcp://127.0.0.1:${ports.tcp}?${options}, syslog+unix://${folder}/log.sock?${options}`,
  );
  if (!to.ok) throw new Error(to.error.join("\n"));
  const { sinks } = openSinks({ format: "json", to: to.value, chain: false, journal: undefined });
  const log = openLog("json", "info", sinks);
  const lines = 50;
  for (let count = 0; count < lines; count += 1) log.record(DENIED);
  await log.close();
  const time = DENIED.time.replace("Z", "");
  const told = new RegExp(
    `^local3\\.warning quaygate ${time}\\d*(?:Z|\\+00:00) deny operation_denied \\[ "POST=1", .*\\]$`,
    "u",
  );
  for (const way of ["udp", "tcp", "unix"]) {
    const received = await untilLines(join(folder, `${way}.out`), lines);
    expect(received.filter((line) => !told.test(line))).toEqual([]);
  }
});

/** Waits until connections to a place are taken. */
async function untilTaken(place: NetConnectOpts, wanted: () => string): Promise<void> {
  let isTaken = false;
  await eventually(() => {
    const socket = connect(place, () => {
      isTaken = true;
      socket.destroy();
    });
    socket.on("error", () => undefined);
    return isTaken;
  }, wanted);
}

async function untilLines(file: string, count: number): Promise<readonly string[]> {
  const read = (): readonly string[] =>
    existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  await eventually(
    () => read().length === count,
    () => `${count} lines in ${file}, and there are ${read().length}`,
  );
  return read();
}
