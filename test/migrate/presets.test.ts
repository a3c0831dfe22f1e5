import { describe, expect, test } from "vitest";
import { presetNames, readPreset } from "../../src/config/presets.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { matchConsumer } from "../../src/migrate/consumers.ts";
import { readTraefik } from "../../src/migrate/traefik.ts";

/** Presets of programs whose images are called otherwise. */
const IMAGES: Readonly<Record<string, string>> = {
  beszel: "henrygd/beszel-agent",
  "caddy-docker-proxy": "lucaslorentz/caddy-docker-proxy",
  glance: "glanceapp/glance",
  alloy: "grafana/alloy",
  prometheus: "prom/prometheus",
};

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
  "testcontainers",
];

/** Switches that a preset's calls need and the program's consumer does not get by itself: its note says when to set them. */
const NOTED: Readonly<Record<string, readonly string[]>> = {
  ofelia: ["INFO"],
  "portainer-swarm": ["SECRETS"],
  "telegraf-swarm": ["SERVICES", "TASKS"],
};

const programOf = (preset: string): string => preset.replace(/-swarm$/u, "");

function consumerOf(preset: string): ReturnType<typeof matchConsumer> {
  const program = programOf(preset);
  return matchConsumer(IMAGES[program] ?? program);
}

/** The switches that a converted service's gate gets. */
function switchesOf(preset: string): readonly string[] {
  const isSwarm = preset.endsWith("-swarm");
  const consumer = consumerOf(preset);
  if (consumer?.connection.kind === "traefik") {
    const words = [isSwarm ? "--providers.swarm" : "--providers.docker"];
    return readTraefik(words, new Map(), "tcp://gate:2375", isSwarm).switches;
  }
  return [...(consumer?.switches ?? []), ...(isSwarm ? (consumer?.swarm ?? []) : [])];
}

test("each preset is a consumer's, or is known to be nobody's", () => {
  expect(presetNames().filter((name) => consumerOf(name) === undefined)).toEqual(NO_CONSUMER);
});

describe.each(presetNames().filter((name) => !NO_CONSUMER.includes(name)))("the preset %s", (name) => {
  test("and the switches that migrate gives the same program agree", () => {
    const switches = Object.fromEntries(switchesOf(name).map((each) => [each, "1"]));
    const settings = readSettings(
      { QUAYGATE_COMPAT: "linuxserver", EVENTS: "0", ...switches },
      { terminal: false },
    );
    if (!settings.ok) throw new Error("these switches are not taken");
    const [{ grant }] = settings.value.clients;
    const operations = (readPreset(name)?.allow ?? []).flatMap((word) => word.operations);
    expect(operations.length).toBeGreaterThan(0);
    const missing = operations.flatMap((operation) => {
      const decision = grant.decisions.get(operation.name);
      return decision?.kind === "deny" ? decision.missing : [];
    });
    const noted = NOTED[name] ?? [];
    expect([...new Set(missing)].toSorted()).toEqual(noted.map((each) => `${each}=1`));
    for (const each of noted) {
      expect(consumerOf(name)?.note?.toUpperCase()).toContain(each);
    }
  });
});
