import { beforeAll, describe, expect, test } from "vitest";
import { dockerOutput } from "../support/docker-cli.ts";
import { hasEngine, useOwnEngine } from "../support/engine-gate.ts";

// An engine of its own: pruning takes what other tests are about to use.
describe.runIf(hasEngine)("pruning with the docker command", () => {
  const own = useOwnEngine();
  let host = "";

  beforeAll(async () => {
    host = own().gate.host;
    // Keeps busybox:test in use, so that no prune takes it.
    await dockerOutput(host, [
      "run",
      "-d",
      "--network=none",
      "--name=keeper",
      "busybox:test",
      "sleep",
      "600",
    ]);
  });

  test("container prune removes the stopped ones", async () => {
    await dockerOutput(host, ["run", "--network=none", "--name=stopped", "busybox:test", "true"]);
    expect(await dockerOutput(host, ["container", "prune", "--force"])).toContain("Deleted Containers:");
    expect(await dockerOutput(host, ["ps", "--all", "--format={{.Names}}"])).toBe("keeper");
  });

  test("image prune removes what nothing uses", async () => {
    await dockerOutput(host, ["commit", "keeper", "unused:test"]);
    expect(await dockerOutput(host, ["image", "prune", "--all", "--force"])).toContain(
      "untagged: unused:test",
    );
    expect(await dockerOutput(host, ["images", "--format={{.Repository}}"])).toBe("busybox");
  });

  test("network prune removes what nothing uses", async () => {
    await dockerOutput(host, ["network", "create", "unused"]);
    expect(await dockerOutput(host, ["network", "prune", "--force"])).toContain("unused");
    expect(await dockerOutput(host, ["network", "ls", "--filter=type=custom", "--quiet"])).toBe("");
  });

  test("volume prune removes what nothing uses", async () => {
    await dockerOutput(host, ["volume", "create", "unused"]);
    const named = own().engine.speaks("1.42") ? ["--all"] : [];
    expect(await dockerOutput(host, ["volume", "prune", "--force", ...named])).toContain("unused");
    expect(await dockerOutput(host, ["volume", "ls", "--quiet"])).toBe("");
  });

  test("builder prune and system prune answer", async () => {
    await dockerOutput(host, ["run", "--network=none", "--name=stopped", "busybox:test", "true"]);
    expect(await dockerOutput(host, ["system", "prune", "--force"])).toContain("Total reclaimed space");
    expect(await dockerOutput(host, ["ps", "--all", "--format={{.Names}}"])).toBe("keeper");
  });
});
