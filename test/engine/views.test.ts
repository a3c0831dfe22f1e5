import Dockerode from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contents, isContent } from "../../src/docker/answers/content.ts";
import { operationAnswers } from "../../src/docker/answers/operation-answers.ts";
import type { ViewWords } from "../../src/policy/view/make-view.ts";
import { viewerOf } from "../docker/answers/viewers.ts";
import { docker } from "../support/docker-cli.ts";
import { hasDockerPy, runPython } from "../support/docker-py.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { unknownFields, valuesOf } from "./answers/read-answer.ts";
import { type Answered, marks, useRichEngine } from "./answers/rich-engine.ts";
import { openViewingGate, type ViewingGate, type WholeAnswer } from "./answers/viewing-gate.ts";

const words = Object.keys(contents).filter((word) => isContent(word));

/** One client for each word that can be hidden, one that sees this word alone, and those who see all or nothing. */
const views: Readonly<Record<string, ViewWords>> = {
  all: {},
  every: { only: words },
  none: { only: ["labels:com.example.none"] },
  nothing: { hide: words },
  // The labels that a swarm writes hold names.
  ...Object.fromEntries(
    words.flatMap((word) => [
      [`without-${word}`, { hide: word === "names" ? [word, "labels"] : [word] }],
      [`only-${word}`, { only: [word] }],
    ]),
  ),
};

const COMMANDS = [
  "version",
  "info",
  "ps --all --size --no-trunc",
  "inspect CONTAINER",
  "stats --no-stream CONTAINER",
  "top CONTAINER",
  "diff CONTAINER",
  "port CONTAINER",
  "images --all --digests --no-trunc",
  "image inspect busybox:test",
  "history busybox:test",
  "network ls",
  "network inspect marknetworks-network",
  "volume ls",
  "volume inspect kept-volume",
  "system df --verbose",
  "node ls",
  "node ps",
  "node inspect --pretty self",
  "service ls",
  "service ps SERVICE",
  "service inspect --pretty SERVICE",
  "secret ls",
  "secret inspect --pretty marknames-secret",
  "config ls",
  "config inspect --pretty marknames-config",
  "plugin ls",
] as const;

const PROGRAM = `
import docker, json, sys
engine = docker.from_env(version="1.41")
seen = []
for container in engine.containers.list(all=True):
    seen.append([container.name, container.status, container.labels, container.attrs["NetworkSettings"]["Ports"]])
    container.ports
    if container.id == sys.argv[1]: container.stats(stream=False); container.top()
for image in engine.images.list(all=True): seen.append([image.tags, image.labels, image.short_id])
for network in engine.networks.list(greedy=True): seen.append([network.name, network.containers])
for volume in engine.volumes.list(): seen.append([volume.name, volume.attrs["Labels"]])
for service in engine.services.list(): seen.append([service.name, service.tasks()])
for node in engine.nodes.list(): seen.append([node.attrs["Spec"]])
for secret in engine.secrets.list(): seen.append([secret.name])
for config in engine.configs.list(): seen.append([config.name])
engine.df(); engine.info(); engine.version()
print(json.dumps(len(seen)))
`;

describe.runIf(hasEngine)("an engine with something of every kind, behind a gate with views", () => {
  const rich = useRichEngine();
  let opened: ViewingGate | undefined;
  beforeAll(async () => {
    opened = await openViewingGate(rich().engine, views);
  });
  afterAll(() => opened?.close());
  const gate = (): ViewingGate => {
    if (opened === undefined) throw new Error("the gate is open only while tests run");
    return opened;
  };

  const tableOf = ({ operation }: Answered): NonNullable<ReturnType<typeof operationAnswers.get>> => {
    const table = operationAnswers.get(operation);
    if (table === undefined) throw new Error(`${operation} has no table`);
    return table;
  };

  /** By each word the texts that tell it. */
  const allMarks = (): Readonly<Record<string, readonly string[]>> => ({
    ...Object.fromEntries(Object.entries(marks).map(([word, mark]) => [word, [mark]])),
    data: [Buffer.from(marks.data).toString("base64")],
    ...rich().engineMarks,
  });

  /** Where a client reads marks of these words, of all that the engine answers with such a mark. */
  async function found(
    client: string,
    hidden: readonly string[],
    answers: readonly Answered[],
  ): Promise<readonly string[]> {
    const texts = hidden.flatMap((word) => allMarks()[word] ?? []);
    const told: string[] = [];
    for (const { path, text } of answers) {
      const known = texts.filter((mark) => text.includes(mark));
      if (known.length === 0) continue;
      const answer = await gate().ask(client, "GET", path);
      if (answer.status !== 200) told.push(`${path} is answered with ${answer.status} ${answer.content}`);
      told.push(...texts.filter((mark) => answer.text.includes(mark)).map((mark) => `${path} ${mark}`));
    }
    return told;
  }

  test("has no field that no table knows", () => {
    const unknown = rich().answers.flatMap((answer) => {
      const table = tableOf(answer);
      const fields = valuesOf(table, answer.text).flatMap((value) => unknownFields(table.part, value));
      return [...new Set(fields)].map((field) => `${answer.operation} ${field}`);
    });
    expect(unknown).toEqual([]);
  });

  test("holds each mark, so that it is worth something not to find one", () => {
    const all = rich()
      .answers.map(({ text }) => text)
      .join("\n");
    for (const mark of Object.values(allMarks()).flat()) expect(all).toContain(mark);
  });

  test.each(words)("shows no mark of %s where it is hidden", async (word) => {
    expect(await found(`without-${word}`, [word], rich().answers)).toEqual([]);
  });

  test.each(words)("shows only what is asked for: %s", async (word) => {
    const carried = word === "labels" ? ["labels", "names"] : [word];
    const others = words.filter((other) => !carried.includes(other));
    const newest = rich().answers.filter(({ path }) => path.startsWith(`/v${rich().engine.apiVersion}/`));
    expect(await found(`only-${word}`, others, newest)).toEqual([]);
  });

  test("is as it is for whoever may read all of it, with and without a view", async () => {
    let compared = 0;
    for (const answer of rich().answers) {
      const { part, ...table } = tableOf(answer);
      for (const value of valuesOf({ part, ...table }, answer.text)) {
        expect(part.review(value, viewerOf({}))).toBe(value);
        expect(part.review(value, viewerOf({ only: [...words] }))).toBe(value);
      }
      // Engines list networks and volumes in another order each time.
      if (/\/(?:stats|top|df|info|images\/json|(?:networks|volumes)(?:\?|$))/u.test(answer.path)) continue;
      const read = (client: string): Promise<WholeAnswer> => gate().ask(client, "GET", answer.path);
      const [before, all, every, after] = [
        await read("all"),
        await read("all"),
        await read("every"),
        await read("all"),
      ];
      // What changes from one moment to the next is not compared.
      if (before.content !== answer.text || after.content !== answer.text) continue;
      expect(all.content).toBe(answer.text);
      // Some lists are null where they are empty.
      expect(every.content.trim()).toBe(answer.text.trim().replace(/^null$/u, "[]"));
      compared += 1;
    }
    expect(compared).toBeGreaterThan(50);
  });

  test("says why it did not do something without what is hidden", async () => {
    const told: string[] = [];
    for (const { method, path, body } of rich().mistakes) {
      for (const client of [...words.map((word) => `without-${word}`), "none"]) {
        const hidden = client === "none" ? words : [client.replace("without-", "")];
        const { text } = await gate().ask(client, method, path, body);
        const texts = hidden.flatMap((word) => allMarks()[word] ?? []);
        // What the request says itself is no news.
        const news = texts.filter((mark) => text.includes(mark) && !path.includes(mark));
        told.push(...news.map((mark) => `${client} ${method} ${path}: ${mark} in ${text}`));
      }
    }
    expect(told).toEqual([]);
  });

  describe.each([
    { how: "all is hidden by every word", client: "nothing" },
    { how: "all is hidden but what is named, which is nothing", client: "none" },
  ])("of which $how", ({ client }) => {
    const hostOf = (): string => `unix://${gate().socketOf(client)}`;

    test.each(COMMANDS)("docker %s", async (command) => {
      const { container, service } = rich();
      const line = command.replace("CONTAINER", container).replace("SERVICE", service);
      const { code, stderr } = await docker(hostOf(), line.split(" "));
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/error|panic/iu) });
    });

    test("dockerode", async () => {
      const engine = new Dockerode({ socketPath: gate().socketOf(client) });
      for (const { Id } of await engine.listContainers({ all: true })) {
        const { Name, NetworkSettings, Config } = await engine.getContainer(Id).inspect();
        expect(Name).toBe(`/${Id.slice(0, 12)}`);
        expect(NetworkSettings.Networks).toEqual({});
        expect(Config.Env ?? []).toEqual([]);
      }
      expect(await engine.listServices()).toHaveLength(1);
      expect(await engine.df()).toHaveProperty("Containers");
    });

    test.runIf(hasDockerPy)("docker-py", async () => {
      expect(await runPython(hostOf(), PROGRAM, [rich().container])).toBeGreaterThan(10);
    });
  });
});
