import { renameSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type GateRun, startGate, testFolder } from "../cli/quaygate-command.ts";
import { engineSocket, eventually, hasEngine } from "../support/engine-gate.ts";
import { RawPeer, statusOf } from "../support/raw-peer.ts";
import { type Answer, type Place, send } from "./attacks/attack.ts";

const REQUESTS = 10_000;
const LEAST_RELOADS = 6;
const TOKEN = "a-token-of-the-test-0123456789";
/** Between two changes of the file, in milliseconds. */
const PAUSE = 1_000;

/** Who calls from which of this machine's loopback addresses, and what is always open to it. */
const callers = {
  lists: { from: "127.0.0.11", allow: "ContainerList", open: ["/containers/json"] },
  asks: { from: "127.0.0.12", allow: "SystemVersion", open: ["/version"] },
  reads: {
    from: "127.0.0.13",
    allow: "containers:read, images:read",
    open: ["/containers/json", "/images/json"],
  },
  pings: { from: "127.0.0.14", allow: "SystemPing", open: ["/_ping"] },
  bot: { from: "127.0.0.15", allow: "SystemVersion, SystemPing", open: ["/version", "/_ping"] },
  nobody: { from: "127.0.0.17", allow: "", open: [] },
} as const;
const TURNS = "127.0.0.16";
const targets = ["/_ping", "/version", "/containers/json", "/images/json"];

/** The policy; `turns` may list containers and follow events, or neither. */
function policyText(isOpen: boolean): string {
  const { bot, nobody: _, ...byAddress } = callers;
  const clients = Object.entries(byAddress).map(
    ([name, { from, allow }]) => `  ${name}: { from: ${from}, allow: [${allow}] }`,
  );
  return [
    "clients:",
    ...clients,
    `  bot: { from: { token: token }, allow: [${bot.allow}] }`,
    `  turns: { from: ${TURNS}, allow: [SystemPing${isOpen ? ", ContainerList, SystemEvents" : ""}] }`,
    "",
  ].join("\n");
}

/** What `turns` may do, once that has been seen to hold. */
interface Standing {
  readonly isOpen: boolean;
  isSettled: boolean;
}

describe.runIf(hasEngine)("a policy that is written anew every second, under load,", () => {
  test("decides each of 10,000 requests rightly, and drops no request, no connection and no stream", async () => {
    const folder = testFolder();
    const file = join(folder, "policy.yaml");
    writeFileSync(join(folder, "token"), `${TOKEN}\n`);
    writeFileSync(file, policyText(true));
    const gate = await startGate({ QUAYGATE_POLICY: file, QUAYGATE_ENGINE: engineSocket });
    const events = await openEvents(gate);

    let standing: Standing = { isOpen: true, isSettled: true };
    let [asked, reloads] = [0, 0];
    const sockets = new Set<Socket>();
    const wrong: string[] = [];
    /** Of whose rights come and go. */
    const judged = { open: 0, closed: 0 };
    const isOver = (): boolean => (asked >= REQUESTS && reloads >= LEAST_RELOADS) || wrong.length > 0;
    const placeOf = (localAddress: string): Place => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      agent.on("free", (socket: Socket) => sockets.add(socket));
      onTestFinished(() => agent.destroy());
      return { port: gate.port, localAddress, agent };
    };
    const ask = (place: Place, target: string, isBot = false): Promise<Answer> => {
      const fields = isBot ? { Authorization: `Bearer ${TOKEN}` } : {};
      return send(place, "GET", target, undefined, undefined, fields);
    };
    const judge = (what: string, answer: Answer, isOpen: boolean): void => {
      const got = answer.code === undefined ? answer.status : `${answer.status} ${answer.code}`;
      const wanted = isOpen ? 200 : "403 operation_denied";
      if (got !== wanted) wrong.push(`${what}: ${got} instead of ${wanted}`);
    };

    const work = Object.entries(callers).map(async ([name, { from, open }]) => {
      const place = placeOf(from);
      while (!isOver()) {
        for (const target of targets) {
          judge(
            `${name} ${target}`,
            await ask(place, target, name === "bot"),
            [...open, ""].includes(target),
          );
          asked += 1;
        }
      }
    });
    const turning = async (): Promise<void> => {
      const place = placeOf(TURNS);
      while (!isOver()) {
        const before = standing;
        const wasSettled = before.isSettled;
        const answer = await ask(place, "/containers/json");
        // While it changes both are right.
        asked += 1;
        if (!wasSettled || before !== standing) continue;
        judge("turns", answer, before.isOpen);
        judged[before.isOpen ? "open" : "closed"] += 1;
      }
    };
    const rewriting = async (): Promise<void> => {
      const probe = placeOf(TURNS);
      while (!isOver()) {
        const next = { isOpen: !standing.isOpen, isSettled: false };
        standing = next;
        replaceFile(file, policyText(next.isOpen), reloads % 2 === 0);
        // The change alone is noticed too, some seconds later.
        if (reloads % 3 !== 2) gate.signal("SIGHUP");
        const wanted = next.isOpen ? 200 : 403;
        await eventually(
          "the new rules hold",
          async () => (await ask(probe, "/containers/json")).status === wanted,
        );
        next.isSettled = true;
        reloads += 1;
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    };
    await Promise.all([...work, turning(), rewriting()]);

    expect(wrong).toEqual([]);
    expect(judged).toEqual({ open: expect.toSatisfy(isSome), closed: expect.toSatisfy(isSome) });
    expect(sockets.size).toBe(Object.keys(callers).length + 2);
    expect(events.over).toBe(false);
  });
});

const isSome = (count: number): boolean => count > 0;

/** A stream of the client whose rights come and go, begun while it had them. */
async function openEvents({ port }: GateRun): Promise<RawPeer> {
  const peer = await RawPeer.connect({ kind: "tcp", host: "127.0.0.1", port }, TURNS);
  onTestFinished(() => void peer.socket.destroy());
  await peer.send("GET /events HTTP/1.1\r\nHost: gate\r\n\r\n");
  expect(statusOf(await peer.next({ headOnly: true }))).toBe(200);
  return peer;
}

/** Another file in its place, as editors and configuration tools do, or the same one written anew. */
function replaceFile(file: string, text: string, isOther: boolean): void {
  writeFileSync(isOther ? `${file}.new` : file, text);
  if (isOther) renameSync(`${file}.new`, file);
}
