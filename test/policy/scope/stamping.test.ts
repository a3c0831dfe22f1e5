import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import type { OperationName } from "../../../src/docker/operations.ts";
import type { ClientObjects } from "../../../src/policy/scope/object-terms.ts";
import { stampBody, stampQuery } from "../../../src/policy/scope/stamping.ts";
import { stampsFor, stampsOf } from "../../../src/policy/scope/stamps.ts";

const labels = new Map([["team", "a"]]);
const ofClient: ClientObjects = {
  scope: undefined,
  view: undefined,
  stamps: stampsOf("ci", [{ own: true }], labels),
};

function bodyOf(operation: OperationName, body: object): unknown {
  const parsed = parseJson(Buffer.from(JSON.stringify(body)));
  if (!parsed.ok) throw new Error("a body of a test is JSON");
  const stamped = stampBody(ofClient, operation, parsed.value);
  return stamped.ok ? JSON.parse(serializeJson(stamped.value)) : stamped.error;
}

const both = { team: "a", "io.quaygate.owner": "ci" };

describe("the labels that are put on what a client makes", () => {
  test("are those of the policy, and whose it is only where that counts", () => {
    expect(stampsOf("ci", [{ own: true }], labels)).toEqual(new Map(Object.entries(both)));
    expect(stampsOf("ci", [{ project: ["shop"] }], labels)).toEqual(labels);
  });

  test("say of an image whose it is by another key, and of its containers that they are nobody's", () => {
    expect(Object.fromEntries(stampsFor("image", ofClient.stamps))).toEqual({
      team: "a",
      "io.quaygate.owner": "",
      "io.quaygate.image-owner": "ci",
    });
    // Else it would be that of whoever built what it is made of.
    expect(Object.fromEntries(stampsFor("image", new Map()))).toEqual({
      "io.quaygate.owner": "",
      "io.quaygate.image-owner": "",
    });
  });
});

describe("the body of what makes something", () => {
  test.each<[OperationName, object, object]>([
    ["ContainerCreate", { Image: "a" }, { Image: "a", Labels: both }],
    ["ContainerCreate", { Labels: null }, { Labels: both }],
    ["NetworkCreate", { Name: "a", Labels: { b: "c" } }, { Name: "a", Labels: { b: "c", ...both } }],
    ["VolumeCreate", { Labels: { team: "a" } }, { Labels: both }],
    ["SecretCreate", { Name: "a" }, { Name: "a", Labels: both }],
    ["ConfigUpdate", { Name: "a" }, { Name: "a", Labels: both }],
    ["ServiceCreate", { TaskTemplate: {} }, { TaskTemplate: {}, Labels: both }],
    [
      "ServiceUpdate",
      { TaskTemplate: { ContainerSpec: { Image: "a" } } },
      { TaskTemplate: { ContainerSpec: { Image: "a", Labels: both } }, Labels: both },
    ],
    [
      "ContainerCreate",
      { HostConfig: { Mounts: [{ Type: "bind" }, { Type: "volume", VolumeOptions: { NoCopy: true } }] } },
      {
        HostConfig: {
          Mounts: [{ Type: "bind" }, { Type: "volume", VolumeOptions: { NoCopy: true, Labels: both } }],
        },
        Labels: both,
      },
    ],
  ])("of %s %j has them", (operation, body, stamped) => {
    expect(bodyOf(operation, body)).toEqual(stamped);
  });

  test.each<[OperationName, object]>([
    ["ContainerExec", { Cmd: ["true"] }],
    ["NodeUpdate", { Role: "worker" }],
    ["NetworkConnect", { Container: "a" }],
  ])("is left as it is where it makes nothing of the client's: %s", (operation, body) => {
    expect(bodyOf(operation, body)).toEqual(body);
  });

  test.each<[OperationName, object]>([
    ["ContainerCreate", { Labels: { team: "b" } }],
    ["ServiceCreate", { TaskTemplate: { ContainerSpec: { Labels: { team: "b" } } } }],
    [
      "ServiceCreate",
      {
        TaskTemplate: {
          ContainerSpec: { Mounts: [{ Type: "Volume", VolumeOptions: { Labels: { team: "b" } } }] },
        },
      },
    ],
  ])("can't say something else itself: %s %j", (operation, body) => {
    expect(bodyOf(operation, body)).toBe('the label team of what this client makes is always "a"');
  });
});

describe("the query of what makes an image", () => {
  const own = { "io.quaygate.owner": "", "io.quaygate.image-owner": "ci" };

  test.each(["", '{"b":"c"}'])("of a build has them among its labels: %s", (text) => {
    const query = new Map(text === "" ? [] : [["labels", text]]);
    const stamped = stampQuery(ofClient, "ImageBuild", query);
    const written = stamped.ok ? stamped.value.get("labels") : "";
    expect(JSON.parse(String(written))).toEqual({ ...(text === "" ? {} : { b: "c" }), team: "a", ...own });
  });

  test.each<[OperationName, string]>([
    ["ImageCommit", "container"],
    ["ImageCreate", "fromSrc"],
  ])("of %s has them behind its changes", (operation, key) => {
    const query = new Map<string, string | readonly string[]>([
      [key, "a"],
      ["changes", ["LABEL b=c", "CMD true"]],
    ]);
    const stamped = stampQuery(ofClient, operation, query);
    expect(stamped.ok && stamped.value.get("changes")).toEqual([
      "LABEL b=c",
      "CMD true",
      'LABEL "team"="a"',
      'LABEL "io.quaygate.owner"=""',
      'LABEL "io.quaygate.image-owner"="ci"',
    ]);
  });

  test("of a pull is left as it is", () => {
    const query = new Map([["fromImage", "a"]]);
    expect(stampQuery(ofClient, "ImageCreate", query)).toEqual({ ok: true, value: query });
  });

  test.each([
    ["another value", "LABEL team=b", /label team of what this client makes is always "a"/u],
    ["a variable", "LABEL team=$b", /must say for certain/u],
    ["a line that goes on", "LABEL a=b \\", /must say for certain/u],
    ["a trigger", "ONBUILD LABEL team=b", /must say for certain/u],
    ["another mark of lines", "# escape=`", /must say for certain/u],
  ])("can't take them back by %s", (_how, change, reason) => {
    const stamped = stampQuery(ofClient, "ImageCommit", new Map([["changes", [change]]]));
    expect(stamped).toEqual({ ok: false, error: expect.stringMatching(reason) });
  });

  test("has nothing in them that the builder would replace", () => {
    const stamps = new Map([["team", 'a"b$c\\d']]);
    const stamped = stampQuery({ ...ofClient, stamps }, "ImageCommit", new Map());
    expect(stamped.ok && stamped.value.get("changes")?.[0]).toBe(String.raw`LABEL "team"="a\"b\$c\\d"`);
    const lines = stampQuery(
      { ...ofClient, stamps: new Map([["team", "a\nFROM b"]]) },
      "ImageCommit",
      new Map(),
    );
    expect(lines.ok).toBe(false);
  });
});
