import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operationAnswers } from "../../src/docker/answers/operation-answers.ts";
import type { OperationName } from "../../src/docker/operations.ts";
import { explainMissingPodman, type Podman, startPodman } from "../support/podman.ts";
import { readAs, unknownFields, valuesOf } from "./answers/read-answer.ts";
import { send } from "./attacks/attack.ts";
import { viewerOf } from "../docker/answers/viewers.ts";

const missing = explainMissingPodman();
const hasPodman = missing === undefined || process.env["CI"] === "true";

const IMAGE = "localhost/busybox:test";
const labels = { marklabels: "marklabels" };

const container = {
  name: "marknames",
  image: IMAGE,
  command: ["sh", "-c", "true # markcommand"],
  env: { MARK: "markenv" },
  labels,
  hostname: "marknames",
  mounts: [{ type: "bind", source: "/tmp", destination: "/markmounts", options: ["ro"] }],
  hostadd: ["markaddresses:10.9.8.7"],
  portmappings: [{ container_port: 7070, protocol: "tcp" }],
};

const questions: readonly (readonly [OperationName, string])[] = [
  ["ContainerListLibpod", "/libpod/containers/json?all=true&size=true&namespace=true"],
  ["ContainerInspectLibpod", "/libpod/containers/marknames/json?size=true"],
  ["ContainerChangesLibpod", "/libpod/containers/marknames/changes"],
  ["ContainerShowMountedLibpod", "/libpod/containers/showmounted"],
  ["ImageListLibpod", "/libpod/images/json?all=true"],
  ["ImageInspectLibpod", `/libpod/images/${IMAGE}/json`],
  ["ImageHistoryLibpod", `/libpod/images/${IMAGE}/history`],
  ["ImageTreeLibpod", `/libpod/images/${IMAGE}/tree`],
  ["NetworkListLibpod", "/libpod/networks/json"],
  ["NetworkInspectLibpod", "/libpod/networks/marknetworks/json"],
  ["VolumeListLibpod", "/libpod/volumes/json"],
  ["VolumeInspectLibpod", "/libpod/volumes/kept/json"],
  ["SecretListLibpod", "/libpod/secrets/json"],
  ["SecretInspectLibpod", "/libpod/secrets/marknames/json"],
  ["SystemInfoLibpod", "/libpod/info"],
  ["SystemVersionLibpod", "/libpod/version"],
  ["SystemDataUsageLibpod", "/libpod/system/df"],
  ["SystemEventsLibpod", "/libpod/events?stream=false"],
  // The same by Docker's API, with fields of Podman's own.
  ["ContainerList", "/containers/json?all=true&size=true"],
  ["ContainerInspect", "/containers/marknames/json"],
  ["ImageList", "/images/json"],
  ["ImageInspect", `/images/${IMAGE}/json`],
  ["ImageHistory", `/images/${IMAGE}/history`],
  ["NetworkList", "/networks"],
  ["NetworkInspect", "/networks/marknetworks"],
  ["VolumeList", "/volumes"],
  ["SecretList", "/secrets"],
  ["SystemInfo", "/info"],
  ["SystemVersion", "/version"],
  ["SystemDataUsage", "/system/df"],
  ["SystemEvents", "/events?stream=false"],
];

/** Its containers can't run everywhere, so this one was only made. */
describe.runIf(hasPodman)("what a real Podman answers", () => {
  let engine: Podman | undefined;
  const answers: { operation: OperationName; path: string; text: string }[] = [];

  beforeAll(async () => {
    engine = await startPodman();
    const { socketPath } = engine;
    const make = async (path: string, body: string): Promise<void> => {
      const { status, text } = await send({ socketPath }, "POST", `/v4.0.0/libpod${path}`, body);
      if (status >= 400) throw new Error(`POST ${path}: ${status} ${text}`);
    };
    await make("/networks/create", JSON.stringify({ name: "marknetworks", labels }));
    await make("/volumes/create", JSON.stringify({ name: "kept", labels }));
    await make("/secrets/create?name=marknames", "markdata");
    await make("/containers/create", JSON.stringify(container));
    for (const [operation, path] of questions) {
      const version = path.startsWith("/libpod") ? "/v4.0.0" : "/v1.41";
      const { status, text } = await send({ socketPath }, "GET", `${version}${path}`);
      // Older releases have no such operation.
      if (status === 404) continue;
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
      answers.push({ operation, path, text });
    }
  });
  afterAll(() => engine?.stop());

  const tableOf = (operation: OperationName): NonNullable<ReturnType<typeof operationAnswers.get>> => {
    const table = operationAnswers.get(operation);
    if (table === undefined) throw new Error(`${operation} has no table`);
    return table;
  };

  test("has no field that no table knows", () => {
    expect(answers.length).toBeGreaterThan(20);
    const unknown = answers.flatMap(({ operation, text }) => {
      const table = tableOf(operation);
      const fields = valuesOf(table, text).flatMap((value) => unknownFields(table.part, value));
      return [...new Set(fields)].map((field) => `${operation} ${field}`);
    });
    expect(unknown).toEqual([]);
  });

  test.each(["names", "labels", "env", "command", "mounts", "addresses", "networks"])(
    "shows no mark of %s where it is hidden",
    (word) => {
      const mark = `mark${word}`;
      expect(answers.some(({ text }) => text.includes(mark))).toBe(true);
      // Podman puts the host name into the environment.
      const viewer = viewerOf({ hide: word === "names" ? [word, "env"] : [word] });
      const shown = answers.flatMap(({ operation, text }) => {
        const [found] =
          readAs(tableOf(operation), text, viewer).match(new RegExp(`.{0,50}${mark}`, "u")) ?? [];
        return found === undefined ? [] : [`${operation}: ${found}`];
      });
      expect(shown).toEqual([]);
    },
  );
});
