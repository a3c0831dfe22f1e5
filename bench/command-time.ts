import { spawn } from "node:child_process";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { gateNode } from "./image-process.ts";
import type { Proxy } from "./proxies.ts";

/** How often an answer is asked for, in milliseconds: as exact is the time to the first one. */
const POLL = 2;
/** A command of the gate takes far less. */
const DEADLINE = 30_000;
const REQUEST = "GET /_ping HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n";

/** Runs a Node script to its end and resolves to the milliseconds it took; rejects when it fails. */
export function timeToEnd(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(gateNode, words, { env: environment, stdio: "ignore", timeout: DEADLINE });
    child.once("error", reject);
    child.once("exit", (code) => {
      const took = performance.now() - started;
      if (code === 0) {
        resolve(took);
      } else {
        reject(new Error(`node ${words.join(" ")} ended with ${code}`));
      }
    });
  });
}

/** Resolves to the milliseconds from the start of a proxy to its first answer with 200. */
export async function timeToAnswer({ name, port, child }: Proxy): Promise<number> {
  while (!(await answers(port))) {
    if (performance.now() - child.startedAt > DEADLINE) {
      throw new Error(`${name} never answered`);
    }
    await wait(POLL);
  }
  return performance.now() - child.startedAt;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let head = "";
    socket.on("data", (bytes: Buffer) => (head += bytes.toString("latin1")));
    socket.on("error", () => socket.destroy());
    socket.once("close", () => resolve(head.startsWith("HTTP/1.1 200 ")));
    socket.write(REQUEST);
  });
}
