import { expect, test } from "vitest";
import { readPresets } from "../../src/config/presets.ts";
import type { ClientSettings } from "../../src/config/settings.ts";
import { catalogue } from "../../src/docker/operations.ts";
import { comparePolicy } from "../../src/learn/compare-policy.ts";
import { denied, grantsOf, observe, unjudged, used } from "./journal.ts";

function clientsOf(text: string): readonly ClientSettings[] {
  return [...grantsOf(text)].map(([name, grant]) => ({ name, whence: "", grant, operations: catalogue }));
}

test("tells what is held and never used, what was denied, and which preset would do", () => {
  const held = clientsOf(`
clients:
  web:
    from: web
    allow: [containers:logs, ContainerList, ContainerInspect, "Network*"]
    powers: [default, "bind:/srv/**", -image]
  idle: { from: idle, allow: [SystemInfo] }
`);
  const observation = observe([
    used("ContainerList"),
    used("ContainerInspect"),
    used("NetworkList"),
    used("NetworkConnect", "alias:web"),
    denied("ExecStart"),
    { ...denied("NetworkCreate"), powers: ["network:mine", "network:none", "privileged"] },
    { ...used("SystemInfo"), client: "stranger" },
  ]);
  expect(comparePolicy(observation, held, "policy.yaml", readPresets())).toEqual([
    "policy.yaml beside 7 exchanges, 2026-11-24T15:04Z",
    "",
    "web: 6 exchanges",
    "  never used: containers:logs, which opens ContainerLogs, ContainerLogsLibpod",
    expect.stringMatching(
      /^ {2}open by Network\* and never used: NetworkCreate, NetworkPrune, .* and 6 more$/u,
    ),
    "  power never used: bind:/srv/**",
    "  denied: ExecStart, once, 2026-11-24T15:04Z: ExecStart (or exec) in allow would allow it",
    "  denied: NetworkCreate, once, 2026-11-24T15:04Z: allow opens it; it asked for HOST: privileged",
    expect.stringMatching(/^ {2}preset testcontainers: opens besides SystemPing, SystemPingHead, /u),
    expect.stringMatching(/^ {2}preset compose: opens besides SystemPing, SystemPingHead, /u),
    "",
    "idle: never called",
    "",
    "stranger: is no client of it, and called once, 2026-11-24T15:04Z; --as stranger=NAME says who that is now",
  ]);
});

test("says of no power that it is unused where exchanges were not looked into", () => {
  const held = clientsOf("clients: { web: { from: web, allow: [ContainerCreate], powers: default } }");
  const lines = comparePolicy(observe([unjudged("ContainerCreate")]), held, "policy.yaml", readPresets());
  expect(lines).toContain("  what 1 exchange asked for was not recorded: no power is said to be unused");
  expect(lines.some((line) => line.includes("power never used"))).toBe(false);
});

test("tells what was used and the file would deny", () => {
  const held = clientsOf("clients: { web: { from: web, allow: [ContainerCreate], powers: none } }");
  const lines = comparePolicy(
    observe([used("ContainerCreate", "network:host"), used("SystemInfo")]),
    held,
    "policy.yaml",
    readPresets(),
  );
  expect(lines).toContain("  used and not open: SystemInfo");
  expect(lines).toContain("  used and not held: network:host");
});

test("says of no power that it is unused where it may have been used", () => {
  const held = clientsOf(`
clients:
  web:
    from: web
    allow: [ContainerCreate]
    powers: ["bind:/var/lib/**:ro", "volumes-from:data", "rename:web", "command:ls", "name:zz", "bind:/never"]
`);
  const names = Array.from({ length: 450 }, (_, at) => `name:n${at}`);
  const observation = observe([
    used("ContainerCreate", "volumes-from:data", "rename:web", "command"),
    ...names.map((name) => used("ContainerCreate", name)),
    used("ContainerCreate", "name:zz"),
  ]);
  const lines = comparePolicy(observation, held, "policy.yaml", readPresets());
  expect(lines.filter((line) => line.includes("power never used"))).toEqual([
    "  power never used: bind:/var/lib/**:ro",
    "  power never used: bind:/never",
  ]);
});

test("tells of what was used and is not held also where default would give it", () => {
  const held = clientsOf("clients: { web: { from: web, allow: [ContainerCreate], powers: none } }");
  const observation = observe([used("ContainerCreate", "env:A"), unjudged("ContainerCreate")]);
  expect(comparePolicy(observation, held, "policy.yaml", readPresets())).toContain(
    "  used and not held: env:A",
  );
});
