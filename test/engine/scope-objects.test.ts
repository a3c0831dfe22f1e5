import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingText } from "../../src/docker/objects/missing-text.ts";
import { askedWord } from "../../src/docker/objects/meant-object.ts";
import type { ObjectKind } from "../../src/docker/objects/object-kind.ts";
import type { UseOfOne } from "../../src/docker/objects/object-use.ts";
import { operationObjects } from "../../src/docker/objects/operation-objects.ts";
import { type Operation, operations } from "../../src/docker/operations.ts";
import { makeScope } from "../../src/policy/scope/make-scope.ts";
import { useSwarm } from "../examples/deployment.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { makeObjects, type TestObjects } from "../support/scoped-objects.ts";
import { type Answer, send } from "./attacks/attack.ts";

interface Row {
  readonly operation: Operation;
  readonly use: UseOfOne;
}

/** No test installs a plugin, and of nodes there is one. */
const UNTRIED: ReadonlySet<ObjectKind> = new Set<ObjectKind>(["plugin", "node"]);
const rows: readonly Row[] = operations.flatMap((operation) => {
  const use = operationObjects[operation.name];
  return use.use === "one" && !UNTRIED.has(use.kind) ? [{ operation, use }] : [];
});

/** What a request needs beside its path, so that nothing else is wrong with it. */
const QUERIES: Readonly<Record<string, string>> = {
  ImageTag: "?repo=a&tag=b",
  ImagePush: "?tag=latest",
  ContainerResize: "?h=1&w=1",
  ExecResize: "?h=1&w=1",
  ContainerRename: "?name=taken",
  ContainerLogs: "?stdout=1",
  ServiceLogs: "?stdout=1",
  TaskLogs: "?stdout=1",
  ContainerArchive: "?path=/",
  ContainerArchiveInfo: "?path=/",
  PutContainerArchive: "?path=/",
  ServiceUpdate: "?version=1",
  SecretUpdate: "?version=1",
  ConfigUpdate: "?version=1",
  VolumeUpdate: "?version=1",
};
const BODIES: Readonly<Record<string, string>> = {
  ContainerExec: '{"Cmd":["touch","/touched"]}',
  ExecStart: '{"Detach":true}',
};
/** What an engine has in another form, or not at all: the gate says the same of all. */
const OTHERWISE: ReadonlySet<string> = new Set([
  // Without JSON, and to HEAD without a word.
  ...["ContainerAttach", "ContainerArchiveInfo"],
  // In the stream of a push that has begun, and by other steps of a save.
  ...["ImagePush", "ImageGet"],
  // Of experiments, of the newest API, of the oldest, and of volumes of a cluster.
  ...[
    "CheckpointList",
    "CheckpointCreate",
    "CheckpointDelete",
    "ImageAttestations",
    "ContainerCopy",
    "VolumeUpdate",
  ],
  // Whose body is looked at before.
  ...["NetworkConnect", "NetworkDisconnect", "ServiceUpdate"],
]);

describe.runIf(hasEngine)("a client that may touch what it made", () => {
  const swarm = useSwarm();
  let gate: TestGate | undefined;
  let others: TestObjects | undefined;

  beforeAll(async () => {
    const { engine, host } = swarm();
    const scope = makeScope("ci", [{ own: true }]);
    gate = await openTestGate({
      env: everySwitch,
      engineSocket: engine.socketPath,
      objects: { scope, view: undefined, stamps: new Map() },
    });
    others = await makeObjects(host, "ops");
  });
  afterAll(() => gate?.close());

  const bare = (): { socketPath: string } => ({ socketPath: swarm().engine.socketPath });
  const through = (): { port: number } => ({ port: gate?.port ?? 0 });

  async function execIn(container: string): Promise<string> {
    const body = '{"Cmd":["sleep","100"]}';
    const { text } = await send(bare(), "POST", `/v1.41/containers/${container}/exec`, body);
    return /"Id":"(?<id>[0-9a-f]{64})"/u.exec(text)?.groups?.["id"] ?? "";
  }

  function ask(place: Parameters<typeof send>[0], { operation, use }: Row, word: string): Promise<Answer> {
    const { name, template, methods } = operation;
    const path = template.replace(/\{(?:id|name)(?:\.\.\.)?\}/u, word).replace("{checkpoint}", "one");
    const isUpload = name === "PutContainerArchive";
    const body = methods[0] === "GET" || use.kind === "image" ? undefined : (BODIES[name] ?? "{}");
    const type = isUpload ? "application/x-tar" : "application/json";
    return send(place, methods[0] ?? "GET", `/v1.41${path}${QUERIES[name] ?? ""}`, body, type);
  }

  /** Words for the object of another client, and of what is not there: as long, so that only they differ. */
  async function wordsFor(kind: ObjectKind): Promise<readonly (readonly [others: string, none: string])[]> {
    if (kind === "exec") return [[await execIn(others?.container.id ?? ""), "e".repeat(64)]];
    const { name, id } = new Map(Object.entries(others ?? {})).get(kind) ?? { name: "", id: "" };
    const none = `${"0".repeat(id.length - 1)}1`;
    return [
      [name, "no-such-thing"],
      [id, kind === "image" ? `sha256:${none.slice(7)}` : none],
      ...(kind === "volume" || kind === "image" ? [] : [[id.slice(0, 12), "0".repeat(12)] as const]),
      ...(kind === "image" ? [[id.slice(7, 19), "0".repeat(12)] as const] : []),
    ];
  }

  /** All that the engine says of the objects of another client, but what changes by itself. */
  async function portrait(): Promise<readonly string[]> {
    const paths = Object.entries(others ?? {}).map(([kind, { name }]) => {
      const isInspected = kind === "container" || kind === "image";
      return `/v1.41/${kind}s/${name}${isInspected ? "/json" : ""}`;
    });
    const texts = await Promise.all(paths.map(async (path) => (await send(bare(), "GET", path)).text));
    return [
      ...texts.map((text) => text.replace(/"ExecIDs":(?:null|\[[^\]]*\])/u, "")),
      (await send(bare(), "GET", `/v1.41/containers/${others?.container.id}/changes`)).text,
    ];
  }

  test("finds every engine's own words for what is not there", async () => {
    for (const { operation, use } of rows) {
      if (OTHERWISE.has(operation.name)) continue;
      const word = use.kind === "exec" ? "e".repeat(64) : "no-such-thing";
      const { status, text } = await ask(bare(), { operation, use }, word);
      const message = missingText(use.kind, word, operation.name);
      // Releases before 22 begin some of these sentences otherwise.
      const told = swarm().engine.speaks("1.42") ? `{"message":"${message}"}` : message.slice(1);
      expect([operation.name, status, text]).toEqual([operation.name, 404, expect.stringContaining(told)]);
    }
  });

  test.each(rows.map((row) => [row.operation.name, row] as const))(
    "is told by %s that another's object is not there, in the very words of one that is not",
    async (name, row) => {
      const before = await portrait();
      for (const [word, none] of await wordsFor(row.use.kind)) {
        const [answer, missing] = [await ask(through(), row, word), await ask(through(), row, none)];
        expect(answer).toEqual({ ...missing, text: missing.text.replaceAll(none, word) });
        expect(answer).toMatchObject({ status: 404, code: "no_such_object" });
        const tag = name === "ImagePush" ? "latest" : "";
        const told = missingText(row.use.kind, askedWord({ word, tag }), row.operation.name);
        if (row.operation.methods[0] !== "HEAD")
          expect(answer.text).toBe(`${JSON.stringify({ message: told })}\n`);
      }
      expect(await portrait()).toEqual(before);
    },
  );
});
