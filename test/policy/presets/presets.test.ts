import { describe, expect, test } from "vitest";
import { presetNames, readPreset } from "../../../src/config/presets.ts";
import type { Preset } from "../../../src/config/preset.ts";
import { matchOperation } from "../../../src/docker/match.ts";
import type { Method } from "../../../src/docker/operation.ts";
import { decide, type JudgedRequest } from "../../../src/policy/decide.ts";
import type { Grant } from "../../../src/policy/grant.ts";
import { grantFromWords } from "../../../src/policy/words/grant-from-words.ts";
import { groups } from "../../../src/policy/words/groups.ts";
import { powerSet } from "../powers.ts";
import { openIn } from "../words/words.ts";
import { acting } from "./acting.ts";
import type { PresetCalls } from "./calls.ts";
import { managing } from "./managing.ts";
import { readingLogs } from "./reading-logs.ts";
import { routing } from "./routing.ts";
import { watching } from "./watching.ts";

const tables: ReadonlyMap<string, PresetCalls> = new Map(
  [watching, routing, readingLogs, managing, acting].flatMap((table) => Object.entries(table)),
);

/** What hands out contents or gives a process to talk to: only where the program can't do without. */
const EXPOSING_GROUPS = [
  "containers:archive",
  "containers:export",
  "containers:attach",
  "containers:checkpoint",
  "exec",
  "images:save",
  "images:build",
  "volumes:archive",
] as const;

const EXPOSING: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ofelia: {
    ContainerExec: "to run commands in containers is what it is for",
    ExecStart: "the same",
    ExecInspect: "whether a job failed is the exit code of its command",
  },
  "gitlab-runner": {
    ContainerAttach: "it types each step of a job into the job's container",
  },
  testcontainers: {
    ContainerExec: "its usual way to wait for a port is a command in the container",
    ExecStart: "the same",
    ExecInspect: "whether the port is open is the exit code of that command",
    PutContainerArchive: "modules put their start scripts and settings into the container before its start",
  },
};

/** What no program of these needs, whatever it is for. */
const ALWAYS_CLOSED: readonly string[] = [
  "GET /containers/web/export",
  "GET /containers/web/archive?path=/",
  "HEAD /containers/web/archive?path=/",
  "GET /containers/web/attach/ws",
  "POST /exec/0a1b/resize",
  "GET /images/nginx/get",
  "GET /images/get?names=nginx",
  "POST /images/load",
  "POST /images/nginx/push",
  "POST /images/nginx/tag?repo=a",
  "POST /build",
  "POST /grpc",
  "POST /session",
  "POST /commit?container=web",
  "POST /auth",
  "POST /containers/prune",
  "POST /volumes/prune",
  "GET /plugins",
  "POST /plugins/pull?remote=a",
  "GET /swarm",
  "GET /swarm/unlockkey",
  "POST /swarm/init",
  "POST /nodes/0a1b/update",
  "POST /configs/create",
  "GET /debug/pprof/",
  "GET /libpod/containers/json",
  "POST /libpod/containers/create",
];

function presetOf(name: string): Preset {
  const preset = readPreset(name);
  if (preset === undefined) throw new Error(`there is no preset ${name}`);
  return preset;
}

function grantOf({ name, allow, powers }: Preset): Grant {
  return grantFromWords({
    allow: [{ name, words: allow }],
    deny: [],
    powers: powers ?? powerSet("default"),
    place: "clients.it",
  });
}

function isMethod(text: string): text is Method {
  return ["GET", "HEAD", "POST", "PUT", "DELETE"].includes(text);
}

function requestOf(call: string): JudgedRequest {
  const [method = "", target = ""] = call.split(" ");
  if (!isMethod(method)) throw new Error(`${call} has no method`);
  return { method, path: target.replace(/\?.*$/u, ""), hasBody: false, contentTypes: [] };
}

/** What is decided about each of some calls: `allow`, or why not. */
function verdictsOn(grant: Grant, calls: readonly string[]): readonly (readonly [string, string])[] {
  return calls.map((call) => {
    const verdict = decide(grant, requestOf(call));
    return [call, verdict.kind === "allow" ? "allow" : verdict.code];
  });
}

function operationsOf(calls: readonly string[]): readonly (string | undefined)[] {
  return calls.map((call) => {
    const { method, path } = requestOf(call);
    const segments = path
      .replace(/^\/v1\.[0-9]+/u, "")
      .slice(1)
      .split("/");
    return matchOperation(method, segments)?.name;
  });
}

test("each preset has a table of its program's calls, and no table is left over", () => {
  expect([...tables.keys()].toSorted()).toEqual(presetNames());
  expect(presetNames().length).toBeGreaterThan(35);
});

describe.each(presetNames())("the preset %s", (name) => {
  const preset = presetOf(name);
  const grant = grantOf(preset);
  const { passes, refused } = tables.get(name) ?? { passes: [], refused: [] };

  test("lets its program's calls pass", () => {
    expect(verdictsOn(grant, passes)).toEqual(passes.map((call) => [call, "allow"]));
  });

  test("keeps closed what is near to them", () => {
    expect(refused.length).toBeGreaterThan(2);
    expect(verdictsOn(grant, refused)).toEqual(refused.map((call) => [call, "operation_denied"]));
  });

  test("keeps closed what no program needs", () => {
    expect(verdictsOn(grant, ALWAYS_CLOSED)).toEqual(ALWAYS_CLOSED.map((call) => [call, "operation_denied"]));
  });

  test("opens nothing that its program was not seen to ask for", () => {
    const asked = new Set(operationsOf(passes));
    expect(openIn(grant).filter((operation) => !asked.has(operation))).toEqual([]);
  });

  test("opens no contents, attach or exec but for a reason", () => {
    const exposing = new Set<string>(EXPOSING_GROUPS.flatMap((group) => groups.get(group)?.operations ?? []));
    expect(exposing.size).toBeGreaterThan(20);
    expect(
      openIn(grant)
        .filter((operation) => exposing.has(operation))
        .toSorted(),
    ).toEqual(Object.keys(EXPOSING[name] ?? {}).toSorted());
  });

  test("answers both of the questions by which a client finds the version, or the one that its program asks", () => {
    const asked = passes.filter((call) => call.endsWith(" /_ping"));
    expect(["", "GET /_ping", "HEAD /_ping,GET /_ping"]).toContain(asked.join(","));
  });

  test("says powers where its program creates something, and only there", () => {
    const creates = openIn(grant).some((operation) =>
      ["ContainerCreate", "ServiceCreate", "VolumeCreate", "NetworkCreate"].includes(operation),
    );
    expect(preset.powers !== undefined).toBe(creates);
    expect(preset.powers?.isEverything ?? false).toBe(false);
  });
});

describe("the powers of presets that make containers anew", () => {
  test.each(["portainer", "portainer-swarm", "watchtower"])(
    "%s may make what an engine on cgroup v1 says of every container, and nothing of the host",
    (name) => {
      const { powers } = grantOf(presetOf(name));
      expect(powers.holds({ noun: "host", value: "cgroupns" })).toBe(true);
      expect(powers.holds({ noun: "host", value: "pid" })).toBe(false);
      expect(powers.holds({ noun: "bind", value: "/" })).toBe(false);
      expect(powers.holds({ noun: "privileged", value: "" })).toBe(false);
    },
  );

  test("the PDF backend gets one image and no network", () => {
    const { powers } = grantOf(presetOf("pdf-backend"));
    expect(powers.holds({ noun: "image", value: "docker.io/texlive/texlive:latest" })).toBe(true);
    expect(powers.holds({ noun: "image", value: "docker.io/library/alpine:latest" })).toBe(false);
    expect(powers.holds({ noun: "network", value: "none" })).toBe(true);
    expect(powers.holds({ noun: "network", value: "bridge" })).toBe(false);
  });
});
