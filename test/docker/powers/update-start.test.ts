import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { containerPowers } from "../../../src/docker/powers/container.ts";
import { askedByRequest, type AskingRequest } from "./asked.ts";
import { outcome } from "./container-asks.ts";

function asks(operation: keyof typeof containerPowers, request: AskingRequest): readonly string[] | string {
  return outcome(askedByRequest(containerPowers[operation] ?? {}, request));
}

describe("ContainerUpdate", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ["limits", { Memory: 1, NanoCpus: 2, PidsLimit: -1, CpusetCpus: "0" }, []],
    ["a restart", { RestartPolicy: { Name: "always" } }, ["restart:always"]],
    ["no restart", { RestartPolicy: { Name: "no" } }, []],
    [
      "paths of disks",
      { BlkioDeviceReadBps: [{ Path: "/dev/sda" }] },
      ["resource:BlkioDeviceReadBps", "device-limit:/dev/sda"],
    ],
    ["devices", { Devices: [{ PathOnHost: "/dev/sda" }] }, ["device:/dev/sda"]],
    ["devices by number", { DeviceCgroupRules: ["b 8:0 rwm"] }, ["device-rule:b 8:0 rwm"]],
    ["a control group", { CgroupParent: "/x" }, ["cgroup-parent:/x"]],
    [
      "what a container can't change",
      { Privileged: true, Binds: ["/:/x"] },
      ["field:Privileged", "field:Binds"],
    ],
    ["the fields of a create in their place", { HostConfig: { Privileged: true } }, ["field:HostConfig"]],
    ["what nobody knows of a restart", { RestartPolicy: { New: 1 } }, ["field:RestartPolicy.New"]],
  ])("asks for %s", (_name, body, asked) => {
    expect(asks("ContainerUpdate", { body })).toEqual(asked);
  });

  test("is refused with a field in two spellings", () => {
    expect(asks("ContainerUpdate", { body: { devices: [], Devices: [] } })).toBe(
      "refused: devices would be read as Devices, and must be written so",
    );
  });
});

describe("ContainerStart", () => {
  test.each<readonly [string, AskingRequest, readonly string[]]>([
    ["nothing", {}, []],
    ["keys to detach", { query: "detachKeys=ctrl-p" }, []],
    ["a checkpoint by name", { query: "checkpoint=one" }, []],
    ["a checkpoint that leads out of its folder", { query: "checkpoint=../../../tmp/x" }, ["checkpoint:/"]],
    ["a checkpoint's folder", { query: "checkpoint=one&checkpoint-dir=/srv//x/" }, ["checkpoint:/srv/x"]],
    ["a checkpoint's folder from where the engine stands", { query: "checkpoint-dir=x" }, ["checkpoint:/x"]],
    ["a checkpoint's folder that goes up", { query: "checkpoint-dir=/srv/../etc" }, ["checkpoint:/"]],
    ["what nobody knows", { query: "new=1" }, ["field:?new"]],
    ["a key in another case, which Podman reads", { query: "CheckPoint=one" }, ["field:?CheckPoint"]],
    [
      "a whole HostConfig, as before API 1.24",
      { body: { Privileged: true, Binds: ["/:/x"] } },
      ["privileged", "bind:/"],
    ],
    ["an empty body", { body: {} }, []],
    ["null", { body: null }, []],
  ])("asks for %s", (_name, request, asked) => {
    expect(asks("ContainerStart", request)).toEqual(asked);
  });
});

test.each(["ContainerCreate", "ContainerStart"] as const)(
  "%s goes on without the file that Podman deletes along with the container",
  (operation) => {
    for (const spelling of ["ContainerIDFile", "containeridfile"]) {
      const body = new Map<string, JsonValue>([[spelling, "/etc/x"]]);
      expect(containerPowers[operation]?.body?.respell?.(body)).toEqual(new Map());
    }
  },
);

describe("names", () => {
  test.each<readonly [string, string, readonly string[]]>([
    ["a name", "name=web", ["name:web"]],
    ["a name with the slash that dockerd takes off", "name=%2Fweb", ["name:web"]],
    ["a name with two slashes", "name=//web", ["name:/web"]],
    ["a name with a star", "name=*", ["name:%2A"]],
    ["no name", "name=", []],
    ["a key in another case, which Podman reads", "Name=web", ["field:?Name"]],
  ])("are asked for: %s", (_name, query, asked) => {
    expect(asks("ContainerCreate", { query })).toEqual(asked);
    const renamed = asked.map((power) => power.replace("name:", "rename:"));
    expect(asks("ContainerRename", { query })).toEqual([...new Set([...asked, ...renamed])]);
  });

  test("of platforms ask for nothing", () => {
    expect(asks("ContainerCreate", { query: "platform=linux%2Famd64" })).toEqual([]);
  });
});
