import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { refusalOf, statusOf } from "../support/raw-peer.ts";
import { answerEach } from "../support/scripted-engine.ts";
import { get, openEngine, PONG } from "./engine.ts";
import { entriesOf, type GateRun, quaygate, startGate, testFolder, textsOf } from "./quaygate-command.ts";

const LIST = get("/containers/json");
const MAY_LIST = "clients: { web: { from: 127.0.0.1, allow: [ContainerList] } }\n";
const MAY_NOT = "clients: { web: { from: 127.0.0.1, allow: [ImageList] } }\n";

interface Running {
  readonly gate: GateRun;
  readonly file: string;
}

async function startByPolicy(policy: string, more: Readonly<Record<string, string>> = {}): Promise<Running> {
  const file = join(testFolder(), "policy.yaml");
  writeFileSync(file, policy);
  const gate = await startGate({ QUAYGATE_POLICY: file, QUAYGATE_ENGINE: await openEngine(), ...more });
  await gate.untilOutput("the engine answers");
  return { gate, file };
}

async function listing(gate: GateRun): Promise<number> {
  const client = await gate.connect();
  await client.send(LIST);
  return statusOf(await client.next());
}

/** Waits for the end of what is told of a policy. */
function untilGeneration(gate: GateRun, generation: number): Promise<void> {
  return gate.untilOutput(`generation ${generation}, is in force`);
}

describe("a gate with a policy file", () => {
  test("tells hash and generation at its start and at each reload, and explain the same hash", async () => {
    const { gate, file } = await startByPolicy(MAY_LIST);
    const begun = textsOf(gate.stdout(), "msg").find((line) => line.startsWith("policy "));
    const { stdout } = await quaygate(["explain"], { QUAYGATE_POLICY: file });
    const [hash = ""] = /\([0-9a-f]{12}\)/u.exec(stdout) ?? [];
    expect(begun).toBe(`policy ${file} ${hash}, generation 1`);
    expect(stdout).toContain(`policy ${file} ${hash}\n`);
    gate.signal("SIGHUP");
    await untilGeneration(gate, 2);
    expect(textsOf(gate.stdout(), "msg").slice(-2)).toEqual([
      "SIGHUP: reading the policy again",
      `policy ${file} ${hash}, generation 2, is in force`,
    ]);
  });

  test("takes a changed file by itself, on a connection that is open, and tells what is open now", async () => {
    const { gate, file } = await startByPolicy(MAY_LIST);
    const client = await gate.connect();
    await client.send(LIST);
    expect(statusOf(await client.next())).toBe(200);
    writeFileSync(file, MAY_NOT);
    await untilGeneration(gate, 2);
    await client.send(LIST);
    expect(refusalOf(await client.next()).code).toBe("operation_denied");
    expect(textsOf(gate.stdout(), "msg").some((line) => line.startsWith("web: ImageList "))).toBe(true);
  });

  test("keeps a client to its scope from the first reload that brings one, on a connection that is open", async () => {
    const list =
      '[{"Id":"' +
      "a".repeat(64) +
      '","Names":["/ours"]},{"Id":"' +
      "b".repeat(64) +
      '","Names":["/theirs"]}]';
    const length = `Content-Length: ${list.length}`;
    const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${length}\r\n\r\n${list}`;
    const engine = await openEngine(
      answerEach(({ startLine }) => (startLine.includes("/json") ? answer : PONG)),
    );
    const { gate, file } = await startByPolicy(MAY_LIST, { QUAYGATE_ENGINE: engine });
    const client = await gate.connect();
    await client.send(LIST);
    expect((await client.next()).body.toString()).toContain("theirs");
    writeFileSync(file, MAY_LIST.replace("[ContainerList]", "[ContainerList], scope: { name: ours }"));
    await untilGeneration(gate, 2);
    await client.send(LIST);
    expect((await client.next()).body.toString()).toBe(`[{"Id":"${"a".repeat(64)}","Names":["/ours"]}]\n`);
  });

  test("takes a file by itself whose folder is turned to another one", async () => {
    const folder = testFolder();
    for (const [name, policy] of [
      ["..1", MAY_NOT],
      ["..2", MAY_LIST],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "policy.yaml"), policy);
    }
    symlinkSync("..1", join(folder, "..data"));
    symlinkSync("..data/policy.yaml", join(folder, "policy.yaml"));
    const file = join(folder, "policy.yaml");
    const gate = await startGate({ QUAYGATE_POLICY: file, QUAYGATE_ENGINE: await openEngine() });
    expect(await listing(gate)).toBe(403);
    symlinkSync("..2", join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    await untilGeneration(gate, 2);
    expect(await listing(gate)).toBe(200);
  });

  test("goes on by the last good policy where the file can't be used, says why once, and stays well", async () => {
    const admin = `tcp://127.0.0.1:${20_000 + (process.pid % 10_000)}`;
    const { gate, file } = await startByPolicy(MAY_LIST, { QUAYGATE_ADMIN: admin });
    writeFileSync(file, "clients:\n  web: { from: 127.0.0.1, alow: [ImageList], use: trafik }\n");
    await gate.untilOutput("the last good one stays in force");
    const problems = (): readonly string[] =>
      textsOf(gate.stdout(), "msg").filter((line) => line.startsWith(`${file}:`));
    expect(problems()).toEqual([
      expect.stringMatching(/:2:\d+: clients\.web\.alow: no such key; did you mean allow\?$/u),
      expect.stringMatching(/:2:\d+: clients\.web\.use: .*did you mean traefik\?$/u),
    ]);
    const errors = entriesOf(gate.stdout()).filter((entry) =>
      JSON.stringify(entry).includes('"level":"err"'),
    );
    expect(errors).toHaveLength(3);
    expect(await listing(gate)).toBe(200);
    const health = await quaygate(["health"], { QUAYGATE_ADMIN: admin });
    expect(health.code).toBe(0);
    expect(health.stdout).toMatch(
      /^gate alive, policy [0-9a-f]{12}, generation 1; its file can't be used since .*Z \(2 problems, .*\), engine reachable\n$/u,
    );
    // The same again is not told again, but to who asks for it. The watch needs two seconds at most.
    writeFileSync(file, readFileSync(file));
    await pause(2_500);
    gate.signal("SIGHUP");
    await gate.untilOutput((stdout) => stdout.split("the last good one stays in force").length === 3);
    writeFileSync(file, MAY_NOT);
    await untilGeneration(gate, 2);
    expect(problems()).toHaveLength(4);
    expect(await listing(gate)).toBe(403);
    expect((await quaygate(["health"], { QUAYGATE_ADMIN: admin })).stdout).toMatch(/generation 2, engine/u);
  });

  test("says what of a new policy needs a restart, and goes by the rest", async () => {
    const { gate, file } = await startByPolicy(MAY_LIST);
    writeFileSync(file, `engine: tcp://127.0.0.1:9\nlisten: tcp://127.0.0.1:9999\n${MAY_NOT}`);
    gate.signal("SIGHUP");
    await gate.untilOutput("engine is another one in");
    expect(gate.stdout()).toContain("listen is another one in");
    expect(await listing(gate)).toBe(403);
  });

  test("whose file is gone goes on, and takes one that comes", async () => {
    const { gate, file } = await startByPolicy(MAY_NOT);
    renameSync(file, `${file}.away`);
    await gate.untilOutput("there is no such file");
    expect(await listing(gate)).toBe(403);
    writeFileSync(`${file}.new`, MAY_LIST);
    renameSync(`${file}.new`, file);
    await untilGeneration(gate, 2);
    expect(await listing(gate)).toBe(200);
  });
});

test("a gate without a policy file says on SIGHUP that there is nothing to read again, and goes on", async () => {
  const gate = await startGate({ QUAYGATE_ENGINE: await openEngine(), CONTAINERS: "1" });
  await gate.untilOutput("the engine answers");
  gate.signal("SIGHUP");
  await gate.untilOutput("SIGHUP: there is nothing to read again");
  expect(await listing(gate)).toBe(200);
  gate.signal("SIGTERM");
  expect((await gate.result).code).toBe(0);
});
