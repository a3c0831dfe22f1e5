import { describe, expect, test } from "vitest";
import { presetNames, readPreset } from "../../../src/config/presets.ts";
import type { Preset } from "../../../src/config/preset.ts";
import { decide } from "../../../src/policy/decide.ts";
import type { Grant } from "../../../src/policy/grant.ts";
import type { GroupName } from "../../../src/policy/words/group-definitions.ts";
import { grantFromWords } from "../../../src/policy/words/grant-from-words.ts";
import { groups } from "../../../src/policy/words/groups.ts";
import { powerSet } from "../powers.ts";
import { openIn } from "../words/words.ts";
import { type Call, wholeCall } from "./calls.ts";
import { ALWAYS_CLOSED } from "./closed.ts";
import { CHANGING, CHANGING_GROUPS, EXPOSING, EXPOSING_GROUPS } from "./reasons.ts";
import { callsOf, operationsAskedBy, partsOf, presetCalls } from "./tables.ts";

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

/** What is decided about each of some calls: `allow`, or why not. Any id will do. */
function verdictsOn(grant: Grant, calls: readonly Call[]): readonly (readonly [string, string])[] {
  return calls.map((call) => {
    const { method, path } = partsOf(call);
    const request = { method, path: path.replaceAll(/\{\w+\}/gu, "0a1b") };
    const verdict = decide(grant, { ...request, hasBody: false, contentTypes: [] });
    return [wholeCall(call).call, verdict.kind === "allow" ? "allow" : verdict.code];
  });
}

function operationsIn(group: GroupName): ReadonlySet<string> {
  return new Set(groups.get(group)?.operations);
}

test("each preset has a table of its program's calls, and no table is left over", () => {
  expect([...presetCalls.keys()].toSorted()).toEqual(presetNames());
  expect(presetNames().length).toBeGreaterThan(35);
});

describe.each(presetNames())("the preset %s", (name) => {
  const preset = presetOf(name);
  const grant = grantOf(preset);
  const { passes, refused } = callsOf(name);

  test("lets its program's calls pass", () => {
    expect(verdictsOn(grant, passes)).toEqual(passes.map((call) => [wholeCall(call).call, "allow"]));
  });

  test("keeps closed what is near to them", () => {
    expect(refused.length).toBeGreaterThan(2);
    expect(verdictsOn(grant, refused)).toEqual(refused.map((call) => [call, "operation_denied"]));
  });

  test("keeps closed what no program needs", () => {
    expect(verdictsOn(grant, ALWAYS_CLOSED)).toEqual(ALWAYS_CLOSED.map((call) => [call, "operation_denied"]));
  });

  test("opens nothing that its program was not seen to ask for", () => {
    const asked: ReadonlySet<string> = operationsAskedBy(name);
    expect(openIn(grant).filter((operation) => !asked.has(operation))).toEqual([]);
  });

  test("opens no contents, attach or exec but for a reason", () => {
    const exposing = new Set(EXPOSING_GROUPS.flatMap((group) => [...operationsIn(group)]));
    expect(exposing.size).toBeGreaterThan(20);
    expect(
      openIn(grant)
        .filter((operation) => exposing.has(operation))
        .toSorted(),
    ).toEqual(Object.keys(EXPOSING[name] ?? {}).toSorted());
  });

  test("opens nothing that changes the engine or its swarm, and no secrets, but for a reason", () => {
    const opened = openIn(grant);
    const changing = CHANGING_GROUPS.filter((group) => {
      const operations = operationsIn(group);
      expect(operations.size).toBeGreaterThan(0);
      return opened.some((operation) => operations.has(operation));
    });
    expect(changing.toSorted()).toEqual(Object.keys(CHANGING[name] ?? {}).toSorted());
  });

  test("answers both of the questions by which a client finds the version, or the one that its program asks", () => {
    const asked = passes.map((call) => wholeCall(call).call).filter((call) => call.endsWith(" /_ping"));
    expect(["", "GET /_ping", "HEAD /_ping,GET /_ping"]).toContain([...new Set(asked)].join(","));
  });

  test("says powers where its program creates something or reads configs, and only there", () => {
    const asking = new Set([
      "ContainerCreate",
      "ServiceCreate",
      "VolumeCreate",
      "NetworkCreate",
      "ConfigInspect",
    ]);
    const asks = openIn(grant).some((operation) => asking.has(operation));
    expect(preset.powers !== undefined).toBe(asks);
    expect(preset.powers?.isEverything ?? false).toBe(false);
  });
});

test("what is opened for a reason is a preset's", () => {
  const names = [...Object.keys(EXPOSING), ...Object.keys(CHANGING)];
  expect(names.filter((name) => !presetNames().includes(name))).toEqual([]);
});

test("who reads configs may not use secrets", () => {
  const { powers } = grantOf(presetOf("caddy-docker-proxy-swarm"));
  expect(powers.holds({ noun: "config", value: "caddyfile" })).toBe(true);
  expect(powers.holds({ noun: "secret", value: "password" })).toBe(false);
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
