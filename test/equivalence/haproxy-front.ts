import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { haproxyRules, type Original } from "../config/original.ts";

/** A method and a path, as they go over the wire. */
export interface Question {
  readonly method: string;
  readonly path: string;
}

/** A real HAProxy in front of a backend that records what reaches it. */
export interface HaproxyFront {
  /** Asks in this order, with these switches on, and tells of each whether it reached the backend. */
  ask(questions: readonly Question[], on: readonly string[]): Promise<readonly boolean[]>;
  close(): Promise<void>;
}

/** The request header that stands for the original's environment, so that one process answers for every combination. */
const SWITCHES = "x-on";
/** Connections that ask at the same time. */
const LANES = 16;
const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/** Starts both: HAProxy with the original's rules, and what stands behind it. */
export async function openHaproxyFront(original: Original): Promise<HaproxyFront> {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-equivalence-"));
  const seen: string[] = [];
  const backend = createServer((socket) => recordRequests(socket, seen));
  const backendPath = join(folder, "backend.sock");
  backend.listen(backendPath);
  const path = join(folder, "front.sock");
  const configuration = join(folder, "haproxy.cfg");
  writeFileSync(
    configuration,
    [
      "global",
      "  nbthread 1",
      "  tune.maxrewrite 4096",
      "defaults",
      "  mode http",
      "  timeout client 60s",
      "  timeout server 60s",
      "  timeout connect 10s",
      "  http-reuse always",
      "frontend clients",
      `  bind unix@${path}`,
      ...haproxyRules(original, (name) => `{ req.fhdr(${SWITCHES}) -m sub ,${name}, }`, "allow").map(
        (rule) => `  ${rule}`,
      ),
      "  http-request deny",
      "  default_backend engine",
      "backend engine",
      `  server engine unix@${backendPath}`,
      "",
    ].join("\n"),
  );
  const child = spawn("haproxy", ["-db", "-f", configuration], { stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const ended = once(child, "exit");
  const close = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    backend.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    (await connectWhenListening(path, () => complaint)).destroy();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ask: async (questions, on) => {
      seen.length = 0;
      const statuses = await askOnLanes(path, questions, on);
      const reached = questions
        .filter((_, at) => statuses[at] === 200)
        .map(({ method, path: target }) => `${method} ${target}`);
      if (statuses.some((status) => status !== 200 && status !== 403) || isDifferent(seen, reached)) {
        throw new Error(
          `HAProxy answered ${[...new Set(statuses)].join(", ")}, or forwarded other requests than allowed`,
        );
      }
      return statuses.map((status) => status === 200);
    },
    close,
  };
}

/** Answers each request at once, and keeps its method and target. */
function recordRequests(socket: Socket, seen: string[]): void {
  let text = "";
  socket.on("error", () => socket.destroy());
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf("\r\n\r\n"); end !== -1; end = text.indexOf("\r\n\r\n")) {
      seen.push(text.slice(0, text.indexOf(" HTTP/1.1\r\n")));
      text = text.slice(end + 4);
      socket.write(ANSWER);
    }
  });
}

async function connectWhenListening(path: string, explain: () => string): Promise<Socket> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = connect({ path });
    const opened = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    if (opened) {
      return socket;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`haproxy did not start: ${explain()}`);
}

function isDifferent(seen: readonly string[], reached: readonly string[]): boolean {
  return seen.toSorted().join("\n") !== reached.toSorted().join("\n");
}

/** Asks over several connections, each with one request on its way, and gives the statuses in the questions' order. */
async function askOnLanes(
  path: string,
  questions: readonly Question[],
  on: readonly string[],
): Promise<readonly number[]> {
  const statuses = questions.map(() => 0);
  const switches = `${SWITCHES}: ,${on.join(",")},`;
  let next = 0;
  const runLane = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ path });
      let asked = -1;
      const askNext = (): void => {
        asked = next;
        next += 1;
        const question = questions[asked];
        if (question === undefined) {
          socket.off("close", fail);
          socket.destroy();
          resolve();
          return;
        }
        const { method, path: target } = question;
        socket.write(`${method} ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n${switches}\r\n\r\n`);
      };
      const fail = (): void => reject(new Error("HAProxy closed a connection before its answer"));
      socket.on("error", () => undefined);
      socket.on("close", fail);
      // Answers are short: each comes in one piece.
      socket.on("data", (chunk: Buffer) => {
        statuses[asked] = Number(chunk.toString("latin1", 9, 12));
        askNext();
      });
      socket.on("connect", askNext);
    });
  await Promise.all(Array.from({ length: LANES }, runLane));
  return statuses;
}
