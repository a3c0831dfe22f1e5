import { describe, expect, test } from "vitest";
import { pluginPowers } from "../../../src/docker/powers/plugin.ts";
import { swarmPowers } from "../../../src/docker/powers/swarm.ts";
import { askedByRequest } from "./asked.ts";

describe("a swarm and plugins are root, so their operations ask for themselves and are not looked into", () => {
  test.each([
    ["SwarmInit", "swarm:init"],
    ["SwarmJoin", "swarm:join"],
    ["SwarmUpdate", "swarm:update"],
    ["SwarmLeave", "swarm:leave"],
    ["SwarmUnlock", "swarm:unlock"],
    ["PluginPull", "plugin:install"],
    ["PluginCreate", "plugin:create"],
    ["PluginEnable", "plugin:enable"],
    ["PluginDisable", "plugin:disable"],
    ["PluginDelete", "plugin:delete"],
    ["PluginSet", "plugin:set"],
    ["PluginUpgrade", "plugin:upgrade"],
    ["PluginPush", "plugin:push"],
    ["SwarmInspect", "swarm:tokens"],
    ["SwarmUnlockkey", "swarm:unlock-key"],
    ["NodeDelete", "node:delete"],
  ] as const)("%s: %s", (operation, power) => {
    const powers = { ...swarmPowers, ...pluginPowers }[operation];
    expect(askedByRequest(powers ?? {}, {}).powers).toEqual([power]);
    expect(Object.keys(powers ?? {})).toEqual(["itself"]);
  });
});

describe("to change a node asks for that, and for", () => {
  test.each([
    ["a leader", { Role: "manager" }, ["node:role=manager"]],
    ["a node without tasks", { Availability: "drain" }, ["node:availability=drain"]],
    ["labels, by which services choose nodes", { Labels: { zone: "secret" } }, ["node:label=zone"]],
    ["nothing more for a name", { Name: "a", version: 3 }, []],
    ["what is not known", { Frobnicate: "x" }, ["field:Frobnicate"]],
    ["a role with a star", { Role: "*" }, ["node:role=%2A"]],
  ])("%s", (_name, body, powers) => {
    const request = { query: "version=3", body };
    expect(askedByRequest(swarmPowers.NodeUpdate ?? {}, request)).toMatchObject({
      powers: ["node:update", ...powers],
      fault: undefined,
    });
  });

  test.each([
    ["a role in two spellings", { role: "manager", Role: "worker" }],
    ["a role that is no string", { Role: ["manager"] }],
  ])("and is refused with %s", (_name, body) => {
    expect(askedByRequest(swarmPowers.NodeUpdate ?? {}, { body }).fault).toMatch(/must be/u);
  });
});
