import { execFileSync } from "node:child_process";
import { expect, onTestFinished, test } from "vitest";
import { get, openEngine } from "../cli/engine.ts";
import { startGate } from "../cli/quaygate-command.ts";
import { temporaryFolder } from "../support/docker-cli.ts";
import { statusOf } from "../support/raw-peer.ts";
import { answerEach } from "../support/scripted-engine.ts";
import { settingsOf } from "./example.ts";
import { clientsOf, writeLoopbackPolicy } from "./loopback-policy.ts";

const settings = settingsOf("homelab.yaml");
const { QUAYGATE_POLICY: policy = "" } = settings;

/** What presets hide is looked for in what an engine answers, so it has to be JSON. */
const EMPTY_LIST =
  "HTTP/1.1 200 OK\r\nApi-Version: 1.47\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]";

test.each(clientsOf(policy))(
  "the log of homelab.yaml shows by `grep 403` what was refused to %s and what would allow it",
  async (client) => {
    const folder = temporaryFolder();
    onTestFinished(() => folder.remove());
    const gate = await startGate({
      ...settings,
      QUAYGATE_POLICY: writeLoopbackPolicy(policy, folder.path, client),
      QUAYGATE_ENGINE: await openEngine(answerEach(EMPTY_LIST)),
    });
    const peer = await gate.connect();
    for (const [target, status] of [
      ["/containers/json", 200],
      ["/secrets", 403],
      ["/swarm", 403],
    ] as const) {
      await peer.send(get(target));
      expect(statusOf(await peer.next())).toBe(status);
      await gate.untilOutput(`"path":"${target}"`);
    }
    const found = execFileSync("grep", ['"status":403'], { input: gate.stdout(), encoding: "utf8" });
    expect(
      found
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      expect.objectContaining({ path: "/secrets", level: "warning", client, missing: ["SecretList"] }),
      expect.objectContaining({ path: "/swarm", level: "warning", client, missing: ["SwarmInspect"] }),
    ]);
    // Plain `grep 403` finds these as well.
    const plain = execFileSync("grep", ["403"], { input: gate.stdout(), encoding: "utf8" });
    for (const line of found.trim().split("\n")) {
      expect(plain).toContain(line);
    }
  },
);
