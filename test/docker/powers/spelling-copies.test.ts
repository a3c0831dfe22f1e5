import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import { harmless } from "../../../src/docker/powers/meaning.ts";
import { operationPowers } from "../../../src/docker/powers/operations.ts";
import { judgeBody, writeBody } from "../../../src/policy/judge.ts";
import { grantWith, restricted } from "../../policy/judging.ts";

const { respell } = operationPowers.get("ContainerCreate")?.body ?? harmless;

const parse = (text: string): JsonValue => {
  const parsed = parseJson(Buffer.from(text, "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.reason);
  return parsed.value;
};

describe("a body in Docker's letters", () => {
  test.each([
    "{}",
    '{"Image":"a","HostConfig":null}',
    '{"Image":"a","HostConfig":{"Mounts":[{"Type":"bind","BindOptions":{}}],"Privileged":false},"Unknown":{"image":1}}',
    '{"Labels":{"image":"a","IMAGE":"b","authConfig":"c"},"HostConfig":{"LogConfig":{"Config":{"type":"a"}}}}',
    '{"__proto__":{"image":1},"constructor":null,"NetworkingConfig":{"EndpointsConfig":{"a":{"Links":[]}}}}',
  ])("is the very same value: %s", (text) => {
    const value = parse(text);
    expect(respell?.(value)).toBe(value);
  });
});

describe("one key that has to change", () => {
  test.each([
    ["at the top", '{"image":"a"}', '{"Image":"a"}'],
    [
      "below",
      '{"HostConfig":{"Memory":1,"privileged":true}}',
      '{"HostConfig":{"Memory":1,"Privileged":true}}',
    ],
    [
      "in one entry of a list",
      '{"HostConfig":{"Mounts":[{"Type":"tmpfs"},{"type":"bind"},{"Type":"tmpfs"}]}}',
      '{"HostConfig":{"Mounts":[{"Type":"tmpfs"},{"Type":"bind"},{"Type":"tmpfs"}]}}',
    ],
    [
      "at the bottom of what is written well",
      '{"HostConfig":{"Mounts":[{"VolumeOptions":{"DriverConfig":{"Name":"a","options":{"o":"b"}}}}]}}',
      '{"HostConfig":{"Mounts":[{"VolumeOptions":{"DriverConfig":{"Name":"a","Options":{"o":"b"}}}}]}}',
    ],
    [
      "at the bottom of what is written otherwise",
      '{"hostconfig":{"mounts":[{"volumeoptions":{"driverconfig":{"name":"a"}}}]}}',
      '{"HostConfig":{"Mounts":[{"VolumeOptions":{"DriverConfig":{"Name":"a"}}}]}}',
    ],
    [
      "below the client's own names",
      '{"NetworkingConfig":{"EndpointsConfig":{"a":{},"b":{"macAddress":"c"},"d":{"MacAddress":"e"}}}}',
      '{"NetworkingConfig":{"EndpointsConfig":{"a":{},"b":{"MacAddress":"c"},"d":{"MacAddress":"e"}}}}',
    ],
    [
      "beside what goes no further",
      '{"HostConfig":{"ContainerIDFile":"a","Binds":null},"authConfig":{},"image":"b","ALIASES":1}',
      '{"HostConfig":{"Binds":null},"Image":"b"}',
    ],
    [
      "beside a name of every object",
      '{"__proto__":{"a":1},"image":"b"}',
      '{"__proto__":{"a":1},"Image":"b"}',
    ],
  ])("is changed in a copy, and nothing else is: %s", (_where, text, expected) => {
    const value = parse(text);
    expect(serializeJson(respell?.(value) ?? null)).toBe(expected);
    expect(serializeJson(value)).toBe(text);
  });

  test.each([
    ['{"HostConfig":{"Privileged":false,"privileged":true}}', "Privileged"],
    ['{"HostConfig":{"privileged":false,"PRIVILEGED":true}}', "Privileged"],
    ['{"Image":"a","image":"b"}', "Image"],
    ['{"HostConfig":{},"hostconfig":{"Privileged":true}}', "HostConfig"],
    ['{"HostConfig":{"Mount\u017f":[{"Type":"bind"}]}}', "Mounts"],
  ])("is refused where it says something else than another: %s", (text, name) => {
    const grant = grantWith("all,-privileged");
    const judged = judgeBody(grant, restricted(grant), Buffer.from(text, "utf8"));
    expect(judged.ok ? writeBody(judged.value.canonical).toString() : judged.error.reason).toContain(
      `would be read as ${name}, and must be written so`,
    );
  });
});
