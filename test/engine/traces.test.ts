import { describe, expect, test } from "vitest";
import { dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { engineSocket, hasEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate } from "../support/gate.ts";

const OWN = { trace: "0af7651916cd43dd8448eb211c80319c", span: "b7ad6b7169203331", flags: 3 };

// Whatever an engine makes of it: it continues a trace by itself, where it exports any.
describe.runIf(hasEngine)("an engine that is told a trace with each request", () => {
  test("runs a container, a command in it, and takes it away as ever", async () => {
    const gate = await openTestGate({ env: { ...everySwitch }, engineSocket, trace: () => OWN });
    const name = uniqueName("traced");
    const run = ["run", "-d", "--network=none", `--name=${name}`, "busybox:test", "sleep", "100"];
    await dockerOutput(gate.host, run);
    expect(await dockerOutput(gate.host, ["exec", name, "echo", "said"])).toBe("said");
    await dockerOutput(gate.host, ["rm", "--force", name]);
    expect(gate.records.length).toBeGreaterThan(5);
    for (const { trace, span, status } of gate.records) {
      expect({ trace, span, isWell: status < 400 }).toEqual({
        trace: OWN.trace,
        span: OWN.span,
        isWell: true,
      });
    }
    await gate.close();
  });
});
