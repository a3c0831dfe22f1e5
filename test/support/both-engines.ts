import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleEngine } from "../../src/sample/engine.ts";
import { openPretence } from "../../src/sample/pretence/pretence.ts";
import { docker, dockerOutput } from "./docker-cli.ts";
import { type Engine, startEngine } from "./engine.ts";
import { type LearnedPowers, learnPowers } from "./learned-powers.ts";

/** Command lines that people write, as a shell takes them: one after the other, until one fails. */
export interface Run {
  readonly lines: readonly string[];
  /** What lies in the folder in which they run, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** The real engine may not be able to do it here: there is no registry, or no such device. */
  readonly mayFail?: boolean;
}

/** What a run asked for, before the real engine and before the one that only pretends. */
interface LearnedTwice {
  readonly real: LearnedPowers & { readonly failed: string | undefined };
  readonly pretended: LearnedPowers & { readonly failed: string | undefined };
}

/** What runs leave behind, but the image that engines of the tests have. */
const CLEAN = [
  "docker service ls --quiet | xargs -r docker service rm",
  "docker ps --all --quiet | xargs -r docker rm --force --volumes",
  "docker secret ls --quiet | xargs -r docker secret rm",
  "docker config ls --quiet | xargs -r docker config rm",
  "docker network prune --force",
  "docker volume ls --quiet | xargs -r docker volume rm --force",
  "docker images --format '{{.Repository}}:{{.Tag}}' | grep -v '^busybox:test$' | xargs -r docker rmi --force",
].join("; ");

/** Starts an engine that manages a swarm, for this block alone, and lets runs ask it and a pretended one. */
function useBothEngines(): (run: Run) => Promise<LearnedTwice> {
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await startEngine();
    const init = ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"];
    await dockerOutput(`unix://${engine.socketPath}`, init);
  });
  afterAll(async () => {
    await engine?.stop();
  });
  return async (run) => {
    if (engine === undefined) throw new Error("the engine is there only while tests run");
    const folder = mkdtempSync(join(tmpdir(), "quaygate-run-"));
    const pretended = await openSampleEngine(join(folder, "pretended.sock"), openPretence());
    try {
      return {
        real: asToday(engine, await learn(engine.socketPath, run)),
        pretended: await learn(pretended.socketPath, run),
      };
    } finally {
      await pretended.close();
      rmSync(folder, { recursive: true });
      await shell(`unix://${engine.socketPath}`, CLEAN);
    }
  };
}

/** The pretended engine is one of today, which makes what is mounted below a read-only path read-only as well. */
function asToday(engine: Engine, real: LearnedTwice["real"]): LearnedTwice["real"] {
  if (engine.speaks("1.44")) return real;
  const spell = (texts: readonly string[]): readonly string[] =>
    texts.map((text) => text.replace(/^(bind:.*:ro)-nonrecursive$/u, "$1"));
  return { ...real, all: spell(real.all), beyondDefault: spell(real.beyondDefault) };
}

async function learn(socketPath: string, { lines, files = {} }: Run): Promise<LearnedTwice["real"]> {
  const project = mkdtempSync(join(tmpdir(), "quaygate-run-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(project, name), content);
    let failed: string | undefined;
    const learned = await learnPowers(socketPath, async (host) => {
      const { code, stdout, stderr } = await shell(host, `cd ${project}; ${lines.join(" && ")}`);
      failed = code === 0 ? undefined : `${stdout}${stderr}`;
    });
    const spell = (texts: readonly string[]): readonly string[] =>
      texts.map((text) => text.replaceAll(project, "FOLDER"));
    return { all: spell(learned.all), beyondDefault: spell(learned.beyondDefault), failed };
  } finally {
    rmSync(project, { recursive: true });
  }
}

/** Says of each run whether the pretended engine has it ask for just what the real one does, and end well. */
export function expectSameOf(runs: Readonly<Record<string, Run>>): void {
  const learnTwice = useBothEngines();
  test.each(Object.entries(runs))("%s", async (_, run) => {
    const { real, pretended } = await learnTwice(run);
    if (run.mayFail !== true) expect(real.failed).toBeUndefined();
    expect(pretended).toEqual({ ...real, failed: undefined });
  });
}

/** Runs lines where the clients of the project are. */
function shell(host: string, lines: string): ReturnType<typeof docker> {
  return docker(host, ["-c", lines], { program: "sh" });
}
