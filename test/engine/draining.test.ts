import { describe, expect, test } from "vitest";
import { spawnDocker } from "../support/docker-cli.ts";
import { engineSocket, eventually, hasEngine, idleContainer } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";

describe.runIf(hasEngine)("a gate that stops", () => {
  test("ends events, logs and stats at once, as the engine does, and waits for a command in a container", async () => {
    const name = await idleContainer();
    const gate = await openTestGate({ env: { ...everySwitch, QUAYGATE_GRACE: "3600" }, engineSocket });
    const watchers = [["events"], ["logs", "-f", name]].map((line) => spawnDocker(gate.host, line));
    // Of all three it alone tries for ever to come back.
    const stats = spawnDocker(gate.host, ["stats", name]);
    const run = spawnDocker(gate.host, ["exec", "-i", name, "sh", "-c", "echo ready; read word; echo $word"]);
    await run.untilOutput("ready\n");
    await watchers[1]?.untilOutput("ready\n");
    await eventually("it shows figures", () => stats.stdout().includes(name));
    let isOver = false;
    const over = gate.gate.drain().then(() => (isOver = true));
    const [events, logs] = await Promise.all(watchers.map(({ result }) => result));
    expect([events?.stderr, logs?.stderr]).toEqual([
      expect.stringContaining("unexpected EOF"),
      expect.stringContaining("unexpected EOF"),
    ]);
    expect(isOver).toBe(false);
    run.stdin.write("done\n");
    expect((await run.result).stdout).toBe("ready\ndone\n");
    await stats.kill();
    await over;
    const ended = gate.records.filter(({ end }) => end === "gate").map(({ operation }) => operation);
    expect(new Set(ended)).toEqual(new Set(["SystemEvents", "ContainerLogs", "ContainerStats"]));
  });
});
