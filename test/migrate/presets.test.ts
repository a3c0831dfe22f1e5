import { describe, expect, test } from "vitest";
import { presetNames, readPreset } from "../../src/config/presets.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { CONSUMERS } from "../../src/migrate/consumers.ts";
import { presetsOf, switchesOf, switchesOfPresets } from "../../src/migrate/needed-switches.ts";
import type { Grant } from "../../src/policy/grant.ts";

/** Those that are no consumer's own: more or less than what a program needs by itself, or of programs that keep the socket. */
const NO_CONSUMER = [
  "compose",
  "docker-cli-read",
  "dozzle-actions",
  "gitlab-runner",
  "komodo",
  "pdf-backend",
  "portainer-view",
  "portainer-view-swarm",
  "telegraf-swarm",
  "testcontainers",
];

/** What a gate with these switches of LinuxServer's proxy lets through. */
function grantWith(switches: readonly string[]): Grant {
  const on = Object.fromEntries(switches.map((name) => [name, "1"]));
  const settings = readSettings({ QUAYGATE_COMPAT: "linuxserver", EVENTS: "0", ...on }, { terminal: false });
  if (!settings.ok) throw new Error("these switches are not taken");
  return settings.value.clients[0].grant;
}

const operationsOf = (preset: string) => (readPreset(preset)?.allow ?? []).flatMap((word) => word.operations);

/** The operations of presets that switches leave closed. */
function closedIn(presets: readonly string[], switches: readonly string[]): readonly string[] {
  const { decisions } = grantWith(switches);
  const names = presets.flatMap((preset) => operationsOf(preset).map(({ name }) => name));
  return names.filter((name) => decisions.get(name)?.kind !== "allow");
}

/** The presets of known consumers. */
const named = new Set(
  CONSUMERS.flatMap(({ needs }) => [false, true].flatMap((isSwarm) => presetsOf(needs, isSwarm))),
);

test("each preset is a consumer's, or is known to be nobody's", () => {
  expect(presetNames().filter((name) => !named.has(name))).toEqual(NO_CONSUMER);
  expect([...named].filter((name) => !presetNames().includes(name))).toEqual([]);
});

describe.each(presetNames())("the switches of the preset %s", (name) => {
  const switches = switchesOfPresets([name]);

  test("open all of its operations, and none of them can be left out", () => {
    expect(operationsOf(name).length).toBeGreaterThan(0);
    expect(closedIn([name], switches)).toEqual([]);
    for (const left of switches) {
      expect({
        left,
        closes: closedIn(
          [name],
          switches.filter((each) => each !== left),
        ),
      }).not.toEqual({
        left,
        closes: [],
      });
    }
  });
});

test.each([...named])(
  "the switches of %s open neither files, exports nor logs of containers unasked",
  (name) => {
    const { decisions } = grantWith(switchesOfPresets([name]));
    const asked = new Set(operationsOf(name).map((operation) => operation.name));
    const delicate = ["ContainerArchive", "ContainerExport", "ContainerLogs"] as const;
    const open = delicate.filter((each) => decisions.get(each)?.kind === "allow");
    expect(open.filter((each) => !asked.has(each))).toEqual([]);
  },
);

describe.each(CONSUMERS.filter(({ connection }) => connection.kind !== "traefik"))(
  "the gate of $image",
  (consumer) => {
    test.each([{ isSwarm: false }, { isSwarm: true }])(
      "opens what its presets need but what is withheld, of which it is told (swarm: $isSwarm)",
      ({ isSwarm }) => {
        const { needs, extras = "" } = consumer;
        if (needs.kind === "switches") return;
        const withheld = (needs.withheld ?? []).filter((each) =>
          switchesOfPresets(presetsOf(needs, isSwarm)).includes(each),
        );
        const all = [...switchesOf(needs, isSwarm), ...withheld].toSorted();
        expect(all).toEqual(switchesOfPresets(presetsOf(needs, isSwarm)));
        for (const each of withheld) expect(extras.toUpperCase()).toContain(each);
      },
    );
  },
);
