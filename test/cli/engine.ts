import { createServer } from "node:net";
import { onTestFinished } from "vitest";
import { answerEach, type EngineScript, ScriptedEngine } from "../support/scripted-engine.ts";

/** An answer with which an engine says that it is there. */
export const PONG = "HTTP/1.1 200 OK\r\nApi-Version: 1.47\r\nContent-Length: 2\r\n\r\nOK";

/** Opens an engine until the test is over, and gives its address; without a script it answers all requests well. */
export async function openEngine(script: EngineScript = answerEach(PONG)): Promise<string> {
  const engine = await ScriptedEngine.open("unix", script);
  onTestFinished(() => engine.close());
  return engine.address;
}

/** Writes a request without a body. */
export function get(target: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`;
}

/** Has a port of loopback to itself until the test is over; it may as well be somebody else's already. */
export async function occupyPort(wanted = 0): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.once("error", () => resolve());
    server.listen(wanted, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const bound = server.address();
  return `tcp://127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : wanted}`;
}
