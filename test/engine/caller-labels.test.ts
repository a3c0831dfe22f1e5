import { request } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ClientRange, parseClientAddress } from "../../src/clients/address-range.ts";
import { Containers, type EngineWord, type LabelsAnswer } from "../../src/clients/containers.ts";
import { docker, dockerOutput, spawnDocker, uniqueName } from "../support/docker-cli.ts";
import { containerName, engineHost, engineSocket, hasEngine } from "../support/engine-gate.ts";

function ask(path: string): Promise<EngineWord> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: engineSocket, path, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}

function address(text: string): ClientRange {
  const parsed = parseClientAddress(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

/** The label `role` of who calls from one address to another, or why there is none. */
async function roleOf(remote: string, local: string): Promise<string | undefined> {
  const answer: LabelsAnswer = await new Containers(ask).labelsOf(address(remote), address(local));
  return answer.kind === "labels" ? answer.labels.get("role") : answer.kind;
}

/** Runs a container that stays. */
async function stay(...runArguments: readonly string[]): Promise<string> {
  const name = containerName();
  const kept = ["run", "--detach", `--name=${name}`, "--stop-timeout=0", ...runArguments];
  await dockerOutput(engineHost, [...kept, "busybox:test", "sleep", "1000"]);
  return name;
}

async function network(subnet: string): Promise<string> {
  const name = uniqueName("net");
  onTestFinished(async () => {
    await docker(engineHost, ["network", "rm", name]);
  });
  await dockerOutput(engineHost, ["network", "create", `--subnet=${subnet}.0/24`, name]);
  return name;
}

describe.runIf(hasEngine)("by the engine's word, a caller", () => {
  const front = `10.${200 + (process.pid % 50)}.77`;
  const back = `10.${200 + (process.pid % 50)}.78`;
  const gate = `${front}.2`;

  test("has its container's labels from its very first call on", async () => {
    const net = await network(front);
    for (const number of [11, 12, 13]) {
      const listening = ["run", "--rm", "--interactive", `--network=${net}`, `--ip=${gate}`, "busybox:test"];
      const listener = spawnDocker(engineHost, [...listening, "sh", "-c", "echo ready; nc -l -p 9000"]);
      await listener.untilOutput("ready");
      const caller = ["run", "--rm", `--network=${net}`, `--ip=${front}.${number}`, `--label=role=${number}`];
      const calling = spawnDocker(engineHost, [
        ...caller,
        "busybox:test",
        "sh",
        "-c",
        `(echo called; sleep 1) | nc ${gate} 9000`,
      ]);
      await listener.untilOutput("called");
      expect(await roleOf(`${front}.${number}`, gate)).toBe(String(number));
      await calling.result;
      await listener.result;
    }
  });

  test("in the host's network is nobody, and so is one over a network that it does not share", async () => {
    const net = await network(front);
    const other = await network(back);
    const gateName = await stay(`--network=${net}`, `--ip=${gate}`);
    await dockerOutput(engineHost, ["network", "connect", `--ip=${back}.2`, other, gateName]);
    await stay(`--network=${net}`, `--ip=${front}.11`, "--label=role=near");
    await stay("--network=host", "--label=role=host");
    expect(await roleOf(`${front}.11`, gate)).toBe("near");
    expect(await roleOf(`${front}.11`, `${front}.1`)).toBe("near");
    expect(await roleOf(`${front}.1`, gate)).toBe("no-container");
    expect(await roleOf(`${front}.11`, `${back}.2`)).toBe("no-container");
    expect(await roleOf(`${front}.11`, `${back}.1`)).toBe("no-container");
  });

  test("that has the address of one who is gone has its own labels, and none of his", async () => {
    const net = await network(front);
    await stay(`--network=${net}`, `--ip=${gate}`);
    const place = [`--network=${net}`, `--ip=${front}.11`];
    const first = await stay(...place, "--label=role=first");
    expect(await roleOf(`${front}.11`, gate)).toBe("first");
    await dockerOutput(engineHost, ["stop", first]);
    expect(await roleOf(`${front}.11`, gate)).toBe("no-container");
    const second = await stay(...place, "--label=other=1");
    expect(await roleOf(`${front}.11`, gate)).toBeUndefined();
    await dockerOutput(engineHost, ["rm", "--force", second]);
    await dockerOutput(engineHost, ["start", first]);
    expect(await roleOf(`${front}.11`, gate)).toBe("first");
  });

  test("in another container's network is that container", async () => {
    const net = await network(front);
    await stay(`--network=${net}`, `--ip=${gate}`);
    const owner = await stay(`--network=${net}`, `--ip=${front}.11`, "--label=role=owner");
    await stay(`--network=container:${owner}`, "--label=role=guest");
    expect(await roleOf(`${front}.11`, gate)).toBe("owner");
  });
});
