import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadSettings } from "../../src/config/load-settings.ts";
import { catalogue } from "../../src/docker/operations.ts";
import { decide } from "../../src/policy/decide.ts";
import { settingsOf } from "./example.ts";

const settings = settingsOf("custom-rules.yaml");
const { QUAYGATE_POLICY: policy = "" } = settings;

/** What the rules of before opened too, and the file denies. */
const DENIED = [
  "ContainerArchive",
  "ContainerArchiveInfo",
  "ContainerAttachWebsocket",
  "ContainerExport",
  "ImageGet",
  "ImageGetAll",
];

test("the policy of custom-rules.yaml opens what the haproxy.cfg in it did, but for what it denies by name", async () => {
  const loaded = await loadSettings(settings, { terminal: false });
  if (!loaded.ok) throw new Error("the policy can't be used");
  const [{ grant }] = loaded.value.clients;
  // The rules of before, as the file quotes them; HAProxy takes HEAD for METH_GET as well.
  const rule = /acl readable path_reg -i (\S+)/u.exec(readFileSync(policy, "utf8"))?.[1] ?? "no rule";
  const readable = new RegExp(rule, "iu");
  const requests = catalogue.flatMap(({ name, methods, template }) =>
    methods.map((method) => ({ name, method, path: template.replaceAll(/\{[^}]+\}/gu, "web") })),
  );
  const before = requests.filter(
    ({ method, path }) => (method === "GET" || method === "HEAD") && readable.test(path),
  );
  expect(before.length).toBeGreaterThan(10);
  const now = requests.filter(
    ({ method, path }) => decide(grant, { method, path, hasBody: false, contentTypes: [] }).kind === "allow",
  );
  const namesOf = (asked: typeof requests): readonly string[] =>
    [...new Set(asked.map(({ name }) => name))].toSorted();
  expect(namesOf(now)).toEqual(namesOf(before).filter((name) => !DENIED.includes(name)));
  expect(namesOf(before)).toEqual(expect.arrayContaining(DENIED));
});
