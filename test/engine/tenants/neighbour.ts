import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ObjectKind } from "../../../src/docker/objects/object-kind.ts";
import { dockerOutput, temporaryFolder } from "../../support/docker-cli.ts";
import { eventually } from "../../support/engine-gate.ts";
import { type Place, send } from "../attacks/attack.ts";

/** One object of a tenant's, with each way to mean it. */
export interface Owned {
  readonly kind: ObjectKind;
  readonly id: string;
  /** Each with what it is, so that it can be compared with a word of that form that means nothing. */
  readonly words: readonly (readonly [form: WordForm, word: string])[];
}

/** What a word looks like. */
export type WordForm = "name" | "id" | "short id" | "prefix" | "link" | "slashed";

/** Begins each of its names, and stands in all that it has set: where a stranger reads it, something has leaked. */
export const MARK = "zebra";

const IDLE = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"];
const IMAGE = "busybox:test";

/** Makes something of every kind as one tenant, and gives all of it. */
export async function everythingOf(
  { place, host }: { readonly place: Place; readonly host: string },
  engineHost: string,
): Promise<readonly Owned[]> {
  const run = (...words: readonly string[]): Promise<string> => dockerOutput(host, words);
  for (const name of ["front", "back"])
    await run("network", "create", `--label=${MARK}=1`, `${MARK}-${name}`);
  for (const name of ["data", "cache", "old"])
    await run("volume", "create", `--label=${MARK}=1`, `${MARK}-${name}`);
  const usual = [`--label=${MARK}.label=1`, `--env=SECRET=${MARK}-password`];
  await run("run", "--detach", ...usual, `--name=${MARK}-plain`, IMAGE, ...IDLE);
  await run(
    "run",
    "--detach",
    ...usual,
    `--name=${MARK}-linked`,
    `--link=${MARK}-plain:${MARK}alias`,
    IMAGE,
    ...IDLE,
  );
  const mounts = [`--volume=${MARK}-data:/data`, `--network=${MARK}-front`];
  await run("run", "--detach", ...usual, `--name=${MARK}-web`, ...mounts, IMAGE, ...IDLE);
  await run("create", ...usual, `--name=${MARK}-idle`, `--network=${MARK}-back`, IMAGE, "true");
  await run("run", ...usual, `--name=${MARK}-done`, "--network=none", IMAGE, "echo", MARK);
  await run("commit", `${MARK}-done`, `${MARK}-image:1`);
  await build(host);
  for (const name of ["one", "two"]) {
    await dockerOutput(host, ["secret", "create", `${MARK}-secret-${name}`, "-"], { input: MARK });
    await dockerOutput(host, ["config", "create", `${MARK}-config-${name}`, "-"], { input: MARK });
  }
  // The command waits for nodes, which are nobody's, so that none is there for a tenant.
  const quietly = ["--detach", "--no-resolve-image", `--label=${MARK}=1`];
  await run(
    "service",
    "create",
    ...quietly,
    `--name=${MARK}-service`,
    `--secret=${MARK}-secret-one`,
    IMAGE,
    ...IDLE,
  );
  await run("service", "create", ...quietly, "--replicas=0", `--name=${MARK}-resting`, IMAGE, ...IDLE);
  const tasks = ["ps", "--quiet", `--filter=label=com.docker.swarm.service.name=${MARK}-service`];
  await eventually("the service's task runs", async () => (await dockerOutput(engineHost, tasks)) !== "");
  const exec = await send(place, "POST", `/containers/${MARK}-web/exec`, JSON.stringify({ Cmd: ["true"] }));
  return [
    ...(await containersOf(engineHost)),
    { kind: "exec", id: idOf(exec.text), words: [["id", idOf(exec.text)]] },
    ...(await listed(engineHost, "image", [
      "image",
      "ls",
      "--no-trunc",
      "--format={{.ID}} {{.Repository}}:{{.Tag}}",
    ])),
    ...(await listed(engineHost, "network", ["network", "ls", "--no-trunc", "--format={{.ID}} {{.Name}}"])),
    ...(await listed(engineHost, "volume", ["volume", "ls", "--format={{.Name}} {{.Name}}"])),
    ...(await listed(engineHost, "secret", ["secret", "ls", "--format={{.ID}} {{.Name}}"])),
    ...(await listed(engineHost, "config", ["config", "ls", "--format={{.ID}} {{.Name}}"])),
    ...(await listed(engineHost, "service", ["service", "ls", "--format={{.ID}} {{.Name}}"])),
    ...(await listed(engineHost, "task", [
      "service",
      "ps",
      `${MARK}-service`,
      "--no-trunc",
      "--format={{.ID}} {{.Name}}",
    ])),
  ];
}

async function build(host: string): Promise<void> {
  const { path, remove } = temporaryFolder();
  writeFileSync(
    join(path, "Dockerfile"),
    `FROM ${IMAGE}\nENV SECRET=${MARK}-password\nLABEL ${MARK}.built=1\n`,
  );
  await dockerOutput(host, ["build", "--quiet", "--network=none", `--tag=${MARK}-built:1`, path]);
  remove();
}

/** Those that the mark is on: what is the engine's own is nobody's. */
async function listed(host: string, kind: ObjectKind, command: readonly string[]): Promise<readonly Owned[]> {
  const lines = (await dockerOutput(host, command)).split("\n");
  return lines
    .filter((line) => line.includes(MARK))
    .map((line): Owned => {
      const [id = "", name = ""] = line.split(" ");
      if (kind === "volume") return { kind, id, words: [["name", name]] };
      const bareId = id.replace(/^sha256:/u, "");
      // Which of a service's tasks is meant can be said by the id alone.
      const byName = kind === "task" ? [] : ([["name", name]] as const);
      return {
        kind,
        id,
        words: [...byName, ["id", id], ["short id", bareId.slice(0, 12)], ["prefix", bareId.slice(0, 7)]],
      };
    });
}

async function containersOf(host: string): Promise<readonly Owned[]> {
  const format = "--format={{.ID}} {{.Names}}";
  const lines = (await dockerOutput(host, ["ps", "--all", "--no-trunc", format])).split("\n");
  return lines.map((line): Owned => {
    const [id = "", names = ""] = line.split(" ");
    const words = names.split(",").map((name) => [name.includes("/") ? "link" : "name", name] as const);
    return {
      kind: "container",
      id,
      words: [
        ...words,
        ["slashed", `/${names.split(",").find((name) => !name.includes("/")) ?? ""}`],
        ["id", id],
        ["short id", id.slice(0, 12)],
        ["prefix", id.slice(0, 7)],
      ],
    };
  });
}

function idOf(text: string): string {
  const id = /"Id":"([0-9a-f]+)"/u.exec(text)?.[1];
  if (id === undefined) throw new Error(`no id in ${text}`);
  return id;
}
