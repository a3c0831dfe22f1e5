import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { AuditRecord } from "../../src/audit/record.ts";
import { docker, dockerOutput, hasProgram, temporaryFolder, uniqueName } from "../support/docker-cli.ts";
import { engineHost, engineSocket, eventually, hasEngine, idleContainer } from "../support/engine-gate.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";

/** What Compose sends to make and to take away one container; it asks about more. */
const COMPOSE_WITHIN = "default,containers:create,containers:attach,containers:remove";

// All powers are held by the environment's list, which says nothing: a ceiling must not profit from that.
describe.runIf(hasEngine)("the docker command, through a gate that learns", () => {
  let opened: TestGate | undefined;
  beforeAll(async () => {
    opened = await openTestGate({ env: { QUAYGATE_MODE: "learn" }, engineSocket });
  });
  afterAll(() => opened?.close());
  const gate = (): TestGate => opened ?? expect.fail("the gate is open only while tests run");

  /** What is recorded of one run, of this operation. */
  async function recordsOf(words: readonly string[], operation: string): Promise<readonly AuditRecord[]> {
    const before = gate().records.length;
    await docker(gate().host, words);
    const found = (): readonly AuditRecord[] =>
      gate()
        .records.slice(before)
        .filter((record) => record.operation === operation);
    await eventually(`${operation} is recorded`, () => found().length > 0);
    return found();
  }

  test.each([
    ["version"],
    ["info"],
    ["ps", "--all"],
    ["images"],
    ["network", "ls"],
    ["volume", "ls"],
    ["system", "df"],
  ])("reads what there is: docker %s", async (...words) => {
    expect(await docker(gate().host, words)).toMatchObject({ code: 0 });
  });

  test("reads what a container is, and has its labels recorded with the project first", async () => {
    const name = await idleContainer("--label=a=1", "--label=com.docker.compose.project=shop");
    expect(await docker(gate().host, ["inspect", name])).toMatchObject({ code: 0 });
    const [record] = await recordsOf(["top", name], "ContainerTop");
    const id = await dockerOutput(engineHost, ["inspect", "--format={{.Id}}", name]);
    expect(record).toMatchObject({
      verdict: "allow",
      rule: "the ceiling of learn (default)",
      learning: true,
      status: 200,
    });
    expect(record?.object).toMatchObject({ kind: "container", id, name });
    expect(Object.entries(record?.object?.labels ?? {}).slice(0, 2)).toEqual([
      ["com.docker.compose.project", "shop"],
      ["a", "1"],
    ]);
  });

  test("runs nothing, copies nothing, makes nothing and reads no log, and each record says what that would take", async () => {
    const name = await idleContainer("--label=com.docker.compose.project=shop");
    const labelled = { kind: "container", name, labels: { "com.docker.compose.project": "shop" } };
    const denied = { verdict: "deny", code: "operation_denied", status: 403, learning: true };
    const [exec] = await recordsOf(["exec", "--user=0", name, "id"], "ContainerExec");
    expect(exec).toMatchObject({
      ...denied,
      object: labelled,
      powers: expect.arrayContaining(["command", "user:0"]),
    });
    const [copy] = await recordsOf(["cp", `${name}:/etc/passwd`, "-"], "ContainerArchive");
    expect(copy).toMatchObject({ ...denied, object: labelled, powers: ["read-file:/etc/passwd"] });
    const [logs] = await recordsOf(["logs", name], "ContainerLogs");
    expect(logs).toMatchObject({ ...denied, object: labelled });
    const called = uniqueName("never");
    const words = [
      "create",
      `--name=${called}`,
      "--label=com.docker.compose.project=new",
      "--privileged",
      "busybox:test",
    ];
    const [create] = await recordsOf(words, "ContainerCreate");
    expect(create).toMatchObject({
      ...denied,
      powers: expect.arrayContaining(["privileged", "image:docker.io/library/busybox:test"]),
      object: { kind: "container", name: called, labels: { "com.docker.compose.project": "new" } },
    });
    expect(await docker(engineHost, ["inspect", called])).toMatchObject({ code: 1 });
  });

  test("looks into what its grant opens with all powers, and changes nothing of it", async () => {
    const learning = await openTestGate({
      env: { QUAYGATE_MODE: "learn", POST: "1", CONTAINERS: "1" },
      engineSocket,
    });
    onTestFinished(() => learning.close());
    const name = uniqueName("container");
    onTestFinished(async () => {
      await docker(engineHost, ["rm", "--force", name]);
    });
    const words = [
      "create",
      `--name=${name}`,
      "--cap-add=NET_ADMIN",
      "--volume=/etc:/host:ro",
      "busybox:test",
    ];
    await dockerOutput(learning.host, words);
    const format = "--format={{.HostConfig.CapAdd}} {{.HostConfig.Binds}}";
    expect(await dockerOutput(engineHost, ["inspect", format, name])).toMatch(
      /^\[(?:CAP_)?NET_ADMIN\] \[\/etc:\/host:ro\]$/u,
    );
    await eventually("it is recorded", () =>
      learning.records.some(({ operation }) => operation === "ContainerCreate"),
    );
    const record = learning.records.find(({ operation }) => operation === "ContainerCreate");
    expect(record).toMatchObject({ verdict: "allow", rule: "POST=1 and CONTAINERS=1", object: { name } });
    expect(record?.powers).toEqual(
      expect.arrayContaining([
        "cap:NET_ADMIN",
        "image:docker.io/library/busybox:test",
        expect.stringMatching(/^bind:\/etc:ro/u),
      ]),
    );
  });

  test.runIf(hasProgram("docker-compose"))(
    "has the project of what Compose makes in the records",
    async () => {
      const learning = await openTestGate({
        env: { QUAYGATE_MODE: "learn", QUAYGATE_WITHIN: COMPOSE_WITHIN },
        engineSocket,
      });
      onTestFinished(() => learning.close());
      const [folder, project] = [temporaryFolder(), uniqueName("project")];
      onTestFinished(() => folder.remove());
      const file = join(folder.path, "compose.yaml");
      writeFileSync(
        file,
        'services: { web: { image: "busybox:test", command: sleep 1000, network_mode: none, init: true } }\n',
      );
      const compose = ["--project-name", project, "--file", file];
      const options = { program: "docker-compose" };
      await dockerOutput(learning.host, [...compose, "up", "--no-start"], options);
      await dockerOutput(learning.host, [...compose, "down"], options);
      const ofProject = (operation: string): boolean =>
        learning.records.some(
          ({ operation: name, object }) =>
            name === operation && object?.labels?.["com.docker.compose.project"] === project,
        );
      await eventually("all is recorded", () => ofProject("ContainerDelete"));
      expect(ofProject("ContainerCreate")).toBe(true);
    },
  );
});
