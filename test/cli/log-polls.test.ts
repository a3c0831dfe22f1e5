import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeLine } from "../../src/journal/journal-line.ts";
import { refusalOf, statusOf } from "../support/raw-peer.ts";
import { get, openEngine } from "./engine.ts";
import { linesOf, quaygate, startGate, testFolder } from "./quaygate-command.ts";

/** What a gate prints that is asked these, one after the other, and then stopped. */
async function printed(
  environment: Readonly<Record<string, string>>,
  targets: readonly string[],
): Promise<string> {
  const gate = await startGate({ QUAYGATE_ENGINE: await openEngine(), ...environment });
  const peer = await gate.connect();
  for (const target of targets) {
    await peer.send(get(target));
    const answer = await peer.next();
    if (statusOf(answer) !== 200) expect(refusalOf(answer).code).toBe("operation_denied");
  }
  gate.signal("SIGTERM");
  const { code, stdout } = await gate.result;
  expect(code).toBe(0);
  return stdout;
}

/** Of each exchange in a log its path, and for how many a line stands. */
function exchangesOf(stdout: string): readonly string[] {
  return linesOf(stdout).flatMap((text) => {
    const line = decodeLine(text);
    return line.kind === "record" ? [`${line.record.path} ${line.record.repeated}`] : [];
  });
}

const POLLS = ["/_ping", "/version", "/_ping", "/info", "/_ping", "/version", "/info"];

describe("a gate that stops has written all of what polled:", () => {
  test.each([
    { of: "each", more: { QUAYGATE_LOG_POLLS: "each" }, exchanges: POLLS.map((path) => `${path} 1`) },
    {
      of: "sum, which is not said",
      more: {},
      exchanges: ["/_ping 1", "/version 1", "/info 1", "/info 1", "/_ping 2", "/version 1"],
    },
    {
      of: "off",
      more: { QUAYGATE_LOG_POLLS: "off" },
      exchanges: ["/version 1", "/info 1", "/info 1", "/version 1"],
    },
  ])("$of", async ({ more, exchanges }) => {
    const stdout = await printed(more, POLLS);
    expect(exchangesOf(stdout)).toEqual(exchanges);
    expect(linesOf(stdout).at(-1)).toContain('"msg":"stopped"');
  });

  test("in the form for people", async () => {
    const stdout = await printed({ QUAYGATE_LOG: "text" }, ["/_ping", "/_ping", "/_ping"]);
    expect(linesOf(stdout).filter((line) => line.includes("SystemPing"))).toEqual([
      expect.stringMatching(/ 200 allow SystemPing GET \/_ping from 127\.0\.0\.1 [0-9.]+ms$/u),
      expect.stringMatching(/ 200 allow SystemPing GET \/_ping from 127\.0\.0\.1 2 times [0-9.]+ms$/u),
    ]);
  });
});

test("what a gate has printed can be judged by another policy, and shown", async () => {
  const stdout = await printed({ CONTAINERS: "1" }, [
    "/containers/json",
    "/_ping",
    "/_ping",
    "/_ping",
    "/info",
  ]);
  const policy = join(testFolder(), "policy.yaml");
  writeFileSync(policy, "clients: { all: { from: 127.0.0.1, allow: [ping, SystemInfo] } }\n");
  const words = ["replay", "--policy", policy, "--as", "everybody=all", "--json"];
  const judged = await quaygate(words, {}, stdout);
  expect(judged.code).toBe(1);
  expect(JSON.parse(judged.stdout)).toMatchObject({
    judged: 5,
    unchanged: 3,
    refused: { count: 1, groups: [{ operation: "ContainerList" }] },
    allowed: { count: 1, groups: [{ operation: "SystemInfo" }] },
    read: { records: 5 - 1, skipped: {} },
  });
  const shown = await quaygate(["log", "--operation", "SystemPing*"], {}, stdout);
  expect(linesOf(shown.stdout).filter((line) => line.includes("SystemPing"))).toEqual([
    expect.stringContaining(" 200 allow SystemPing GET /_ping from 127.0.0.1 "),
    expect.stringContaining(" 2 times "),
  ]);
});
