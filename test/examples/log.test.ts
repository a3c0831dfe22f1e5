import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { get, openEngine } from "../cli/engine.ts";
import { startGate } from "../cli/quaygate-command.ts";
import { statusOf } from "../support/raw-peer.ts";
import { settingsOf } from "./example.ts";

test.each(["proxy-traefik", "proxy-management", "proxy-watchtower", "proxy-viewers"])(
  "the log of %s in homelab.yaml shows by `grep 403` what was refused and what would allow it",
  async (service) => {
    const gate = await startGate({
      ...settingsOf("homelab.yaml", service),
      QUAYGATE_ENGINE: await openEngine(),
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
      expect.objectContaining({ path: "/secrets", level: "warning", missing: ["SECRETS=1"] }),
      expect.objectContaining({ path: "/swarm", level: "warning", missing: ["SWARM=1"] }),
    ]);
    // Plain `grep 403` finds these as well.
    const plain = execFileSync("grep", ["403"], { input: gate.stdout(), encoding: "utf8" });
    for (const line of found.trim().split("\n")) {
      expect(plain).toContain(line);
    }
  },
);
