import { spawn } from "node:child_process";
import { existsSync, linkSync, renameSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { entryPoint, isBuilt, root } from "../../scripts/set-up.mjs";
import type { SocketAddress } from "../../src/kernel/address.ts";
import { eventually, RawPeer, statusOf } from "../support/raw-peer.ts";
import { NO_ENGINE, quaygate, testFolder } from "./quaygate-command.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const FIRST = 3;

/** What a gate said that was given sockets as systemd does it. */
interface Activated {
  output(): string;
  untilOutput(wanted: string): Promise<void>;
  /** How the gate has ended. */
  readonly ended: Promise<number | null>;
  stop(): void;
}

/** Opens a socket as systemd does: it listens, and takes no connection itself. */
function listenOn(place: { readonly path: string } | { readonly port: number }): Promise<Server> {
  const server = createServer();
  onTestFinished(() => {
    server.close();
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen("path" in place ? place : { host: "127.0.0.1", ...place }, () => resolve(server));
  });
}

/** Leaves a socket to the gate alone. Closing would remove its file. */
function leave(server: Server): void {
  const path = server.address();
  if (typeof path !== "string") {
    server.close();
    return;
  }
  linkSync(path, `${path}.kept`);
  server.close();
  renameSync(`${path}.kept`, path);
}

/** Node shows nobody the number of what listens. */
function descriptorOf(server: Server): number {
  const handle: unknown = Reflect.get(server, "_handle");
  if (typeof handle === "object" && handle !== null && "fd" in handle && typeof handle.fd === "number") {
    return handle.fd;
  }
  throw new Error("Node keeps the number of what listens somewhere else now");
}

/**
 * Starts the gate with sockets from descriptor 3 on. `exec` in a shell keeps the process's number, which the shell writes
 * into LISTEN_PID (sd_listen_fds(3)).
 */
function activate(sockets: readonly Server[], environment: Readonly<Record<string, string>>): Activated {
  const program = isBuilt() ? [entryPoint] : ["--import", "tsx", "src/cli/main.ts"];
  const line = 'LISTEN_PID=${LISTEN_PID:-$$} exec "$@"';
  const child = spawn("sh", ["-c", line, "sh", process.execPath, ...program, "run"], {
    cwd: root,
    env: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      CONTAINERS: "1",
      QUAYGATE_ADMIN: "off",
      QUAYGATE_ENGINE: NO_ENGINE,
      LISTEN_FDS: String(sockets.length),
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe", ...sockets.map(descriptorOf)],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  sockets.forEach(leave);
  let output = "";
  const hear = (text: string): void => {
    output += text;
  };
  child.stdout?.setEncoding("utf8").on("data", hear);
  child.stderr?.setEncoding("utf8").on("data", hear);
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", resolve);
  });
  return {
    output: () => output,
    untilOutput: (wanted) =>
      eventually(
        () => output.includes(wanted),
        () => `${wanted}; it said: ${output}`,
      ),
    ended,
    stop: () => {
      child.kill("SIGTERM");
    },
  };
}

async function ask(address: SocketAddress): Promise<number> {
  const peer = await RawPeer.connect(address);
  onTestFinished(() => {
    peer.socket.destroy();
  });
  await peer.send(GET);
  return statusOf(await peer.next());
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("sockets that are passed to the gate", () => {
  test("are all listened on with fd://, TCP and unix, and their files stay", async () => {
    const path = join(testFolder(), "gate.sock");
    const [tcp, unix] = [await listenOn({ port: 0 }), await listenOn({ path })];
    const port = portOf(tcp);
    const gate = activate([tcp, unix], { QUAYGATE_LISTEN: "fd://" });
    await gate.untilOutput(`listening on tcp://127.0.0.1:${port}, unix://${path}`);
    // Nobody answers behind it, but the request is one that may go on.
    expect(await ask({ kind: "tcp", host: "127.0.0.1", port })).toBe(502);
    expect(await ask({ kind: "unix", path })).toBe(502);
    await gate.untilOutput(`"address":"unix://${path}"`);
    gate.stop();
    expect(await gate.ended).toBe(0);
    expect(existsSync(path)).toBe(true);
  });

  test.each([
    { name: "its name", listen: "fd://web" },
    { name: "its number", listen: "fd://4" },
  ])("are listened on by $name, beside other places", async ({ listen }) => {
    const path = join(testFolder(), "gate.sock");
    const [other, unix] = [await listenOn({ port: 0 }), await listenOn({ path })];
    const own = `${path}.own`;
    const gate = activate([other, unix], {
      QUAYGATE_LISTEN: `${listen},unix://${own}`,
      LISTEN_FDNAMES: "other:web",
    });
    await gate.untilOutput(`listening on unix://${path}, unix://${own}`);
    expect(await ask({ kind: "unix", path })).toBe(502);
  });

  test.each([
    {
      name: "a name that none has",
      environment: { QUAYGATE_LISTEN: "fd://web", LISTEN_FDNAMES: "one" },
      says: `can't listen on fd://web: what was passed is ${FIRST} (one)`,
    },
    {
      name: "a number that none has",
      environment: { QUAYGATE_LISTEN: "fd://7" },
      says: `can't listen on fd://7: what was passed is ${FIRST} (unknown)`,
    },
    {
      name: "one of them twice",
      environment: { QUAYGATE_LISTEN: "fd://,fd://3" },
      says: "can't listen on fd://3: descriptor 3 is listened on already; name each socket once",
    },
    {
      name: "those of another process",
      environment: { QUAYGATE_LISTEN: "fd://", LISTEN_PID: "1" },
      says: 'can\'t listen on fd://: the sockets were passed to another process (LISTEN_PID is "1"',
    },
    {
      name: "more than there are",
      environment: { QUAYGATE_LISTEN: "fd://", LISTEN_FDS: "40" },
      says: "it is no socket that connections come in by",
    },
    {
      name: "no number of them",
      environment: { QUAYGATE_LISTEN: "fd://", LISTEN_FDS: "many" },
      says: 'LISTEN_FDS is "many", and no number of sockets',
    },
    {
      name: "other names than sockets",
      environment: { QUAYGATE_LISTEN: "fd://", LISTEN_FDNAMES: "a:b" },
      says: "LISTEN_FDNAMES has 2 names for 1 sockets",
    },
  ])("stop the start when the settings ask for $name", async ({ environment, says }) => {
    const gate = activate([await listenOn({ port: 0 })], environment);
    await gate.untilOutput(says);
    expect(await gate.ended).toBe(1);
  });

  test("stop the start when there are none, and what only explains does not mind", async () => {
    const environment = { QUAYGATE_LISTEN: "fd://web", QUAYGATE_ADMIN: "off", QUAYGATE_ENGINE: NO_ENGINE };
    const run = await quaygate(["run"], environment);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain(
      "can't listen on fd://web: no socket was passed to the gate (LISTEN_FDS is not set)",
    );
    expect((await quaygate(["explain"], environment)).stdout).toContain("listening on fd://web");
  });
});
